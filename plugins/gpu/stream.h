#pragma once

#include "event.h"
#include "graph.h"
#include "plugins/support/held_command.h"
#include "plugins/support/light_mutex.h"
#include "timestamps.h"

#include <deque>
#include <span>

namespace nexus::gpu_plugin {

/// Time stamps around the commands of a run.
class Stamps {
 public:
  Stamps(Device& device, std::size_t commands) : device_(device), handles_(commands + 1) {}
  Stamps(const Stamps&) = delete;
  Stamps& operator=(const Stamps&) = delete;
  ~Stamps();
  /// Records the stamp before command `index`.
  void record(std::size_t index, StreamHandle stream);
  /// Whether the run has completed.
  bool isComplete() const;
  void read(std::uint64_t* nanoseconds, std::size_t count) const;

 private:
  Device& device_;
  std::vector<EventHandle> handles_;
};

/// Commands that a schedule, or a submission that had to wait, keeps.
struct Plan {
  std::vector<std::shared_ptr<const plugin_support::HeldCommand>> commands;
};

/// A part of a run: commands first ... first + count, by a graph or one by one.
struct Segment {
  std::size_t first, count;
  Graph* graph;  ///< nullptr: one by one
};

/// An in-order queue. What the driver can order itself goes to it at once. A wait for something that nobody has been told to do yet, and a call of the
/// host, hold the stream back: the worker of the device goes on with it, so that nothing is parked in a queue of the driver.
///
/// Nothing marks the end of a command for its own sake: only when somebody asks how far the stream is, a mark is recorded behind what it has.
class Stream : public Task, public std::enable_shared_from_this<Stream> {
 public:
  explicit Stream(Device& device);
  ~Stream() override;

  std::uint64_t submit(std::span<const nxs_command> commands);
  /// With `stamps`, the commands are measured one by one.
  std::uint64_t submit(const std::shared_ptr<const Plan>& plan, std::span<const Segment> segments,
                       const std::shared_ptr<Stamps>& stamps);

  /// Returns false if the time is over first. Throws what failed, which ends the failure.
  bool synchronize(std::uint64_t timeoutNanoseconds);
  std::uint64_t completed();

  void fail(const plugin_support::PluginError& failure);
  bool advance() override;
  /// Names of the kernels that may be running. Takes no lock.
  void listRunning(std::set<std::string>& names) const;

 private:
  struct Pending {
    std::shared_ptr<const Plan> plan;
    std::shared_ptr<Stamps> stamps;
    std::size_t next = 0;
    std::uint64_t ticket = 0;
  };
  enum class Outcome { done, askAgain, waits };

  std::uint64_t submitAny(std::span<const nxs_command> commands);
  std::uint64_t submitAny(const std::shared_ptr<const Plan>& plan, std::span<const Segment> segments,
                          const std::shared_ptr<Stamps>& stamps);
  void launch(const nxs_launch& launch);
  [[gnu::cold]] void failLaunch(const nxs_kernel& kernel, Result result);
  void run(const Graph& graph);
  void copy(const nxs_copy& copy);
  void fill(const nxs_fill& fill);
  void issue(const nxs_command& command);
  bool tryIssue(const nxs_command& command, bool isFirst);
  Outcome proceed(const nxs_command& command, std::unique_lock<plugin_support::LightMutex>& lock);
  void hold(Pending pending);
  bool runDirectly(const Plan& plan, const Segment& segment, Stamps* stamps, std::size_t& next);
  std::uint64_t finishSubmission();
  void refresh();
  void complete(std::uint64_t ticket);
  void setFailure(const plugin_support::PluginError& failure);
  void noteKernel(const nxs_kernel& kernel) noexcept;

  Device& device_;
  const ContextHandle context_;
  StreamHandle handle_ = nullptr;

  plugin_support::LightMutex mutex_;
  std::uint64_t submitted_ = 0;
  std::uint64_t issued_ = 0;  // up to here the driver has everything
  std::size_t nextRecent_ = 0;
  std::optional<plugin_support::PluginError> failure_;
  std::deque<Pending> queue_;  // held back
  std::condition_variable_any changed_;
  std::deque<std::pair<std::uint64_t, std::shared_ptr<Mark>>> marks_;
  std::shared_ptr<Mark> gate_;  // in front of a call of the host
  std::atomic<std::uint64_t> completed_{0};
  Timestamps timestamps_{device_};

  // The last kernels, for the message if one of them breaks the device.
  struct Recent {
    std::atomic<std::uint64_t> ticket{0};
    std::atomic<const std::string*> name{nullptr};
  };
  Recent recent_[rememberedKernels];
};

}  // namespace nexus::gpu_plugin

struct nxs_stream {
  std::shared_ptr<nexus::gpu_plugin::Stream> stream;
};
