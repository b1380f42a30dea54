#include "queue.h"

#include "plugins/support/timestamp.h"

#include <cstring>
#include <memory>
#include <utility>

namespace nexus::opencl {

using plugin_support::PluginError;

CommandQueue createQueue(const DeviceContext& context, bool isMeasuring) {
  const cl_bitfield flags = isMeasuring ? static_cast<cl_bitfield>(QUEUE_PROFILING_ENABLE) : 0;
  const cl_device_id device = context.facts.device;
  cl_int error = COMPLETE;
  cl_command_queue queue = nullptr;
  if (api().clCreateCommandQueueWithProperties) {
    const cl_bitfield properties[] = {static_cast<cl_bitfield>(QUEUE_PROPERTIES), flags, 0};
    queue = api().clCreateCommandQueueWithProperties(context.context.get(), device, properties, &error);
  }
  // The function of OpenCL 1: the loader may know the newer one while the driver does not.
  if (!queue) queue = api().clCreateCommandQueue(context.context.get(), device, flags, &error);
  check(error, [&] { return "cannot make a queue on '" + context.facts.name + "'"; });
  return CommandQueue(queue);
}

cl_ulong profilingTime(const DriverEvent& event, std::int64_t which) {
  cl_ulong time = 0;
  check(api().clGetEventProfilingInfo(event.get(), static_cast<cl_uint>(which), sizeof time, &time, nullptr),
        "cannot read the time of a command");
  return time;
}

namespace {

cl_int statusOf(cl_event event) {
  cl_int status = COMPLETE;
  const cl_int error =
      api().clGetEventInfo(event, static_cast<cl_uint>(EVENT_COMMAND_EXECUTION_STATUS), sizeof status, &status, nullptr);
  return error != COMPLETE ? error : status;
}

}  // namespace

Queue::Queue(const DeviceContext& context) : context_(&context), queue_(createQueue(context, false)) {}

Queue::Prepared Queue::prepare(const nxs_command& command) {
  Prepared prepared;
  if (command.kind != NXS_COMMAND_LAUNCH) return prepared;
  const nxs_launch& launch = command.as.launch;
  launch.kernel->check(launch);
  prepared.kernel = launch.kernel->clone();
  launch.kernel->bind(prepared.kernel, launch);
  return prepared;
}

void Queue::check(const nxs_command& command) const {
  if (command.kind == NXS_COMMAND_LAUNCH)
    command.as.launch.kernel->check(command.as.launch);
  else if (command.kind == NXS_COMMAND_TIMESTAMP)
    plugin_support::timestampTarget(command);
  else if (command.kind > NXS_COMMAND_TIMESTAMP)
    throw PluginError(NXS_UNSUPPORTED,
                      "a command of kind " + std::to_string(command.kind) + " is unknown to this version of the plugin");
}

bool Queue::runNow(const nxs_command& command) const {
  if (command.kind != NXS_COMMAND_COPY || !context_->facts.isCpu()) return false;
  const nxs_copy& copy = command.as.copy;
  char* const to = static_cast<char*>(copy.destination ? copy.destination->hostPointer() : copy.host_destination);
  const char* const from = static_cast<const char*>(copy.source ? copy.source->hostPointer() : copy.host_source);
  if (!to || !from) return false;
  std::memcpy(to + copy.destination_offset, from + copy.source_offset, copy.size);
  return true;
}

void Queue::enqueue(const nxs_command& command, const Prepared& prepared, Timer* timer) {
  if (timer) measure();
  timer_ = timer;
  switch (command.kind) {
    case NXS_COMMAND_LAUNCH: launch(command.as.launch, prepared); break;
    case NXS_COMMAND_COPY: copy(command.as.copy); break;
    case NXS_COMMAND_FILL: fill(command.as.fill); break;
  }
}

/// From now on the driver measures commands, which costs a little: another queue takes over where the first one ends.
void Queue::measure() {
  if (isMeasuring_) return;
  CommandQueue measuring = createQueue(*context_, true);
  cl_event end = nullptr, start = nullptr;
  nexus::opencl::check(api().clEnqueueBarrierWithWaitList(queue_.get(), 0, nullptr, &end), "cannot end a queue");
  const DriverEvent before(end);
  nexus::opencl::check(api().clFlush(queue_.get()), "cannot submit a queue");
  nexus::opencl::check(api().clEnqueueBarrierWithWaitList(measuring.get(), 1, &end, &start), "cannot go on in another queue");
  last_ = DriverEvent(start);
  mustFlush_ = true;
  queue_ = std::move(measuring);
  isMeasuring_ = true;
}

void Queue::launch(const nxs_launch& launch, const Prepared& prepared) {
  const cl_uint dimensions = launch.grid[2] * launch.block[2] > 1 ? 3 : launch.grid[1] * launch.block[1] > 1 ? 2 : 1;
  std::size_t global[3], local[3];
  for (cl_uint d = 0; d < dimensions; ++d) {
    local[d] = launch.block[d];
    if (__builtin_mul_overflow(launch.grid[d], launch.block[d], &global[d]))
      throw PluginError(NXS_INVALID_ARGUMENT, "kernel '" + launch.kernel->name() + "': " + std::to_string(launch.grid[d]) +
                                                  " blocks of " + std::to_string(launch.block[d]) +
                                                  " items are more than the device can number");
  }
  const auto run = [&](cl_kernel kernel) {
    keepEvent(
        [&](cl_event* event) {
          return api().clEnqueueNDRangeKernel(queue_.get(), kernel, dimensions, nullptr, global, local, 0, nullptr, event);
        },
        [&] {
          const auto text = [](const std::uint64_t (&size)[3]) {
            return "(" + std::to_string(size[0]) + ", " + std::to_string(size[1]) + ", " + std::to_string(size[2]) + ")";
          };
          return "cannot launch kernel '" + launch.kernel->name() + "' with grid " + text(launch.grid) + " and block " +
                 text(launch.block);
        });
  };
  if (prepared.kernel.handle())
    run(prepared.kernel.handle());
  else
    launch.kernel->withArguments(launch, run);
}

void Queue::copy(const nxs_copy& copy) {
  const auto what = [&] { return "cannot copy " + std::to_string(copy.size) + " bytes"; };
  const cl_mem toObject = copy.destination ? copy.destination->object() : nullptr;
  const cl_mem fromObject = copy.source ? copy.source->object() : nullptr;
  char* const to =
      (copy.destination ? copy.destination->address() : static_cast<char*>(copy.host_destination)) + copy.destination_offset;
  const char* const from = (copy.source ? copy.source->address() : static_cast<const char*>(copy.host_source)) + copy.source_offset;
  const cl_command_queue queue = queue_.get();
  if (toObject && fromObject) {
    keepEvent(
        [&](cl_event* event) {
          return api().clEnqueueCopyBuffer(queue, fromObject, toObject, copy.source_offset, copy.destination_offset, copy.size, 0,
                                           nullptr, event);
        },
        what);
  } else if (toObject) {
    keepEvent(
        [&](cl_event* event) {
          return api().clEnqueueWriteBuffer(queue, toObject, 0, copy.destination_offset, copy.size, from, 0, nullptr, event);
        },
        what);
  } else if (fromObject) {
    keepEvent(
        [&](cl_event* event) {
          return api().clEnqueueReadBuffer(queue, fromObject, 0, copy.source_offset, copy.size, to, 0, nullptr, event);
        },
        what);
  } else {
    const auto move =
        isUnified(context_->facts.memoryKind) ? context_->platform.extensions.clEnqueueMemcpyINTEL : api().clEnqueueSVMMemcpy;
    keepEvent([&](cl_event* event) { return move(queue, 0, to, from, copy.size, 0, nullptr, event); }, what);
  }
}

void Queue::fillPart(const nxs_fill& fill, std::uint64_t offset, std::uint64_t size, const unsigned char* pattern,
                     std::size_t patternSize) {
  keepEvent(
      [&](cl_event* event) {
        char* const address = fill.buffer->address();
        if (!address)
          return api().clEnqueueFillBuffer(queue_.get(), fill.buffer->object(), pattern, patternSize, offset, size, 0, nullptr,
                                           event);
        const auto fillMemory =
            isUnified(context_->facts.memoryKind) ? context_->platform.extensions.clEnqueueMemFillINTEL : api().clEnqueueSVMMemFill;
        return fillMemory(queue_.get(), address + offset, pattern, patternSize, size, 0, nullptr, event);
      },
      [&] { return "cannot fill " + std::to_string(size) + " bytes"; });
}

void Queue::fill(const nxs_fill& fill) {
  // Drivers fill from multiples of the pattern on: what lies before and behind is filled byte by byte, and the pattern begins
  // elsewhere.
  const std::uint64_t period = fill.pattern_size;
  const std::uint64_t before = std::min((period - fill.offset % period) % period, fill.size);
  const std::uint64_t middle = (fill.size - before) / period * period;
  const auto fillBytes = [&](std::uint64_t from, std::uint64_t to) {
    for (std::uint64_t i = from; i < to; ++i) fillPart(fill, fill.offset + i, 1, &fill.pattern[i % period], 1);
  };
  fillBytes(0, before);
  if (middle > 0) {
    unsigned char rotated[sizeof fill.pattern];
    for (std::uint64_t i = 0; i < period; ++i) rotated[i] = fill.pattern[(before + i) % period];
    fillPart(fill, fill.offset + before, middle, rotated, period);
  }
  fillBytes(before + middle, fill.size);
}

void Queue::await(const Point& point) {
  const cl_event awaited = point.get();
  timer_ = nullptr;
  keepEvent([&](cl_event* event) { return api().clEnqueueBarrierWithWaitList(queue_.get(), 1, &awaited, event); },
            [] { return "cannot wait for another queue"; });
}

Queue::Point Queue::mark() {
  if (mustFlush_) nexus::opencl::check(api().clFlush(queue_.get()), "cannot submit a queue");
  mustFlush_ = false;
  return std::exchange(last_, {});
}

bool Queue::isReached(const Point& point) {
  const cl_int status = statusOf(point.get());
  if (status < COMPLETE) {
    const nxs_status known = errorStatus(status);
    throw PluginError(known == NXS_OUT_OF_MEMORY ? known : nxs_status{NXS_LAUNCH_FAILED},
                      "a command of the stream failed while it ran: " + errorName(status), status);
  }
  return status == COMPLETE;
}

void Queue::notify(const Point& point, std::function<void()> call) noexcept {
  auto held = std::make_unique<std::function<void()>>(std::move(call));
  const EventCallback callBack = [](cl_event, cl_int, void* user) {
    const std::unique_ptr<std::function<void()>> taken(static_cast<std::function<void()>*>(user));
    (*taken)();
  };
  if (api().clSetEventCallback(point.get(), static_cast<cl_int>(COMPLETE), callBack, held.get()) == COMPLETE) {
    static_cast<void>(held.release());
    return;
  }
  wait(point);
  (*held)();
}

std::uint64_t Queue::nanoseconds(const Timer& timer) {
  if (!timer.first) return 0;
  const cl_ulong start = profilingTime(timer.first, PROFILING_COMMAND_START),
                 end = profilingTime(timer.last, PROFILING_COMMAND_END);
  return end > start ? end - start : 0;
}

Queue::Stamp Queue::stamp() {
  measure();
  context_->clock.keepUp();
  timer_ = nullptr;
  keepEvent([&](cl_event* event) { return api().clEnqueueBarrierWithWaitList(queue_.get(), 0, nullptr, event); },
            [] { return "cannot take the time"; });
  return {last_};
}

std::optional<std::uint64_t> Queue::hostTime(const Stamp& stamp) const noexcept {
  try {
    if (statusOf(stamp.marker.get()) != COMPLETE) return std::nullopt;
    context_->clock.keepUp();
    return context_->clock.toHost(profilingTime(stamp.marker, PROFILING_COMMAND_END));
  } catch (const PluginError&) {
    return std::nullopt;
  }
}

}  // namespace nexus::opencl
