#pragma once

#include "plugins/support/driver_stream.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <utility>

namespace nexus::plugin_support {

/// A schedule that is replayed on streams of that kind.
template <class Queue>
class DriverSchedule {
 public:
  using Plan = DriverPlan<Queue>;
  /// `prepare` makes the Queue::Prepared of a command.
  template <class Prepare>
  DriverSchedule(std::span<const nxs_command> commands, Prepare prepare) : plan_(std::make_shared<Plan>()) {
    auto plan = std::make_shared<Plan>();
    for (const nxs_command& command : commands) plan->steps.push_back(makeStep(command, prepare));
    plan_ = std::move(plan);
  }
  /// Later runs use the new command. Calls are the caller's to serialise.
  template <class Prepare>
  void update(std::uint32_t index, const nxs_command& command, Prepare prepare) {
    auto plan = std::make_shared<Plan>(*current());
    plan->steps[index] = makeStep(command, prepare);
    std::lock_guard lock(mutex_);
    plan_ = std::move(plan);
  }
  std::uint64_t run(DriverStream<Queue>& stream, bool isTimed) const { return stream.run(current(), isTimed ? times_ : nullptr); }
  /// Durations of the first `count` commands of the last timed run that has completed. Returns false if there was none.
  bool readTimes(std::uint64_t* nanoseconds, std::uint32_t count) const {
    std::lock_guard lock(times_->mutex);
    if (times_->nanoseconds.size() < count || count == 0) return false;
    std::copy_n(times_->nanoseconds.begin(), count, nanoseconds);
    return true;
  }

 private:
  template <class Prepare>
  static std::shared_ptr<const typename Plan::Step> makeStep(const nxs_command& command, Prepare prepare) {
    HeldCommand held(command);
    auto prepared = prepare(held.command());
    return std::make_shared<const typename Plan::Step>(typename Plan::Step{std::move(held), std::move(prepared)});
  }
  std::shared_ptr<const Plan> current() const {
    std::lock_guard lock(mutex_);
    return plan_;
  }

  mutable std::mutex mutex_;
  std::shared_ptr<const Plan> plan_;
  const std::shared_ptr<DriverTimes> times_ = std::make_shared<DriverTimes>();
};

}  // namespace nexus::plugin_support
