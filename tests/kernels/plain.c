/* A kernel library without metadata: plain functions, whose arguments nobody checks. */
#include <nexus/cpu_kernel.h>

/* values[i] = number * i, for all items of the launch */
__attribute__((visibility("default"))) void scale_index(const nexus_cpu_block* block, const void* const* arguments) {
  double* values = *(double* const*)arguments[0];
  const double number = *(const double*)arguments[1];
  size_t x;
  for (x = 0; x < block->size[0]; ++x) {
    const size_t i = block->index[0] * block->size[0] + x;
    values[i] = number * (double)i;
  }
}
