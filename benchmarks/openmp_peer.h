/* The work of the benchmarks in plain OpenMP. Every function runs one parallel region `repeats` times, one after another, and returns the
 * seconds that took, measured here: no foreign-function call is charged to OpenMP. */
#ifndef NEXUS_BENCHMARKS_OPENMP_PEER_H
#define NEXUS_BENCHMARKS_OPENMP_PEER_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

int peer_threads(void);
double peer_empty(size_t repeats);
double peer_vadd(size_t repeats, const float* a, const float* b, float* c, size_t n);
/* The vector add on the calling thread alone. */
double peer_vadd_alone(size_t repeats, const float* a, const float* b, float* c, size_t n);
double peer_saxpy(size_t repeats, const float* x, float* y, float a, size_t n);

#ifdef __cplusplus
}
#endif

#endif
