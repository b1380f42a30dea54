#pragma once

#if defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>
#endif

namespace nexus::cpu_plugin {

/// Tells the processor that this is a waiting loop.
inline void pauseProcessor() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  _mm_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace nexus::cpu_plugin
