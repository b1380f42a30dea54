#include "schedule.h"

#include "vendor_functions.h"

#include <algorithm>
#include <utility>

namespace gpu = nexus::gpu_plugin;
using nexus::plugin_support::HeldCommand;
using nexus::plugin_support::PluginError;

nxs_schedule::nxs_schedule(gpu::Device& device, std::span<const nxs_command> commands)
    : device_(device), whole_{0, commands.size(), nullptr} {
  auto plan = std::make_shared<Plan>();
  for (const nxs_command& command : commands) plan->commands.push_back(std::make_shared<const HeldCommand>(command));
  plan_ = std::move(plan);
  split();
}

nxs_schedule::~nxs_schedule() {
  try {
    const gpu::ContextScope scope(device_.context());
    graphs_.clear();
  } catch (const PluginError&) {
    // The context is gone, and the graphs with it.
  }
}

/// Finds the longest parts that a graph can hold. One command alone is quicker without.
void nxs_schedule::split() {
  segments_.clear();
  const auto& commands = plan_->commands;
  const auto isForGraph = [&](std::size_t i) { return gpu::hasGraphFunctions() && Graph::canHold(commands[i]->command()); };
  for (std::size_t i = 0; i < commands.size();) {
    gpu::Segment segment = {i, 1, nullptr};
    const bool isGraph = isForGraph(i);
    for (++i; i < commands.size() && isForGraph(i) == isGraph; ++i) ++segment.count;
    if (isGraph && segment.count > 1) build(segment);
    segments_.push_back(segment);
  }
}

void nxs_schedule::build(gpu::Segment& segment) {
  const gpu::ContextScope scope(device_.context());
  std::vector<const nxs_command*> commands;
  for (std::size_t i = 0; i < segment.count; ++i) commands.push_back(&plan_->commands[segment.first + i]->command());
  graphs_.push_back(std::make_unique<Graph>(device_, commands));
  segment.graph = graphs_.back().get();
}

void nxs_schedule::update(std::uint32_t index, const nxs_command& command) {
  std::lock_guard lock(mutex_);
  auto plan = std::make_shared<Plan>(*plan_);
  plan->commands[index] = std::make_shared<const HeldCommand>(command);
  const std::shared_ptr<const Plan> before = std::exchange(plan_, std::move(plan));
  const nxs_command& fresh = plan_->commands[index]->command();
  for (gpu::Segment& segment : segments_) {
    if (!segment.graph || index < segment.first || index >= segment.first + segment.count) continue;
    const gpu::ContextScope scope(device_.context());
    if (Graph::canHold(fresh) && segment.graph->update(index - segment.first, fresh)) return;
    try {
      if (Graph::canHold(fresh))
        build(segment);
      else
        split();
    } catch (...) {
      plan_ = before;
      throw;
    }
    return;
  }
}

std::uint64_t nxs_schedule::run(gpu::Stream& stream, bool isTimed) {
  std::lock_guard lock(mutex_);
  if (!isTimed) return stream.submit(plan_, segments_, nullptr);
  forgetOldTimes();
  auto stamps = std::make_shared<gpu::Stamps>(device_, plan_->commands.size());
  timed_.push_back(stamps);
  return stream.submit(plan_, {&whole_, 1}, stamps);
}

/// Keeps the last completed run, and those behind it.
void nxs_schedule::forgetOldTimes() {
  const auto last = std::find_if(timed_.rbegin(), timed_.rend(), [](const auto& stamps) { return stamps->isComplete(); });
  if (last != timed_.rend()) timed_.erase(timed_.begin(), std::prev(last.base()));
}

bool nxs_schedule::readTimes(std::uint64_t* nanoseconds, std::uint32_t count) {
  std::lock_guard lock(mutex_);
  forgetOldTimes();
  if (timed_.empty() || !timed_.front()->isComplete()) return false;
  const gpu::ContextScope scope(device_.context());
  timed_.front()->read(nanoseconds, std::min<std::size_t>(count, plan_->commands.size()));
  return true;
}
