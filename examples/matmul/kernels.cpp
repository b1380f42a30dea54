#include <nexus/kernel.h>

// Items along each side of a block, and of the parts of the matrices that it works on at a time.
#ifndef TILE
#define TILE 16
#endif

// c = a b for n x n matrices. Each element is needed by a whole row or column of items, so the block reads it once, into shared memory.
// nexus run: matmul a=random:256x256 b=random:256x256 c=zeros:256x256 n=256 --grid 16x16 --block 16x16
NX_KERNEL(matmul, (NX_IN(float) a, NX_IN(float) b, NX_OUT(float) c, NX_VALUE(uint32_t) n)) {
  NX_SHARED(float, left, TILE* TILE);
  NX_SHARED(float, right, TILE* TILE);
  const size_t x = NX_LOCAL_ID(0);
  const size_t y = NX_LOCAL_ID(1);
  const size_t column = NX_GLOBAL_ID(0);
  const size_t row = NX_GLOBAL_ID(1);
  float sum = 0.0f;
  for (size_t k = 0; k < n; k += TILE) {
    // What lies outside of the matrices counts as 0.
    left[y * TILE + x] = row < n && k + x < n ? a[row * n + k + x] : 0.0f;
    right[y * TILE + x] = k + y < n && column < n ? b[(k + y) * n + column] : 0.0f;
    NX_BARRIER();  // all have written
    for (size_t i = 0; i < TILE; ++i) sum += left[y * TILE + i] * right[i * TILE + x];
    NX_BARRIER();  // all have read
  }
  if (row < n && column < n) c[row * n + column] = sum;
}
