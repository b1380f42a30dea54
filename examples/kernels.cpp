// The kernels of the examples. One text, compiled by an ordinary C++ compiler; see build_kernels.py for the command.
#include <nexus/kernel.h>

#include <cmath>

NX_KERNEL(saxpy, (NX_IN(float) x, NX_INOUT(float) y, NX_VALUE(float) a, NX_VALUE(uint64_t) n)) {
  const auto i = NX_GLOBAL_ID(0);
  if (i < n) y[i] += a * x[i];
}

// Strength of the edges of a grey image, by Sobel's operator. The outermost pixels have none.
NX_KERNEL(sobel, (NX_IN(float) image, NX_OUT(float) edges, NX_VALUE(int32_t) width, NX_VALUE(int32_t) height)) {
  const auto x = static_cast<int32_t>(NX_GLOBAL_ID(0));
  const auto y = static_cast<int32_t>(NX_GLOBAL_ID(1));
  if (x >= width || y >= height) return;
  float strength = 0.0f;
  if (x > 0 && y > 0 && x < width - 1 && y < height - 1) {
    const float* above = image + static_cast<int64_t>(y - 1) * width + x;
    const float* here = above + width;
    const float* below = here + width;
    const float dx = (above[1] + 2.0f * here[1] + below[1]) - (above[-1] + 2.0f * here[-1] + below[-1]);
    const float dy = (below[-1] + 2.0f * below[0] + below[1]) - (above[-1] + 2.0f * above[0] + above[1]);
    strength = std::sqrt(dx * dx + dy * dy);
  }
  edges[static_cast<int64_t>(y) * width + x] = strength;
}
