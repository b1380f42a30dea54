#include <nexus/kernel.h>

// For each pixel, the steps of z <- z * z + c from z = 0 until |z| > 2, where c is the pixel's place in the plane; at most `limit`.
// (left, top) is the first pixel's place, and `side` that of a pixel. A difference of one rounding can change everything, so the text
// says where products and sums are rounded together (NX_FMA): then all devices draw the same picture.
// nexus run: mandelbrot steps=zeros:256x384 width=384 height=256 left=-2 top=1 side=0.0078125 limit=200 --grid 24x64 --block 16x4
NX_KERNEL(mandelbrot, (NX_OUT(int32_t) steps, NX_VALUE(uint32_t) width, NX_VALUE(uint32_t) height, NX_VALUE(float) left,
                       NX_VALUE(float) top, NX_VALUE(float) side, NX_VALUE(int32_t) limit)) {
  const size_t column = NX_GLOBAL_ID(0);
  const size_t row = NX_GLOBAL_ID(1);
  if (column >= width || row >= height) return;
  const float cx = NX_FMA((float)column, side, left);
  const float cy = NX_FMA((float)row, -side, top);
  float x = 0.0f;
  float y = 0.0f;
  int32_t count = 0;
  while (count < limit && NX_FMA(x, x, y * y) <= 4.0f) {
    const float next = NX_FMA(x, x, NX_FMA(-y, y, cx));
    y = NX_FMA(2.0f * x, y, cy);
    x = next;
    ++count;
  }
  steps[row * width + column] = count;
}
