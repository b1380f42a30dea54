#pragma once

#include "graph.h"
#include "stream.h"

/// A list of commands, with graphs for the parts that a driver can replay itself.
struct nxs_schedule {
  nxs_schedule(nexus::gpu_plugin::Device& device, std::span<const nxs_command> commands);
  ~nxs_schedule();
  void update(std::uint32_t index, const nxs_command& command);
  std::uint64_t run(nexus::gpu_plugin::Stream& stream, bool isTimed);
  /// Returns false if no timed run has completed.
  bool readTimes(std::uint64_t* nanoseconds, std::uint32_t count);

 private:
  using Graph = nexus::gpu_plugin::Graph;
  using Plan = nexus::gpu_plugin::Plan;
  void split();
  void forgetOldTimes();
  void build(nexus::gpu_plugin::Segment& segment);

  nexus::gpu_plugin::Device& device_;
  nexus::plugin_support::LightMutex mutex_;
  std::shared_ptr<const Plan> plan_;  // shared with runs that are held back
  std::vector<nexus::gpu_plugin::Segment> segments_;
  nexus::gpu_plugin::Segment whole_;
  std::vector<std::unique_ptr<Graph>> graphs_;  // those of before a change too: runs of them may be in flight
  std::vector<std::shared_ptr<nexus::gpu_plugin::Stamps>> timed_;
};
