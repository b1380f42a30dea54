#pragma once

#include <nexus/handle.h>

#include <cstdint>
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

 private:
  friend struct detail::Access;
  using Handle::Handle;
};

}  // namespace nexus
