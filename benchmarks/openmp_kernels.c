/* The kernels of portable_kernels.nx, written by hand. Each hand_ function does its work `count` times and returns the seconds. */
#include <omp.h>
#include <stddef.h>

#define TILE 32
#define TIMED(name, parameters, call)        \
  double hand_##name parameters {            \
    const double start = omp_get_wtime();    \
    for (size_t i = 0; i < count; ++i) call; \
    return omp_get_wtime() - start;          \
  }

static void vadd(const float* a, const float* b, float* c, size_t n) {
#pragma omp parallel for simd
  for (size_t i = 0; i < n; ++i) c[i] = a[i] + b[i];
}
TIMED(vadd, (size_t count, const float* a, const float* b, float* c, size_t n), vadd(a, b, c, n))

static void saxpy(const float* x, float* y, float a, size_t n) {
#pragma omp parallel for simd
  for (size_t i = 0; i < n; ++i) y[i] += a * x[i];
}
TIMED(saxpy, (size_t count, const float* x, float* y, float a, size_t n), saxpy(x, y, a, n))

static void stencil(const float* x, float* y, size_t width, size_t height) {
#pragma omp parallel for
  for (size_t j = 1; j < height - 1; ++j) {
#pragma omp simd
    for (size_t i = 1; i < width - 1; ++i) {
      const size_t p = j * width + i;
      y[p] = 0.5f * x[p] + 0.125f * (x[p - 1] + x[p + 1] + x[p - width] + x[p + width]);
    }
  }
}
TIMED(stencil, (size_t count, const float* x, float* y, size_t width, size_t height), stencil(x, y, width, height))

static void matmul(const float* a, const float* b, float* c, size_t n) {
#pragma omp parallel for collapse(2)
  for (size_t by = 0; by < n / TILE; ++by)
    for (size_t bx = 0; bx < n / TILE; ++bx) {
      float left[TILE][TILE], right[TILE][TILE], sum[TILE][TILE] = {{0}};
      for (size_t k = 0; k < n; k += TILE) {
        for (size_t y = 0; y < TILE; ++y)
          for (size_t x = 0; x < TILE; ++x) {
            left[y][x] = a[(by * TILE + y) * n + k + x];
            right[y][x] = b[(k + y) * n + bx * TILE + x];
          }
        for (size_t y = 0; y < TILE; ++y)
          for (size_t i = 0; i < TILE; ++i)
#pragma omp simd
            for (size_t x = 0; x < TILE; ++x) sum[y][x] += left[y][i] * right[i][x];
      }
      for (size_t y = 0; y < TILE; ++y)
        for (size_t x = 0; x < TILE; ++x) c[(by * TILE + y) * n + bx * TILE + x] = sum[y][x];
    }
}
TIMED(matmul, (size_t count, const float* a, const float* b, float* c, size_t n), matmul(a, b, c, n))

/* `blocks` blocks of 256 items, the loop split at the barriers. */
static void ten_barriers(float* x, size_t blocks) {
#pragma omp parallel for if (blocks > 1)
  for (size_t block = 0; block < blocks; ++block) {
    float t[256];
    for (size_t i = 0; i < 256; ++i) t[i] = x[256 * block + i];
    for (int round = 0; round < 10; ++round)
#pragma omp simd
      for (size_t i = 0; i < 256; ++i) t[i] = t[i] * 1.25f + 1.0f;
    for (size_t i = 0; i < 256; ++i) x[256 * block + i] = t[i];
  }
}
TIMED(ten_barriers, (size_t count, float* x, size_t blocks), ten_barriers(x, blocks))
