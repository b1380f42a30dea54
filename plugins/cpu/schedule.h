#pragma once

#include "stream.h"

namespace nexus::cpu_plugin {

/// A plan that can be replaced while it runs. Runs on the calling thread are only counted; queued ones share the plan.
class Schedule {
 public:
  Schedule(const nxs_command* commands, std::uint32_t count);
  Schedule(const Schedule&) = delete;
  Schedule& operator=(const Schedule&) = delete;

  /// Later runs use the new command. Calls are the caller's to serialise.
  void update(std::uint32_t index, const nxs_command& command);
  std::uint64_t run(Stream& stream, bool isInline, bool isTimed) const;
  /// Durations of the first `count` operations of the last timed run that has completed. Returns false if there was none.
  bool readTimes(std::uint64_t* nanoseconds, std::uint32_t count) const;

 private:
  void publish(std::shared_ptr<const Plan> plan);

  const std::shared_ptr<Times> times_ = std::make_shared<Times>();
  mutable std::atomic<std::uint32_t> runs_{0};
  std::atomic<const std::shared_ptr<const Plan>*> current_{nullptr};
  // Owns the current plan and older ones that a run on another thread may still read.
  std::deque<std::shared_ptr<const Plan>> plans_;
};

}  // namespace nexus::cpu_plugin

struct nxs_schedule : nexus::cpu_plugin::Schedule {
  using Schedule::Schedule;
};
