#include "schedule_object.h"

#include "access.h"
#include "event_object.h"
#include "host_objects.h"
#include "scalar_encoding.h"
#include "trace_file.h"

#include <nexus/device.h>

#include <algorithm>
#include <numeric>

namespace nexus {

namespace detail {

namespace {
const StreamObject& streamOf(const Ref& stream) { return static_cast<const StreamObject&>(*stream.get()); }

/// A wait must not keep alive what could end it.
Ref usedEvent(std::uint32_t kind, const EventObject& event) {
  return Ref(kind == NXS_COMMAND_SIGNAL ? static_cast<const Object*>(&event) : &event.timeline());
}
}  // namespace

CommandObject::CommandObject(const ScheduleObject& schedule, const nxs_command& command, std::vector<Ref> used)
    : Embedded(schedule), schedule_(schedule), command_(command), used_(std::move(used)) {}

CommandObject::CommandObject(const ScheduleObject& schedule, const KernelObject& kernel)
    : Embedded(schedule), schedule_(schedule), command_{}, kernel_(&kernel), isFinalized_(false) {
  command_.kind = NXS_COMMAND_LAUNCH;
  command_.as.launch.kernel = kernel.native();
  arguments_.resize(kernel.hasArguments() ? kernel.arguments().size() : 0);
  used_.resize(arguments_.size() + 1);
  used_[0] = Ref(&kernel);
}

CommandObject::CommandObject(const ScheduleObject& schedule, std::uint32_t kind, const EventObject& foreignEvent,
                             std::uint64_t value)
    : Embedded(schedule), schedule_(schedule), command_{}, isForeign_(true), used_{usedEvent(kind, foreignEvent)} {
  command_.kind = kind;
  command_.as.event.value = value;
}

void CommandObject::submitForeign(const StreamObject& stream) const {
  const Object& event = *used_[0].get();
  if (command_.kind == NXS_COMMAND_SIGNAL)
    stream.signalForeign(static_cast<const EventObject&>(event), command_.as.event.value);
  else
    stream.waitForForeign(static_cast<const TimelineObject&>(event), command_.as.event.value);
}

void CommandObject::listUsed(std::vector<const Object*>& used) const {
  for (const Ref& object : used_)
    if (object.get()) used.push_back(object.get());
}

nxs_command CommandObject::command() const noexcept {
  nxs_command command = command_;
  if (kernel_) {
    command.as.launch.arguments = arguments_.data();
    command.as.launch.argument_count = static_cast<std::uint32_t>(arguments_.size());
  }
  return command;
}

const KernelObject& CommandObject::kernel() const {
  if (!kernel_) throw InvalidArgumentError(describe() + " is not a launch, so it has no kernel, arguments, grid or block");
  return *kernel_;
}

std::string CommandObject::describe() const {
  static constexpr const char* kinds[] = {"", "launch", "copy", "fill", "signal", "wait", "call"};
  return "command " + std::to_string(schedule_.indexOf(*this)) + " (" +
         (kernel_ ? "kernel '" + kernel_->name() + "'" : kinds[command_.kind]) + ")";
}

void CommandObject::use(std::size_t slot, const Object* object) {
  if (used_.size() <= slot) used_.resize(slot + 1);
  if (used_[slot].get() == object) return;
  schedule_.retire(std::exchange(used_[slot], Ref(object)));
}

void CommandObject::checkIndex(std::size_t index) const {
  const std::size_t limit = kernel().hasArguments() ? arguments_.size() : 64;
  if (index >= limit)
    throw InvalidArgumentError("kernel '" + kernel_->name() + "' has no argument " +
                               (index > INT64_MAX ? std::to_string(static_cast<std::int64_t>(index)) : std::to_string(index)) +
                               "; " +
                               (limit == 0 ? std::string("it takes none") : "its arguments are 0 to " + std::to_string(limit - 1)));
}

void CommandObject::setArgument(std::size_t index, const Argument& value) {
  checkIndex(index);
  nxs_argument converted{};
  const MemoryObject* memory = convertArgument(*kernel_, index, value, converted);
  if (arguments_.size() <= index) arguments_.resize(index + 1);
  arguments_[index] = converted;
  use(index + 1, memory);
  if (isFinalized_) schedule_.markChanged(*this);
}

void CommandObject::setArguments(std::span<const Argument> values) {
  kernel();
  checkArgumentCount(*kernel_, values.size());
  // All or none: a wrong one leaves the command as it was.
  std::vector<nxs_argument> converted(values.size());
  std::vector<const MemoryObject*> memories(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) memories[i] = convertArgument(*kernel_, i, values[i], converted[i]);
  arguments_ = std::move(converted);
  for (std::size_t i = 0; i < memories.size(); ++i) use(i + 1, memories[i]);
  if (isFinalized_) schedule_.markChanged(*this);
}

void CommandObject::finalize(const Dim3& grid, const Dim3& block, std::int64_t sharedBytes) {
  kernel();
  for (std::size_t i = 0; i < arguments_.size(); ++i)
    if (arguments_[i].kind == 0)
      throw InvalidArgumentError(kernel_->describeArgument(i) + " was not set; set all arguments before finalize");
  nxs_launch launch = command_.as.launch;
  setGeometry(*kernel_, grid, block, sharedBytes, launch);
  command_.as.launch = launch;
  isFinalized_ = true;
  schedule_.markChanged(*this);
}

ScheduleObject::~ScheduleObject() {
  if (!device_.isOfThisProcess()) return;
  if (native_) device_.table().schedule_destroy(native_);
  for (nxs_schedule* schedule : outdated_) device_.table().schedule_destroy(schedule);
}

std::size_t ScheduleObject::indexOf(const CommandObject& command) const {
  const auto found =
      std::find_if(commands_.begin(), commands_.end(), [&](const CommandObject& other) { return &other == &command; });
  return static_cast<std::size_t>(found - commands_.begin());
}

void ScheduleObject::markChanged(const CommandObject& command) const {
  std::lock_guard lock(mutex_);
  if (std::find(changed_.begin(), changed_.end(), &command) == changed_.end()) changed_.push_back(&command);
  isReady_.store(false, std::memory_order_release);
}

void ScheduleObject::retire(const Ref& object) const noexcept {
  if (!object.get()) return;
  std::lock_guard lock(mutex_);
  const Object* used[] = {object.get()};
  for (const Ref& stream : ranOn_) {
    const std::uint64_t last = streamOf(stream).lastTicket();
    if (!streamOf(stream).isOver(last)) streamOf(stream).keep(last, used);
  }
  if (hasUnknownRuns_) object.get()->retain();
}

void ScheduleObject::noteRunOn(const StreamObject& stream) const noexcept {
  std::lock_guard lock(mutex_);
  // First: a run on a stream that is forgotten below then sees that it has to be noted anew.
  latestStream_.store(&stream, std::memory_order_relaxed);
  // Without a call of the plugin, which would cost more than the run. A stream that keeps this schedule may be busy.
  std::erase_if(ranOn_, [&](const Ref& other) { return other.get() != &stream && !streamOf(other).mayBeBusy(); });
  const bool isKnown = std::any_of(ranOn_.begin(), ranOn_.end(), [&](const Ref& other) { return other.get() == &stream; });
  try {
    if (!isKnown) ranOn_.push_back(stream.reference());
  } catch (const std::bad_alloc&) {
    hasUnknownRuns_ = true;
  }
}

void ScheduleObject::outdate() const {
  if (native_) outdated_.push_back(native_);
  native_ = nullptr;
}

void ScheduleObject::compile() const {
  const nxs_plugin_table& table = device_.table();
  std::vector<nxs_command> list;
  for (const CommandObject& command : commands_) list.push_back(command.command());
  nxs_schedule* fresh = nullptr;
  device_.check(table.schedule_create(device_.native(), list.data(), static_cast<std::uint32_t>(list.size()), &fresh),
                [] { return std::string("cannot prepare a schedule"); });
  outdate();
  native_ = fresh;
  compiledCount_ = commands_.size();
}

void ScheduleObject::prepare() const {
  std::lock_guard lock(mutex_);
  if (isReady_.load(std::memory_order_relaxed)) return;
  device_.checkProcess();
  for (const CommandObject& command : commands_)
    if (!command.isFinalized())
      throw InvalidArgumentError(command.describe() + " was not finalized; give it a grid and a block with finalize(grid, block)");
  const nxs_plugin_table& table = device_.table();
  const bool isForeign =
      std::any_of(commands_.begin(), commands_.end(), [](const CommandObject& command) { return command.isForeign(); });
  if (isForeign) outdate();
  if (!isForeign && !commands_.empty() && table.schedule_create && table.schedule_run && table.schedule_destroy) {
    if (!native_ || compiledCount_ != commands_.size() || !table.schedule_update) {
      compile();
    } else {
      for (const CommandObject* changed : changed_) {
        const nxs_command command = changed->command();
        device_.check(table.schedule_update(native_, static_cast<std::uint32_t>(indexOf(*changed)), &command),
                      [&] { return "cannot change " + changed->describe(); });
      }
    }
  }
  changed_.clear();
  isReady_.store(true, std::memory_order_release);
}

void ScheduleObject::submitCompiled(const StreamObject& stream, bool blocking) const {
  std::uint32_t flags = blocking ? std::uint32_t{NXS_SUBMIT_INLINE} : 0u;
  if (isTimed()) [[unlikely]] {
    flags |= NXS_SUBMIT_TIMED;
    std::lock_guard lock(mutex_);
    times_.clear();
  }
  std::uint64_t ticket = 0;
  device_.check(stream.table().schedule_run(native_, stream.native(), flags, &ticket),
                [] { return std::string("a run of a schedule failed"); });
  if (ticket == 0) return;
  const Object* used[] = {this};
  stream.keep(ticket, used);
  if (latestStream_.load(std::memory_order_relaxed) != &stream) [[unlikely]]
    noteRunOn(stream);
  if (blocking) stream.synchronize(NXS_FOREVER);
}

void ScheduleObject::submitPiecewise(const StreamObject& stream, bool blocking) const {
  const RunTimes::Measuring* measuring = nullptr;
  Ref measuringOwner;
  if (isTimed()) {
    const Ref times(new RunTimes(stream, commands_.size()));
    measuringOwner = Ref(measuring = new RunTimes::Measuring(times));
    std::lock_guard lock(mutex_);
    pruneTimes();
    times_.push_back(times);
  }
  std::vector<nxs_command> piece;
  std::vector<const Object*> used;
  const auto stamp = [&](std::size_t index) {
    if (!measuring) return;
    piece.push_back(measuring->stamp(index));
    used.push_back(measuring);
  };
  const auto submitPiece = [&](bool mustWait) {
    if (!piece.empty())
      stream.submit(piece, mustWait, used, [] { return std::string("a run of a schedule failed"); });
    else if (mustWait)
      stream.synchronize(NXS_FOREVER);
    piece.clear();
    used.clear();
  };
  std::size_t index = 0;
  for (const CommandObject& command : commands_) {
    stamp(index++);
    if (command.isForeign()) {
      submitPiece(false);
      command.submitForeign(stream);
    } else {
      piece.push_back(command.command());
      command.listUsed(used);
    }
  }
  stamp(index);
  submitPiece(blocking);
}

bool ScheduleObject::isTimedByPlugin() const noexcept { return native_ && device_.table().schedule_times; }

void ScheduleObject::run(const StreamObject& stream, bool blocking) const {
  if (&stream.device() != &device_) [[unlikely]]
    throw InvalidArgumentError("a schedule of " + device_.id() + " cannot run on a stream of " + stream.device().id());
  stream.checkProcess();
  if (!isReady_.load(std::memory_order_acquire)) [[unlikely]]
    prepare();
  // A stream that the core holds back takes copies of the commands, so that the schedule may be changed meanwhile. A trace shows the commands
  // of a run one by one.
  if (native_ && !stream.isHeld() && !TraceFile::isOn() && (!isTimed() || isTimedByPlugin())) [[likely]]
    submitCompiled(stream, blocking);
  else if (!commands_.empty())
    submitPiecewise(stream, blocking);
}

const RunTimes* ScheduleObject::pruneTimes() const noexcept {
  const auto timesOf = [](const Ref& times) { return static_cast<const RunTimes*>(times.get()); };
  std::erase_if(times_, [&](const Ref& times) { return timesOf(times)->isOver() && !timesOf(times)->isComplete(); });
  const auto latest = std::find_if(times_.rbegin(), times_.rend(), [&](const Ref& times) { return timesOf(times)->isOver(); });
  if (latest == times_.rend()) return nullptr;
  times_.erase(times_.begin(), std::prev(latest.base()));
  return timesOf(times_.front());
}

void ScheduleObject::reapTimedRuns() const {
  std::vector<Ref> streams;
  {
    std::lock_guard lock(mutex_);
    for (const Ref& times : times_) streams.push_back(static_cast<const RunTimes&>(*times.get()).stream());
  }
  // What that drops may call anything.
  for (const Ref& stream : streams) static_cast<const StreamObject&>(*stream.get()).reap();
}

std::vector<std::uint64_t> ScheduleObject::durations(std::size_t count) const {
  reapTimedRuns();
  std::lock_guard lock(mutex_);
  std::vector<std::uint64_t> nanoseconds;
  if (const RunTimes* times = pruneTimes()) {
    nanoseconds = times->durations(count);
  } else if (isTimedByPlugin()) {
    nanoseconds.resize(count);
    const nxs_status status = device_.table().schedule_times(native_, nanoseconds.data(), static_cast<std::uint32_t>(count));
    if (status == NXS_NOT_FOUND)
      nanoseconds.clear();
    else
      device_.check(status, [] { return std::string("cannot read the durations of a schedule"); });
  }
  if (nanoseconds.empty())
    throw NotFoundError(device_.id() + ": no timed run of this schedule has completed; switch timing on before a run");
  return nanoseconds;
}

namespace {

CommandObject& commandOf(const Handle& handle) { return Access::of<CommandObject>(handle); }
ScheduleObject& scheduleOf(const Handle& handle) { return Access::of<ScheduleObject>(handle); }
Command commandHandle(const CommandObject& command) { return command.acquire<Command, Access>(); }

const KernelObject& kernelOn(const ScheduleObject& schedule, const Kernel& handle) {
  const KernelObject& kernel = Access::of<KernelObject>(handle);
  if (&kernel.device() != &schedule.device())
    throw InvalidArgumentError("kernel '" + kernel.name() + "' is on " + kernel.device().id() + ", the schedule on " +
                               schedule.device().id());
  return kernel;
}

const BufferObject& bufferOn(const ScheduleObject& schedule, const Buffer& handle) {
  const BufferObject& buffer = Access::of<BufferObject>(handle);
  if (&buffer.device() != &schedule.device())
    throw InvalidArgumentError(buffer.describe() + " cannot be used in a schedule of " + schedule.device().id());
  return buffer;
}

Command addFill(ScheduleObject& schedule, const Buffer& handle, const FillEncoder& encode) {
  const BufferObject& buffer = bufferOn(schedule, handle);
  buffer.checkContiguous("record a fill of");
  const nxs_command command = fillCommand(buffer, encode);
  if (buffer.byteSize() == 0) throw InvalidArgumentError("cannot record a fill of " + buffer.describe() + ": it has no elements");
  return commandHandle(schedule.add(command, std::vector<Ref>{Ref(&buffer.memory())}));
}

Command addEventPoint(ScheduleObject& schedule, std::uint32_t kind, const Event& handle, std::uint64_t value) {
  const EventObject& event = Access::of<EventObject>(handle);
  if (&event.device() != &schedule.device()) return commandHandle(schedule.add(kind, event, value));
  nxs_command command{};
  command.kind = kind;
  command.as.event = {event.native(), value};
  return commandHandle(schedule.add(command, std::vector<Ref>{usedEvent(kind, event)}));
}

Command addHostCopy(ScheduleObject& schedule, const nxs_command& command, const BufferObject& buffer,
                    std::function<void()> release) {
  auto* host = new HostMemoryObject;
  const Ref owner(host);
  const Command added = commandHandle(schedule.add(command, std::vector<Ref>{Ref(&buffer.memory()), owner}));
  host->onRelease(std::move(release));
  return added;
}

}  // namespace
}  // namespace detail

using detail::Access;
using detail::commandOf;
using detail::scheduleOf;

CommandKind Command::getKind() const { return commandOf(*this).commandKind(); }
Schedule Command::getSchedule() const { return Access::handle<Schedule>(commandOf(*this).schedule()); }
Kernel Command::getKernel() const { return commandOf(*this).kernel().acquire<Kernel, Access>(); }
void Command::setArg(std::int64_t index, const Argument& value) const {
  commandOf(*this).setArgument(static_cast<std::size_t>(index), value);
}
void Command::setArgs(std::span<const Argument> values) const { commandOf(*this).setArguments(values); }
void Command::finalize(const Dim3& grid, const Dim3& block, std::int64_t sharedBytes) const {
  commandOf(*this).finalize(grid, block, sharedBytes);
}

std::uint64_t Command::getDuration() const {
  const detail::CommandObject& command = commandOf(*this);
  return command.schedule().durations(command.schedule().indexOf(command) + 1).back();
}

Schedule Device::createSchedule() const {
  return Access::handle<Schedule>(*new detail::ScheduleObject(Access::of<detail::DeviceObject>(*this)));
}

Device Schedule::getDevice() const { return scheduleOf(*this).device().acquire<Device, Access>(); }

std::vector<Command> Schedule::getCommands() const {
  std::vector<Command> handles;
  for (const detail::CommandObject& command : scheduleOf(*this).commands()) handles.push_back(detail::commandHandle(command));
  return handles;
}

Command Schedule::createCommand(const Kernel& kernel) const {
  detail::ScheduleObject& schedule = scheduleOf(*this);
  return detail::commandHandle(schedule.add(detail::kernelOn(schedule, kernel)));
}

Command Schedule::createCommand(const Kernel& kernel, std::span<const Argument> arguments, const Dim3& grid, const Dim3& block,
                                std::int64_t sharedBytes) const {
  detail::ScheduleObject& schedule = scheduleOf(*this);
  detail::CommandObject& command = schedule.add(detail::kernelOn(schedule, kernel));
  try {
    command.setArguments(arguments);
    command.finalize(grid, block, sharedBytes);
  } catch (...) {
    schedule.commands().pop_back();
    throw;
  }
  return detail::commandHandle(command);
}

Command Schedule::createCopyCommand(const Buffer& destination, const Buffer& source) const {
  detail::ScheduleObject& schedule = scheduleOf(*this);
  const auto& to = Access::of<detail::BufferObject>(destination);
  const auto& from = Access::of<detail::BufferObject>(source);
  return detail::commandHandle(schedule.add(detail::copyCommand(schedule.device(), to, from),
                                            std::vector<detail::Ref>{detail::Ref(&to.memory()), detail::Ref(&from.memory())}));
}

Command Schedule::createCopyFromHostCommand(const Buffer& destination, const ArrayView& source,
                                            std::function<void()> release) const {
  detail::ScheduleObject& schedule = scheduleOf(*this);
  const detail::BufferObject& buffer = detail::bufferOn(schedule, destination);
  return detail::addHostCopy(schedule, detail::copyFromHostCommand(buffer, source), buffer, std::move(release));
}

Command Schedule::createCopyToHostCommand(const ArrayView& destination, const Buffer& source, std::function<void()> release) const {
  detail::ScheduleObject& schedule = scheduleOf(*this);
  const detail::BufferObject& buffer = detail::bufferOn(schedule, source);
  return detail::addHostCopy(schedule, detail::copyToHostCommand(destination, buffer), buffer, std::move(release));
}

Command Schedule::createCallCommand(std::function<void()> function) const {
  if (!function) throw InvalidArgumentError("the function to call is empty");
  const detail::Ref object(new detail::HostFunctionObject(std::move(function)));
  nxs_command command{};
  command.kind = NXS_COMMAND_HOST_CALL;
  command.as.host_call = {detail::HostFunctionObject::call, const_cast<detail::Object*>(object.get())};
  return detail::commandHandle(scheduleOf(*this).add(command, std::vector<detail::Ref>{object}));
}

Command Schedule::createFillCommand(const Buffer& buffer, double value) const {
  return detail::addFill(scheduleOf(*this), buffer,
                         [&](DType dtype, unsigned char* pattern) { detail::encodeNumber(value, dtype, pattern); });
}
Command Schedule::createFillCommand(const Buffer& buffer, const Argument& value) const {
  return detail::addFill(scheduleOf(*this), buffer,
                         [&](DType dtype, unsigned char* pattern) { detail::encodeScalar(value, dtype, pattern); });
}

Command Schedule::createSignalCommand(const Event& event, std::uint64_t value) const {
  return detail::addEventPoint(scheduleOf(*this), NXS_COMMAND_SIGNAL, event, value);
}
Command Schedule::createWaitCommand(const Event& event, std::uint64_t value) const {
  return detail::addEventPoint(scheduleOf(*this), NXS_COMMAND_WAIT, event, value);
}

void Schedule::setTimed(bool isTimed) const { scheduleOf(*this).setTimed(isTimed); }
bool Schedule::isTimed() const { return scheduleOf(*this).isTimed(); }
std::uint64_t Schedule::getDuration() const {
  detail::ScheduleObject& schedule = scheduleOf(*this);
  const std::vector<std::uint64_t> each = schedule.durations(schedule.commands().size());
  return std::accumulate(each.begin(), each.end(), std::uint64_t{0});
}

void Schedule::run() const {
  const detail::ScheduleObject& schedule = scheduleOf(*this);
  schedule.run(schedule.device().defaultStream(), true);
}

void Schedule::run(const Stream& stream, bool blocking) const {
  const detail::ScheduleObject& schedule = scheduleOf(*this);
  schedule.run(stream ? Access::of<detail::StreamObject>(stream) : schedule.device().defaultStream(), blocking);
}

}  // namespace nexus
