#include <nexus/kernel.h>

// Strength of the edges of a grey picture, by Sobel's operator. The outermost pixels have none.
// nexus run: sobel image=random:256x384 edges=zeros:256x384 width=384 height=256 --grid 6x64 --block 64x4
NX_KERNEL(sobel, (NX_IN(float) image, NX_OUT(float) edges, NX_VALUE(int32_t) width, NX_VALUE(int32_t) height)) {
  const int32_t x = (int32_t)NX_GLOBAL_ID(0);
  const int32_t y = (int32_t)NX_GLOBAL_ID(1);
  if (x >= width || y >= height) return;
  float strength = 0.0f;
  if (x > 0 && y > 0 && x < width - 1 && y < height - 1) {
    NX_GLOBAL_PTR(const float) here = image + (size_t)y * width + x;
    NX_GLOBAL_PTR(const float) above = here - width;
    NX_GLOBAL_PTR(const float) below = here + width;
    const float dx = (above[1] + 2.0f * here[1] + below[1]) - (above[-1] + 2.0f * here[-1] + below[-1]);
    const float dy = (below[-1] + 2.0f * below[0] + below[1]) - (above[-1] + 2.0f * above[0] + above[1]);
    strength = NX_SQRT(dx * dx + dy * dy);
  }
  edges[(size_t)y * width + x] = strength;
}
