#include "fork_guard.h"

#include <pthread.h>

namespace nexus::detail {

constinit std::atomic<std::uint32_t> forks{0};

namespace {
const int registered = pthread_atfork(nullptr, nullptr, [] { forks.fetch_add(1, std::memory_order_relaxed); });
}  // namespace

}  // namespace nexus::detail
