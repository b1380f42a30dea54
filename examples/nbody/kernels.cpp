#include <nexus/kernel.h>

// Items of a block, and bodies that it reads at a time.
#ifndef BLOCK
#define BLOCK 64
#endif

#define SOFTENING 1e-2f

// One step in time of n bodies (x, y, z, mass) that attract each other. All items of a block need the same bodies, so the block reads
// them once, into shared memory.
// nexus run: advance now=random:1024x4 next=zeros:1024x4 velocity=random:1024x3 n=1024 dt=0.01 --grid 16 --block 64
NX_KERNEL(advance, (NX_IN(float) now, NX_OUT(float) next, NX_INOUT(float) velocity, NX_VALUE(uint32_t) n, NX_VALUE(float) dt)) {
  NX_SHARED(float, others, BLOCK * 4);
  const size_t i = NX_GLOBAL_ID(0);
  const size_t item = NX_LOCAL_ID(0);
  float place[3] = {0.0f, 0.0f, 0.0f};
  float pull[3] = {0.0f, 0.0f, 0.0f};
  if (i < n) {
    for (size_t d = 0; d < 3; ++d) place[d] = now[4 * i + d];
  }
  for (size_t first = 0; first < n; first += BLOCK) {
    // Beyond the last body there is nothing, without a mass.
    for (size_t d = 0; d < 4; ++d) others[4 * item + d] = first + item < n ? now[4 * (first + item) + d] : 0.0f;
    NX_BARRIER();  // all have written
    for (size_t other = 0; other < BLOCK; ++other) {
      const float dx = others[4 * other] - place[0];
      const float dy = others[4 * other + 1] - place[1];
      const float dz = others[4 * other + 2] - place[2];
      const float inverse = NX_RSQRT(dx * dx + dy * dy + dz * dz + SOFTENING);
      const float weight = others[4 * other + 3] * inverse * inverse * inverse;
      pull[0] += weight * dx;
      pull[1] += weight * dy;
      pull[2] += weight * dz;
    }
    NX_BARRIER();  // all have read
  }
  if (i < n) {
    for (size_t d = 0; d < 3; ++d) {
      velocity[3 * i + d] += dt * pull[d];
      next[4 * i + d] = place[d] + dt * velocity[3 * i + d];
    }
    next[4 * i + 3] = now[4 * i + 3];
  }
}
