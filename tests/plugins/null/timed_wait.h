#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace null_plugin {

/// Waits until `done()` holds; false if `timeout_ns` nanoseconds pass first.
template <class Done>
bool timedWait(std::condition_variable& changed, std::unique_lock<std::mutex>& lock, std::uint64_t timeout_ns, Done done) {
  // Beyond this, the deadline would overflow the clock; nobody lives to see it.
  constexpr std::uint64_t endless = std::uint64_t{1} << 61;
  if (timeout_ns < endless) return changed.wait_for(lock, std::chrono::nanoseconds(timeout_ns), done);
  changed.wait(lock, done);
  return true;
}

}  // namespace null_plugin
