#pragma once

#include "plugins/support/timeline.h"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace nexus::plugin_support {

template <class Queue>
class DriverStream;

/// The signals that follow from what a device's driver has been given: who waits for one can do so in the driver's own queue. All
/// members may be called from any thread.
template <class Queue>
class SignalsInFlight {
 public:
  struct Signal {
    typename Queue::Point point;  // behind which the event is raised
    std::weak_ptr<DriverStream<Queue>> stream;
  };

  /// Of two that raise an event to one value, the first counts. The event must live until remove().
  void add(const Timeline& event, std::uint64_t value, Signal signal) {
    std::lock_guard lock(mutex_);
    signals_.try_emplace({&event, value}, std::move(signal));
  }
  /// The event has been raised, or will not be.
  void remove(const Timeline& event, std::uint64_t value) {
    std::lock_guard lock(mutex_);
    signals_.erase({&event, value});
  }
  /// The signal that raises the event to just that value: one that raises it further may be far away while the host is about to raise
  /// it that far.
  std::optional<Signal> find(const Timeline& event, std::uint64_t value) const {
    std::lock_guard lock(mutex_);
    const auto found = signals_.find({&event, value});
    return found == signals_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<const Timeline*, std::uint64_t>, Signal> signals_;
};

}  // namespace nexus::plugin_support
