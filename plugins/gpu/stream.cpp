#include "stream.h"

#include "backoff.h"
#include "buffer.h"
#include "fill.h"
#include "graph.h"
#include "launch_parameters.h"
#include "vendor_functions.h"

#include "plugins/support/deadline.h"
#include "plugins/support/timestamp.h"

namespace nexus::gpu_plugin {

using plugin_support::HeldCommand;
using plugin_support::LightMutex;
using plugin_support::PluginError;

Stamps::~Stamps() {
  for (const EventHandle handle : handles_)
    if (handle) device_.stamps().giveBack(handle);
}
void Stamps::record(std::size_t index, StreamHandle stream) {
  if (!handles_[index]) handles_[index] = device_.stamps().take();
  device_.check(driver.eventRecord(handles_[index], stream), "cannot record a time stamp");
}
bool Stamps::isComplete() const { return handles_.back() && driver.eventQuery(handles_.back()) == success; }
void Stamps::read(std::uint64_t* nanoseconds, std::size_t count) const {
  for (std::size_t i = 0; i < count; ++i) {
    float milliseconds = 0;
    device_.check(driver.eventElapsed(&milliseconds, handles_[i], handles_[i + 1]), "cannot read a time stamp");
    nanoseconds[i] = static_cast<std::uint64_t>(static_cast<double>(milliseconds) * 1e6);
  }
}

Stream::Stream(Device& device) : device_(device), context_(device.context()) {
  const ContextScope scope(context_);
  device_.throwIfLost();
  device_.check(driver.streamCreate(&handle_, streamNonBlocking, 0), "cannot create a stream");
}

Stream::~Stream() {
  try {
    const ContextScope scope(context_);
    driver.streamDestroy(handle_);
  } catch (const PluginError&) {
    // The context is gone, and the stream with it.
  }
}

// ---------------------------------------------------------------- what goes to the driver

void Stream::noteKernel(const nxs_kernel& kernel) noexcept {
  Recent& recent = recent_[nextRecent_++ % rememberedKernels];
  recent.name.store(kernel.name, std::memory_order_relaxed);
  recent.ticket.store(submitted_ + 1, std::memory_order_relaxed);
}

void Stream::listRunning(std::set<std::string>& names) const {
  const std::uint64_t completed = completed_.load(std::memory_order_relaxed);
  for (const Recent& recent : recent_)
    if (const std::string* name = recent.name.load(std::memory_order_relaxed);
        name && recent.ticket.load(std::memory_order_relaxed) > completed)
      names.insert(*name);
}

[[gnu::always_inline]] inline void Stream::launch(const nxs_launch& launch) {
  const LaunchParameters parameters(launch);
  const nxs_kernel& kernel = *launch.kernel;
  const auto size = [](std::uint64_t value) { return static_cast<unsigned>(value); };  // the core has checked that it is no larger
  const auto& grid = launch.grid;
  const auto& block = launch.block;
  noteKernel(kernel);
  Result result = success;
  if (launch.flags == 0 && launch.cluster[0] == 0) [[likely]] {
    result = withContext(context_, [&] {
      return driver.launch(kernel.handle, size(grid[0]), size(grid[1]), size(grid[2]), size(block[0]), size(block[1]),
                           size(block[2]), size(launch.shared_bytes), handle_, parameters.pointers(), nullptr);
    });
  } else {
    const LaunchShape shape = {{size(grid[0]), size(grid[1]), size(grid[2])},
                               {size(block[0]), size(block[1]), size(block[2])},
                               size(launch.shared_bytes),
                               (launch.flags & NXS_LAUNCH_COOPERATIVE) != 0,
                               launch.cluster[0] != 0 ? launch.cluster : nullptr};
    result = withContext(context_, [&] { return launchWithOptions(kernel.handle, shape, handle_, parameters.pointers()); });
  }
  if (result != success) [[unlikely]]
    failLaunch(kernel, result);
}

void Stream::failLaunch(const nxs_kernel& kernel, Result result) {
  if (!isSticky(result))
    throw PluginError(
        result == invalidValue ? nxs_status{NXS_INVALID_ARGUMENT} : nxs_status{NXS_LAUNCH_FAILED},
        "the driver refuses to launch kernel '" + *kernel.name + "' on " + device_.title() + ": " + driver.describe(result),
        result);
  device_.check(result, "cannot launch a kernel");
}

void Stream::copy(const nxs_copy& copy) {
  nxs_buffer* const to = copy.destination;
  nxs_buffer* const from = copy.source;
  Result result = success;
  // The driver takes the shorter way if it knows that one end is pinned memory of the host.
  if (to && from) {
    const Address target = to->address + copy.destination_offset, origin = from->address + copy.source_offset;
    if (&to->device != &from->device)
      result = copyBetweenDevices({target, to->device.context(), to->device.ordinal()},
                                  {origin, from->device.context(), from->device.ordinal()}, copy.size, handle_);
    else if (from->host && !to->host)
      result = driver.copyToDevice(target, static_cast<char*>(from->host) + copy.source_offset, copy.size, handle_);
    else if (to->host && !from->host)
      result = driver.copyToHost(static_cast<char*>(to->host) + copy.destination_offset, origin, copy.size, handle_);
    else
      result = driver.copyOnDevice(target, origin, copy.size, handle_);
  } else if (to) {
    result = driver.copyToDevice(to->address + copy.destination_offset, copy.host_source, copy.size, handle_);
  } else {
    result = driver.copyToHost(copy.host_destination, from->address + copy.source_offset, copy.size, handle_);
  }
  device_.check(result, "cannot copy");
}

void Stream::fill(const nxs_fill& fill) {
  for (const FillColumn& column : splitFill(fill)) {
    Result result = success;
    if (column.pitch != column.elementSize)
      result = fillColumn(column.start, column.pitch, column.value, column.elementSize, column.count, handle_);
    else if (column.elementSize == 4)
      result = driver.fill32(column.start, column.value, column.count, handle_);
    else if (column.elementSize == 2)
      result = driver.fill16(column.start, static_cast<unsigned short>(column.value), column.count, handle_);
    else
      result = driver.fill8(column.start, static_cast<unsigned char>(column.value), column.count, handle_);
    device_.check(result, "cannot fill");
  }
}

void Stream::issue(const nxs_command& command) {
  switch (command.kind) {
    case NXS_COMMAND_LAUNCH: return launch(command.as.launch);
    case NXS_COMMAND_COPY: return copy(command.as.copy);
    case NXS_COMMAND_FILL: return fill(command.as.fill);
    case NXS_COMMAND_SIGNAL: return command.as.event.event->event->raiseBehind(command.as.event.value, handle_, weak_from_this());
    case NXS_COMMAND_TIMESTAMP:
      return timestamps_.record(handle_, plugin_support::timestampTarget(command),
                                queue_.empty() ? submitted_ + 1 : queue_.front().ticket);
    default:
      throw PluginError(NXS_UNSUPPORTED,
                        "commands of kind " + std::to_string(command.kind) + " are not known to this version of the plugin");
  }
}

// ---------------------------------------------------------------- submission

void Stream::setFailure(const PluginError& failure) {
  if (!failure_) failure_ = failure;
}
void Stream::fail(const PluginError& failure) {
  std::lock_guard lock(mutex_);
  setFailure(failure);
}

/// Returns false if the stream has to be held back at this command. Throws only if nothing has been done yet but to take the
/// time, which is forgotten.
bool Stream::tryIssue(const nxs_command& command, bool isFirst) {
  if (command.kind == NXS_COMMAND_HOST_CALL) return false;
  if (failure_) {
    if (command.kind == NXS_COMMAND_SIGNAL) command.as.event.event->event->fail(*failure_);
    return true;
  }
  try {
    if (command.kind == NXS_COMMAND_WAIT) {
      const Event::Outlook outlook = command.as.event.event->event->outlook(command.as.event.value, shared_from_this());
      if (!outlook.isKnown) return false;
      if (outlook.mark) device_.check(driver.streamWaitEvent(handle_, outlook.mark->handle(), 0), "cannot wait for an event");
    } else {
      issue(command);
    }
  } catch (const PluginError& failure) {
    const bool isRefused = command.kind != NXS_COMMAND_SIGNAL && command.kind != NXS_COMMAND_WAIT;
    if (isFirst && isRefused && failure.status() != NXS_DEVICE_LOST) {
      timestamps_.forget(submitted_ + 1);
      throw;
    }
    setFailure(failure);
  }
  return true;
}

void Stream::hold(Pending pending) {
  queue_.push_back(std::move(pending));
  if (queue_.size() == 1) device_.worker().post(shared_from_this());
}

std::uint64_t Stream::finishSubmission() {
  ++submitted_;
  if (queue_.empty()) issued_ = submitted_;
  return submitted_;
}

std::uint64_t Stream::submit(std::span<const nxs_command> commands) {
  const std::lock_guard lock(mutex_);
  device_.throwIfLost();
  if (commands.size() == 1 && commands[0].kind == NXS_COMMAND_LAUNCH && queue_.empty() && !failure_) [[likely]] {
    launch(commands[0].as.launch);
    return issued_ = ++submitted_;
  }
  return submitAny(commands);
}

std::uint64_t Stream::submitAny(std::span<const nxs_command> commands) {
  std::size_t next = 0;
  if (queue_.empty()) {
    const ContextScope scope(context_);
    bool isFirst = true;
    for (; next < commands.size() && tryIssue(commands[next], isFirst); ++next)
      isFirst = isFirst && commands[next].kind == NXS_COMMAND_TIMESTAMP;
  }
  if (next < commands.size()) {
    auto plan = std::make_shared<Plan>();
    for (const nxs_command& command : commands.subspan(next))
      plan->commands.push_back(std::make_shared<const HeldCommand>(command));
    hold({std::move(plan), nullptr, 0, submitted_ + 1});
  }
  return finishSubmission();
}

void Stream::run(const Graph& graph) {
  for (const nxs_kernel* kernel : graph.lastKernels()) noteKernel(*kernel);
  device_.check(withContext(context_, [&] { return driver.graphLaunch(graph.executable(), handle_); }), "cannot run a schedule");
}

/// Returns false if the stream has to be held back; `next` is then the first command that is left.
bool Stream::runDirectly(const Plan& plan, const Segment& segment, Stamps* stamps, std::size_t& next) {
  // What comes before has been issued and makes the run a submission, whose failures the stream keeps.
  const auto attempt = [&](bool isFirst, auto&& action) {
    try {
      if (!failure_) action();
    } catch (const PluginError& failure) {
      if (isFirst && failure.status() != NXS_DEVICE_LOST) throw;
      setFailure(failure);
    }
  };
  if (segment.graph && !stamps) {
    attempt(segment.first == 0, [&] { run(*segment.graph); });
    next = segment.first + segment.count;
    return true;
  }
  for (next = segment.first; next < segment.first + segment.count; ++next) {
    if (stamps && next == 0) attempt(true, [&] { stamps->record(0, handle_); });
    if (!tryIssue(plan.commands[next]->command(), next == 0)) return false;
    if (stamps) attempt(false, [&] { stamps->record(next + 1, handle_); });
  }
  return true;
}

std::uint64_t Stream::submit(const std::shared_ptr<const Plan>& plan, std::span<const Segment> segments,
                             const std::shared_ptr<Stamps>& stamps) {
  const std::lock_guard lock(mutex_);
  device_.throwIfLost();
  if (segments.size() == 1 && segments[0].graph && !stamps && queue_.empty() && !failure_) [[likely]] {
    run(*segments[0].graph);
    return issued_ = ++submitted_;
  }
  return submitAny(plan, segments, stamps);
}

std::uint64_t Stream::submitAny(const std::shared_ptr<const Plan>& plan, std::span<const Segment> segments,
                                const std::shared_ptr<Stamps>& stamps) {
  std::size_t next = 0;
  bool isHeld = !queue_.empty();
  if (!isHeld) {
    const ContextScope scope(context_);
    for (const Segment& segment : segments)
      if (!runDirectly(*plan, segment, stamps.get(), next)) {
        isHeld = true;
        break;
      }
  }
  if (isHeld) hold({plan, stamps, next, submitted_ + 1});
  return finishSubmission();
}

// ---------------------------------------------------------------- what is held back

/// One command on the worker's thread.
Stream::Outcome Stream::proceed(const nxs_command& command, std::unique_lock<LightMutex>& lock) {
  if (command.kind != NXS_COMMAND_HOST_CALL) return tryIssue(command, false) ? Outcome::done : Outcome::waits;
  try {
    device_.throwIfLost();
    if (!gate_) gate_ = device_.mark(handle_);
    if (!gate_->isDone()) return Outcome::askAgain;
    timestamps_.tell(UINT64_MAX);
  } catch (const PluginError& lost) {
    setFailure(lost);
  }
  gate_.reset();
  const nxs_status status = failure_ ? failure_->status() : nxs_status{NXS_SUCCESS};
  // Whoever it wakes may submit to this stream. The queue only grows meanwhile.
  lock.unlock();
  command.as.host_call.function(command.as.host_call.user, status);
  lock.lock();
  return Outcome::done;
}

bool Stream::advance() {
  std::unique_lock lock(mutex_);
  try {
    if (queue_.empty()) return false;
    const ContextScope scope(context_);
    while (!queue_.empty()) {
      Pending& pending = queue_.front();
      try {
        device_.throwIfLost();
        if (pending.stamps && pending.next == 0) pending.stamps->record(0, handle_);
      } catch (const PluginError& lost) {
        setFailure(lost);
      }
      while (pending.next < pending.plan->commands.size()) {
        const Outcome outcome = proceed(pending.plan->commands[pending.next]->command(), lock);
        if (outcome != Outcome::done) return outcome == Outcome::askAgain;
        ++pending.next;
        if (pending.stamps && !failure_) pending.stamps->record(pending.next, handle_);
      }
      issued_ = pending.ticket;
      queue_.pop_front();
      changed_.notify_all();
    }
  } catch (const PluginError& failure) {
    setFailure(failure);
    return !queue_.empty();
  }
  return false;
}

// ---------------------------------------------------------------- progress

/// The device is done with everything up to that ticket.
void Stream::complete(std::uint64_t ticket) {
  timestamps_.tell(ticket);
  completed_.store(ticket, std::memory_order_release);
}

/// Looks how far the device is. If it is not done with everything, a mark behind what it has will tell later.
void Stream::refresh() {
  if (completed_.load(std::memory_order_relaxed) == issued_) return;
  while (!marks_.empty() && marks_.front().second->isDone()) {
    complete(marks_.front().first);
    marks_.pop_front();
  }
  if (!marks_.empty() || completed_.load(std::memory_order_relaxed) == issued_) return;
  const Result result = driver.streamQuery(handle_);
  if (result == success) {
    complete(issued_);
  } else if (result == notReady) {
    const ContextScope scope(context_);
    marks_.emplace_back(issued_, device_.mark(handle_));
  } else {
    device_.check(result, "cannot query a stream");
  }
}

std::uint64_t Stream::completed() {
  if (const std::unique_lock lock(mutex_, std::try_to_lock); lock) {
    try {
      device_.throwIfLost();
      refresh();
    } catch (const PluginError&) {
      // What is held back names objects of the core, which must stay until the worker has told it of the failure.
      if (queue_.empty()) throw;
    }
  }
  return completed_.load(std::memory_order_acquire);
}

bool Stream::synchronize(std::uint64_t timeout) {
  Backoff backoff;
  std::unique_lock lock(mutex_);
  const std::uint64_t target = submitted_;
  if (issued_ < target && !plugin_support::waitFor(changed_, lock, timeout, [&] { return issued_ >= target; })) return false;
  bool isAlone = true;
  while (completed_.load(std::memory_order_relaxed) < target) {
    // As long as nobody else feeds the stream, its being empty says all, and needs no mark.
    isAlone = isAlone && marks_.empty() && issued_ == target;
    if (isAlone) {
      lock.unlock();
      const Result result = driver.streamQuery(handle_);
      if (result != success && result != notReady) device_.check(result, "the work of a stream failed");
      lock.lock();
      if (result == success && completed_.load(std::memory_order_relaxed) < target) complete(target);
    } else {
      refresh();
    }
    if (completed_.load(std::memory_order_relaxed) >= target) break;
    lock.unlock();
    if (backoff.isOver(timeout)) return false;
    backoff.pause();
    lock.lock();
  }
  device_.throwIfLost();
  if (!failure_) return true;
  const PluginError failure = std::move(*failure_);
  failure_.reset();
  lock.unlock();
  throw failure;
}

}  // namespace nexus::gpu_plugin
