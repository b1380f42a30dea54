#pragma once

#include <nexus/handle.h>

#include <cstdint>
#include <functional>
#include <limits>

namespace nexus {

class Device;

/// Seconds of a wait that never times out.
inline constexpr double forever = std::numeric_limits<double>::infinity();

/// A point that streams and the host meet at: a 64-bit value that only grows.
class NEXUS_API Event : public Handle {
 public:
  Event() = default;
  Device getDevice() const;
  /// The present value. Throws what failed if the command that was to raise it failed.
  std::uint64_t getValue() const;
  /// Raises the value from the host. Throws InvalidArgumentError if `value` is not above the present one.
  void signal(std::uint64_t value) const;
  /// Blocks until `value` is reached; returns false if `timeout` seconds pass first.
  bool wait(std::uint64_t value, double timeout = forever) const;
  /// Has a function called, once and on any thread, when `value` is reached or the event has failed; at once if it is so already. The function
  /// must return soon, must not throw and must not call Nexus.
  void notify(std::uint64_t value, std::function<void()> function) const;

 private:
  friend struct detail::Access;
  using Handle::Handle;
};

}  // namespace nexus
