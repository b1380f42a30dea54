#pragma once

#include "plugins/support/held_command.h"

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace nexus::plugin_support {

/// The commands of a schedule. A schedule that is changed makes a new plan; runs that are held back share the old one.
template <class Queue>
struct DriverPlan {
  struct Step {
    HeldCommand held;
    typename Queue::Prepared prepared;
  };
  std::vector<std::shared_ptr<const Step>> steps;
};

/// Durations of the last timed run of a schedule that has completed.
struct DriverTimes {
  std::mutex mutex;
  std::vector<std::uint64_t> nanoseconds;
};

}  // namespace nexus::plugin_support
