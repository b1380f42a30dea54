#include "openmp_peer.h"

#include <omp.h>

/* Each repeat is a function that is not inlined, so that no compiler merges one repeat with the next. */
#define REGION __attribute__((noinline)) static void

REGION empty(void) {
#pragma omp parallel
  __asm__ volatile("" ::: "memory");
}

REGION vadd(const float* restrict a, const float* restrict b, float* restrict c, size_t n) {
#pragma omp parallel for simd schedule(static)
  for (size_t i = 0; i < n; ++i) c[i] = a[i] + b[i];
}

REGION vadd_alone(const float* restrict a, const float* restrict b, float* restrict c, size_t n) {
  for (size_t i = 0; i < n; ++i) c[i] = a[i] + b[i];
}

REGION saxpy(const float* restrict x, float* restrict y, float a, size_t n) {
#pragma omp parallel for simd schedule(static)
  for (size_t i = 0; i < n; ++i) y[i] += a * x[i];
}

int peer_threads(void) { return omp_get_max_threads(); }

double peer_empty(size_t repeats) {
  const double start = omp_get_wtime();
  for (size_t i = 0; i < repeats; ++i) empty();
  return omp_get_wtime() - start;
}

double peer_vadd(size_t repeats, const float* a, const float* b, float* c, size_t n) {
  const double start = omp_get_wtime();
  for (size_t i = 0; i < repeats; ++i) vadd(a, b, c, n);
  return omp_get_wtime() - start;
}

double peer_vadd_alone(size_t repeats, const float* a, const float* b, float* c, size_t n) {
  const double start = omp_get_wtime();
  for (size_t i = 0; i < repeats; ++i) vadd_alone(a, b, c, n);
  return omp_get_wtime() - start;
}

double peer_saxpy(size_t repeats, const float* x, float* y, float a, size_t n) {
  const double start = omp_get_wtime();
  for (size_t i = 0; i < repeats; ++i) saxpy(x, y, a, n);
  return omp_get_wtime() - start;
}
