#pragma once

#include "kernel.h"

#include <functional>
#include <optional>

namespace nexus::opencl {

/// Throws PluginError. A queue that measures tells profilingTime of its commands.
CommandQueue createQueue(const DeviceContext& context, bool isMeasuring);
/// One of CL_PROFILING_COMMAND_*, by the device's clock, of a command that has completed. Throws PluginError.
cl_ulong profilingTime(const DriverEvent& event, std::int64_t which);

/// An in-order queue of the driver, as plugins/support/driver_stream.h drives it.
class Queue {
 public:
  /// A kernel object that holds the arguments of one recorded launch.
  struct Prepared {
    BoundKernel kernel;
  };
  using Point = DriverEvent;
  /// The driver's events of a command that it measures.
  struct Timer {
    DriverEvent first, last;
  };
  /// A marker of the driver.
  struct Stamp {
    DriverEvent marker;
  };

  /// Throws PluginError.
  explicit Queue(const DeviceContext& context);

  static Prepared prepare(const nxs_command& command);
  void check(const nxs_command& command) const;
  bool runNow(const nxs_command& command) const;
  void enqueue(const nxs_command& command, const Prepared& prepared, Timer* timer);
  void await(const Point& point);
  Point mark();
  static bool isReached(const Point& point);
  static bool wait(const Point& point) noexcept {
    const cl_event event = point.get();
    return api().clWaitForEvents(1, &event) == COMPLETE;
  }
  static void notify(const Point& point, std::function<void()> call) noexcept;
  static std::uint64_t nanoseconds(const Timer& timer);
  Stamp stamp();
  std::optional<std::uint64_t> hostTime(const Stamp& stamp) const noexcept;

 private:
  void measure();
  void launch(const nxs_launch& launch, const Prepared& prepared);
  void copy(const nxs_copy& copy);
  void fill(const nxs_fill& fill);
  void fillPart(const nxs_fill& fill, std::uint64_t offset, std::uint64_t size, const unsigned char* pattern,
                std::size_t patternSize);
  /// Calls a function of the driver that gives an event, and keeps the event.
  template <class Enqueue, class What>
  void keepEvent(Enqueue enqueue, What what) {
    cl_event event = nullptr;
    nexus::opencl::check(enqueue(&event), what);
    last_ = DriverEvent(event);
    mustFlush_ = true;
    if (!timer_) return;
    if (!timer_->first) timer_->first = last_;
    timer_->last = last_;
  }

  const DeviceContext* context_;
  CommandQueue queue_;
  bool isMeasuring_ = false;
  bool mustFlush_ = false;
  Timer* timer_ = nullptr;
  DriverEvent last_;
};

}  // namespace nexus::opencl
