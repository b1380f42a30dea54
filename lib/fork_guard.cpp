#include "fork_guard.h"

#include <pthread.h>

#include <atomic>

namespace nexus::detail {

namespace {
std::atomic<std::uint32_t> generation{0};
const int registered = pthread_atfork(nullptr, nullptr, [] { generation.fetch_add(1, std::memory_order_relaxed); });
}  // namespace

std::uint32_t forkGeneration() noexcept { return generation.load(std::memory_order_relaxed); }

}  // namespace nexus::detail
