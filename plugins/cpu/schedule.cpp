#include "schedule.h"

#include <algorithm>

namespace nexus::cpu_plugin {

Schedule::Schedule(const nxs_command* commands, std::uint32_t count) {
  auto plan = std::make_shared<Plan>();
  for (std::uint32_t i = 0; i < count; ++i) {
    plan->operations.push_back(std::make_shared<const Operation>(commands[i]));
    plan->mustBeQueued |= plan->operations.back()->mustBeQueued();
  }
  publish(std::move(plan));
}

void Schedule::publish(std::shared_ptr<const Plan> plan) {
  plans_.push_back(std::move(plan));
  current_.store(&plans_.back());
  // A run that is counted after this store sees the new plan, so without one the old plans have no reader.
  if (runs_.load() == 0)
    while (plans_.size() > 1) plans_.pop_front();
}

void Schedule::update(std::uint32_t index, const nxs_command& command) {
  auto plan = std::make_shared<Plan>(*plans_.back());
  plan->operations[index] = std::make_shared<const Operation>(command);
  publish(std::move(plan));
}

bool Schedule::readTimes(std::uint64_t* nanoseconds, std::uint32_t count) const {
  std::lock_guard lock(times_->mutex);
  if (times_->nanoseconds.size() < count || count == 0) return false;
  std::copy_n(times_->nanoseconds.begin(), count, nanoseconds);
  return true;
}

std::uint64_t Schedule::run(Stream& stream, bool isInline, bool isTimed) const {
  struct Counted {
    std::atomic<std::uint32_t>& runs;
    explicit Counted(std::atomic<std::uint32_t>& r) : runs(r) { runs.fetch_add(1); }
    ~Counted() { runs.fetch_sub(1); }
  } counted(runs_);
  static const std::shared_ptr<Times> notTimed;
  return stream.submit(*current_.load(), isInline, isTimed ? times_ : notTimed);
}

}  // namespace nexus::cpu_plugin
