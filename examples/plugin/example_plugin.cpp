// A complete runtime plugin for Nexus in one file: a device that executes kernels on one thread of the host. Take it as a template:
// the parts that a vendor replaces by calls of a driver are the memory (Buffer), the code (Library, Kernel) and the place where
// commands are executed (Stream::execute). It includes the two installed C headers only, and links nothing of Nexus.
//
// The kernels that it loads are those of the CPU runtime, written with nexus/kernel.h. Kernels with barriers need a thread or a
// stack for each item; this device has neither and refuses them.
#include <nexus/cpu_kernel.h>
#include <nexus/plugin.h>

#include <dlfcn.h>
#include <elf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <exception>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

// ---------------------------------------------------------------- errors
// Inside the plugin a failure is an exception. guarded() turns it into a status at the border, after telling the core about it.

std::atomic<const nxs_host*> host = nullptr;  // lives as long as the plugin is loaded

struct Failure : std::exception {
  nxs_status status;
  std::string message;
  Failure(nxs_status s, std::string m) : status(s), message(std::move(m)) {}
  const char* what() const noexcept override { return message.c_str(); }
};

template <class Body>
nxs_status guarded(Body&& body) noexcept {
  try {
    body();
    return NXS_SUCCESS;
  } catch (const Failure& failure) {
    return host.load()->set_error(failure.status, 0, failure.what());
  } catch (const std::bad_alloc&) {
    return host.load()->set_error(NXS_OUT_OF_MEMORY, 0, "host memory ran out");
  } catch (const std::exception& e) {
    return host.load()->set_error(NXS_INTERNAL, 0, e.what());
  }
}

/// Waits until `isOver`; throws NXS_TIMEOUT if so many nanoseconds pass first.
template <class IsOver>
void waitUntil(std::condition_variable& changed, std::unique_lock<std::mutex>& lock, uint64_t nanoseconds, IsOver isOver) {
  constexpr uint64_t century = 3'000'000'000u * uint64_t{1'000'000'000};  // a longer wait would overflow the clock
  if (nanoseconds >= century) return changed.wait(lock, isOver);
  if (!changed.wait_for(lock, std::chrono::nanoseconds(nanoseconds), isOver))
    throw Failure(NXS_TIMEOUT, "the time of the wait is over");
}

// ---------------------------------------------------------------- events

}  // namespace

/// A value that only grows, or a failure. The core destroys no event that a command still uses, so that commands need not retain
/// it.
struct nxs_event {
 public:
  explicit nxs_event(uint64_t initial) : value_(initial) {}

  void signal(uint64_t value) {
    std::unique_lock lock(mutex_);
    if (failure_) throw Failure(*failure_);
    if (value <= value_)
      throw Failure(NXS_INVALID_ARGUMENT,
                    "an event at " + std::to_string(value_) + " cannot be set to " + std::to_string(value) + ", it only grows");
    value_ = value;
    wake(lock);
  }
  void fail(const Failure& failure) {
    std::unique_lock lock(mutex_);
    if (!failure_) failure_ = failure;
    wake(lock);
  }
  uint64_t value() {
    std::unique_lock lock(mutex_);
    if (failure_) throw Failure(*failure_);
    return value_;
  }
  void wait(uint64_t value, uint64_t nanoseconds) {
    std::unique_lock lock(mutex_);
    waitUntil(changed_, lock, nanoseconds, [&] { return isOver(value); });
    if (value_ < value) throw Failure(*failure_);
  }
  /// Calls back once: now, or from the thread that raises the event or makes it fail.
  void notify(uint64_t value, std::function<void(const Failure*)> call) {
    std::unique_lock lock(mutex_);
    if (!isOver(value)) {
      waiters_.push_back({value, std::move(call)});
      return;
    }
    const std::optional<Failure> failure = value_ >= value ? std::nullopt : failure_;
    lock.unlock();  // a callback never runs under a lock of the plugin
    call(failure ? &*failure : nullptr);
  }

 private:
  struct Waiter {
    uint64_t value;
    std::function<void(const Failure*)> call;
  };
  bool isOver(uint64_t value) const { return value_ >= value || failure_; }
  void wake(std::unique_lock<std::mutex>& lock) {
    const auto firstDue =
        std::stable_partition(waiters_.begin(), waiters_.end(), [&](const Waiter& w) { return !isOver(w.value); });
    const std::vector<Waiter> due(std::make_move_iterator(firstDue), std::make_move_iterator(waiters_.end()));
    waiters_.erase(firstDue, waiters_.end());
    const uint64_t reached = value_;
    const std::optional<Failure> failure = failure_;
    changed_.notify_all();
    lock.unlock();
    for (const Waiter& waiter : due) waiter.call(waiter.value <= reached ? nullptr : &*failure);
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  uint64_t value_;
  std::optional<Failure> failure_;
  std::vector<Waiter> waiters_;
};

namespace {

// ---------------------------------------------------------------- the thread that executes

class Stream;

/// The one thread of a device. Streams that have work take turns.
class Executor {
 public:
  ~Executor() {
    {
      std::lock_guard lock(mutex_);
      isClosing_ = true;
      changed_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
  }
  /// Gives the stream a turn. The thread begins with the first: listing devices starts nothing.
  void post(std::shared_ptr<Stream> stream) {
    std::lock_guard lock(mutex_);
    if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
    ready_.push_back(std::move(stream));
    changed_.notify_all();
  }

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<Stream>> ready_;
  bool isClosing_ = false;
  std::thread thread_;
};

}  // namespace

// ---------------------------------------------------------------- the objects of the interface
// The core passes these pointers back and never looks inside.

struct nxs_device {
  Executor executor;
};
struct nxs_runtime {
  nxs_device device;
};
struct nxs_buffer {
  char* data;
  bool isOwner;
};
struct nxs_kernel {
  const nexus_cpu_kernel* code;
  std::vector<nxs_argument_info> arguments;
};
struct nxs_library {
  // Stays open as long as the code is loaded: its number is in the name by which dlopen tells loaded files apart.
  int memoryFile = -1;
  void* handle = nullptr;
  std::vector<std::unique_ptr<nxs_kernel>> kernels;
  ~nxs_library() {
    if (handle) dlclose(handle);
    if (memoryFile >= 0) close(memoryFile);
  }
};
struct nxs_stream {
  std::shared_ptr<Stream> stream;
};

namespace {

// ---------------------------------------------------------------- commands

/// Arguments as kernels for the CPU read them: pointers to values, a buffer's value being its address.
struct Arguments {
  struct alignas(16) Value {
    unsigned char bytes[16];
  };
  std::vector<Value> values;
  std::vector<const void*> pointers;

  explicit Arguments(const nxs_launch& launch) : values(launch.argument_count) {
    for (uint32_t i = 0; i < launch.argument_count; ++i) {
      const nxs_argument& argument = launch.arguments[i];
      if (argument.kind == NXS_ARGUMENT_BUFFER) {
        const char* address = argument.value.buffer->data + argument.offset;
        std::memcpy(values[i].bytes, &address, sizeof address);
      } else {
        std::memcpy(values[i].bytes, argument.value.scalar, sizeof values[i].bytes);
      }
    }
    for (const Value& value : values) pointers.push_back(&value);
  }
};

void runLaunch(const nxs_launch& launch, const Arguments& arguments) {
  const nexus_cpu_kernel& code = *launch.kernel->code;
  std::optional<Failure> failure;
  nexus_cpu_block block = {};
  for (int d = 0; d < 3; ++d) {
    block.grid[d] = launch.grid[d];
    block.size[d] = launch.block[d];
  }
  // The launch-sized part begins behind the kernel's own, at a multiple of 16.
  block.shared_bytes = code.shared_bytes + 16 + launch.shared_bytes;
  const std::unique_ptr<void, void (*)(void*)> shared(std::aligned_alloc(64, (block.shared_bytes + 63) / 64 * 64), std::free);
  if (!shared) throw std::bad_alloc();
  block.shared = shared.get();
  block.state = &failure;
  block.fail = [](void* state, const char* message) {
    auto& first = *static_cast<std::optional<Failure>*>(state);
    if (!first) first.emplace(NXS_LAUNCH_FAILED, message ? message : "");
  };
  code.run_blocks(&block, arguments.pointers.data(), 0, launch.grid[0] * launch.grid[1] * launch.grid[2]);
  if (failure) throw Failure(NXS_LAUNCH_FAILED, "kernel '" + std::string(code.name) + "' failed: " + failure->message);
}

void runFill(const nxs_fill& fill) {
  char* to = fill.buffer->data + fill.offset;
  for (uint64_t done = 0; done < fill.size; done += fill.pattern_size) std::memcpy(to + done, fill.pattern, fill.pattern_size);
}

uint64_t monotonicNanoseconds() {
  return static_cast<uint64_t>(std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1));
}

void runCopy(const nxs_copy& copy) {
  std::memcpy(copy.destination ? copy.destination->data + copy.destination_offset : copy.host_destination,
              copy.source ? copy.source->data + copy.source_offset : copy.host_source, copy.size);
}

/// A command, with a copy of what it borrowed from the caller.
struct Work {
  nxs_command command;
  std::shared_ptr<const Arguments> arguments;

  explicit Work(const nxs_command& c) : command(c) {
    if (c.kind < NXS_COMMAND_LAUNCH || c.kind > NXS_COMMAND_TIMESTAMP)
      throw Failure(NXS_UNSUPPORTED, "commands of kind " + std::to_string(c.kind) + " are not known to this version of the plugin");
    if (c.kind == NXS_COMMAND_TIMESTAMP && !c.as.timestamp.nanoseconds)
      throw Failure(NXS_INVALID_ARGUMENT, "a timestamp has nowhere to go: its pointer is NULL");
    if (c.kind != NXS_COMMAND_LAUNCH) return;
    // Refused here rather than later: all of a call is submitted, or nothing.
    if (c.as.launch.kernel->code->uses_barrier)
      throw Failure(NXS_UNSUPPORTED, "kernel '" + std::string(c.as.launch.kernel->code->name) +
                                         "' uses barriers, which the example device does not offer");
    arguments = std::make_shared<const Arguments>(c.as.launch);
  }
};

// ---------------------------------------------------------------- streams

/// An in-order queue. At any time it is idle, has or waits for a turn of the executor, or is parked behind an event.
class Stream : public std::enable_shared_from_this<Stream> {
 public:
  explicit Stream(Executor& executor) : executor_(executor) {}

  uint64_t submit(const nxs_command* commands, uint32_t count) {
    const std::vector<Work> work(commands, commands + count);  // throws before anything is changed
    std::lock_guard lock(mutex_);
    queue_.insert(queue_.end(), work.begin(), work.end());
    submitted_ += count;
    if (!isActive_) {
      isActive_ = true;
      executor_.post(shared_from_this());
    }
    return submitted_;
  }
  void synchronize(uint64_t nanoseconds) {
    std::unique_lock lock(mutex_);
    waitUntil(changed_, lock, nanoseconds, [this, target = submitted_] { return completed_ >= target; });
    // Reporting a failure ends it.
    if (failure_) throw Failure(*std::exchange(failure_, std::nullopt));
  }
  uint64_t completed() {
    std::lock_guard lock(mutex_);
    return completed_;
  }

  /// One turn: the executor's thread runs commands until the queue is empty or a wait parks the stream.
  void takeTurn() {
    for (;;) {
      std::unique_lock lock(mutex_);
      if (queue_.empty()) {
        isActive_ = false;
        return;
      }
      const Work work = queue_.front();
      const std::optional<Failure> failure = failure_;
      lock.unlock();
      if (!failure && work.command.kind == NXS_COMMAND_WAIT) {
        // No thread waits: whoever raises the event gives the stream its next turn.
        work.command.as.event.event->notify(work.command.as.event.value, [self = shared_from_this()](const Failure* reason) {
          self->complete(reason);
          self->executor_.post(self);
        });
        return;
      }
      execute(work, failure);
    }
  }

 private:
  void execute(const Work& work, const std::optional<Failure>& earlier) {
    const nxs_command& command = work.command;
    std::optional<Failure> failure;
    if (command.kind == NXS_COMMAND_HOST_CALL) {
      command.as.host_call.function(command.as.host_call.user, earlier ? earlier->status : NXS_SUCCESS);
    } else if (earlier) {
      // Skipped. Whoever waits for the event must hear of it.
      if (command.kind == NXS_COMMAND_SIGNAL) command.as.event.event->fail(*earlier);
    } else {
      try {
        switch (command.kind) {
          case NXS_COMMAND_LAUNCH: runLaunch(command.as.launch, *work.arguments); break;
          case NXS_COMMAND_COPY: runCopy(command.as.copy); break;
          case NXS_COMMAND_FILL: runFill(command.as.fill); break;
          case NXS_COMMAND_SIGNAL: command.as.event.event->signal(command.as.event.value); break;
          case NXS_COMMAND_TIMESTAMP: *command.as.timestamp.nanoseconds = monotonicNanoseconds(); break;
        }
      } catch (const Failure& e) {
        failure = e;
      } catch (const std::exception& e) {
        failure = Failure(NXS_LAUNCH_FAILED, e.what());
      }
    }
    complete(failure ? &*failure : nullptr);
  }
  /// The first command of the queue is over.
  void complete(const Failure* failure) {
    std::lock_guard lock(mutex_);
    queue_.pop_front();
    ++completed_;
    if (failure && !failure_) failure_ = *failure;
    changed_.notify_all();
  }

  Executor& executor_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Work> queue_;
  bool isActive_ = false;
  uint64_t submitted_ = 0, completed_ = 0;
  std::optional<Failure> failure_;
};

void Executor::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return isClosing_ || !ready_.empty(); });
    if (ready_.empty()) return;
    std::shared_ptr<Stream> stream = std::move(ready_.front());
    ready_.pop_front();
    lock.unlock();
    stream->takeTurn();
    stream.reset();
    lock.lock();
  }
}

// ---------------------------------------------------------------- kernel libraries

/// dlopen crashes at a truncated file, whose segments it maps without comparing them with the file's length. It does not look at the table of
/// sections, which is the last part of a file: if that is missing, the file is not whole either.
void refuseTruncated(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  const auto length = static_cast<uint64_t>(std::max<std::streamoff>(file.tellg(), 0));
  Elf64_Ehdr header;
  if (!file.seekg(0).read(reinterpret_cast<char*>(&header), sizeof header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0)
    return;
  const auto require = [&](bool isThere) {
    if (!isThere) throw Failure(NXS_UNAVAILABLE, "'" + path + "' is truncated");
  };
  const auto requireRange = [&](uint64_t offset, uint64_t size) { require(offset <= length && size <= length - offset); };
  requireRange(header.e_shoff, uint64_t{header.e_shnum} * header.e_shentsize);
  file.seekg(static_cast<std::streamoff>(header.e_phoff));
  for (int i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr segment;
    require(bool(file.read(reinterpret_cast<char*>(&segment), sizeof segment)));
    requireRange(segment.p_offset, segment.p_filesz);
  }
}

void load(nxs_library& library, const std::string& path) {
  refuseTruncated(path);
  library.handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library.handle) throw Failure(NXS_UNAVAILABLE, dlerror());
  const auto list = reinterpret_cast<nexus_cpu_kernels_function>(dlsym(library.handle, NEXUS_CPU_KERNELS_SYMBOL));
  if (!list) throw Failure(NXS_UNAVAILABLE, "'" + path + "' has no kernels that were written with nexus/kernel.h");
  for (const nexus_cpu_kernel* code = list(); code; code = code->next) {
    auto kernel = std::make_unique<nxs_kernel>(nxs_kernel{code, {}});
    for (uint32_t i = 0; i < code->argument_count; ++i) {
      const nexus_cpu_argument& argument = code->arguments[i];
      kernel->arguments.push_back({nullptr, argument.kind, argument.dtype, argument.size, argument.access});
    }
    library.kernels.push_back(std::move(kernel));
  }
}

void loadBytes(nxs_library& library, const void* data, uint64_t size) {
  library.memoryFile = memfd_create("example-kernels", MFD_CLOEXEC);
  if (library.memoryFile < 0) throw Failure(NXS_UNAVAILABLE, std::string("memfd_create: ") + std::strerror(errno));
  for (uint64_t done = 0; done < size;) {
    const ssize_t written = write(library.memoryFile, static_cast<const char*>(data) + done, size - done);
    if (written <= 0) throw Failure(NXS_OUT_OF_MEMORY, std::string("cannot copy the library: ") + std::strerror(errno));
    done += static_cast<uint64_t>(written);
  }
  load(library, "/proc/self/fd/" + std::to_string(library.memoryFile));
}

// ---------------------------------------------------------------- properties
// What is not known is absent: NXS_NOT_FOUND, and the value is not written.

constexpr uint64_t bufferAlignment = 64;
constexpr int64_t maxThreadsPerBlock = 1024;
constexpr int64_t maxBlockDims[] = {1024, 1024, 1024};
constexpr int64_t maxGridDims[] = {INT32_MAX, INT32_MAX, INT32_MAX};
constexpr int64_t maxSharedMemory = 64 << 10;
const int64_t memorySize = static_cast<int64_t>(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGESIZE);

nxs_status setText(nxs_value* value, const char* text) {
  value->type = NXS_VALUE_STRING;
  value->count = 1;
  value->as.s = text;
  return NXS_SUCCESS;
}
nxs_status setInt(nxs_value* value, int64_t number) {
  value->type = NXS_VALUE_INT;
  value->count = 1;
  value->as.i = number;
  return NXS_SUCCESS;
}
nxs_status setInts(nxs_value* value, const int64_t (&numbers)[3]) {
  value->type = NXS_VALUE_INT_VECTOR;
  value->count = 3;
  value->as.i_vec = numbers;
  return NXS_SUCCESS;
}

constexpr const char* pluginName = "example";
constexpr const char* pluginVersion = "1.0.0";

nxs_status runtimeProperty(nxs_runtime*, uint32_t property, nxs_value* value) {
  switch (property) {
    case NXS_PROPERTY_Name: return setText(value, pluginName);
    case NXS_PROPERTY_Version: return setText(value, pluginVersion);
    case NXS_PROPERTY_DeviceCount: return setInt(value, 1);
    default: return NXS_NOT_FOUND;
  }
}
nxs_status deviceProperty(nxs_device*, uint32_t property, nxs_value* value) {
  switch (property) {
    case NXS_PROPERTY_Name: return setText(value, "One host thread");
    case NXS_PROPERTY_Vendor: return setText(value, "example");
    case NXS_PROPERTY_Type: return setText(value, "accelerator");
    case NXS_PROPERTY_Architecture: return setText(value, "host-thread");
    case NXS_PROPERTY_CoreCount:
    case NXS_PROPERTY_ThreadCount: return setInt(value, 1);
    case NXS_PROPERTY_MemorySize:
    case NXS_PROPERTY_MaxBufferSize: return setInt(value, memorySize);
    case NXS_PROPERTY_MemoryIsHostVisible: return setInt(value, 1);
    case NXS_PROPERTY_BufferAlignment: return setInt(value, bufferAlignment);
    case NXS_PROPERTY_MaxThreadsPerBlock: return setInt(value, maxThreadsPerBlock);
    case NXS_PROPERTY_MaxBlockDims: return setInts(value, maxBlockDims);
    case NXS_PROPERTY_MaxGridDims: return setInts(value, maxGridDims);
    case NXS_PROPERTY_MaxSharedMemoryPerBlock: return setInt(value, maxSharedMemory);
    case NXS_PROPERTY_HasTimestamps: return setInt(value, 1);
    default: return NXS_NOT_FOUND;
  }
}

// ---------------------------------------------------------------- the entries

nxs_status runtimeOpen(nxs_runtime** runtime) {
  // A vendor opens the driver here, with dlopen, and returns NXS_UNAVAILABLE with the reason if it is not there.
  return guarded([&] { *runtime = new nxs_runtime; });
}
nxs_status runtimeClose(nxs_runtime* runtime) {
  return guarded([&] { delete runtime; });
}
nxs_status runtimeDeviceCount(nxs_runtime*, uint32_t* count) {
  *count = 1;
  return NXS_SUCCESS;
}
nxs_status runtimeDevice(nxs_runtime* runtime, uint32_t, nxs_device** device) {
  *device = &runtime->device;
  return NXS_SUCCESS;
}

nxs_status bufferCreate(nxs_device*, const nxs_buffer_desc* desc, nxs_buffer** buffer) {
  return guarded([&] {
    if (desc->host_pointer) {
      *buffer = new nxs_buffer{static_cast<char*>(desc->host_pointer), false};
      return;
    }
    auto created = std::make_unique<nxs_buffer>(nxs_buffer{nullptr, true});
    if (desc->size <= static_cast<uint64_t>(memorySize))
      created->data = static_cast<char*>(
          std::aligned_alloc(bufferAlignment, (desc->size + bufferAlignment - 1) / bufferAlignment * bufferAlignment));
    if (!created->data)
      throw Failure(NXS_OUT_OF_MEMORY,
                    std::to_string(desc->size) + " bytes are wanted, the device has " + std::to_string(memorySize));
    *buffer = created.release();
  });
}
nxs_status bufferDestroy(nxs_buffer* buffer) {
  if (buffer->isOwner) std::free(buffer->data);
  delete buffer;
  return NXS_SUCCESS;
}
nxs_status bufferHostPointer(nxs_buffer* buffer, void** pointer) {
  *pointer = buffer->data;
  return NXS_SUCCESS;
}

nxs_status libraryCreate(nxs_device*, const nxs_library_desc* desc, nxs_library** library) {
  return guarded([&] {
    if (desc->language)
      throw Failure(NXS_UNSUPPORTED, "the example device has no compiler for '" + std::string(desc->language) + "'");
    auto created = std::make_unique<nxs_library>();
    if (desc->path)
      load(*created, desc->path);
    else
      loadBytes(*created, desc->data, desc->size);
    *library = created.release();
  });
}
nxs_status libraryDestroy(nxs_library* library) {
  delete library;
  return NXS_SUCCESS;
}
nxs_status libraryKernelCount(nxs_library* library, uint32_t* count) {
  *count = static_cast<uint32_t>(library->kernels.size());
  return NXS_SUCCESS;
}
nxs_status libraryKernelAt(nxs_library* library, uint32_t index, nxs_kernel** kernel) {
  *kernel = library->kernels[index].get();
  return NXS_SUCCESS;
}
nxs_status libraryKernel(nxs_library* library, const char* name, nxs_kernel** kernel) {
  for (const auto& known : library->kernels) {
    if (std::strcmp(known->code->name, name) != 0) continue;
    *kernel = known.get();
    return NXS_SUCCESS;
  }
  return NXS_NOT_FOUND;
}
nxs_status kernelInfo(nxs_kernel* kernel, nxs_kernel_info* info) {
  nxs_kernel_info known = {};
  known.struct_size = info->struct_size;
  known.name = kernel->code->name;
  known.has_arguments = 1;
  known.argument_count = kernel->code->argument_count;
  known.arguments = kernel->arguments.data();
  known.shared_bytes = kernel->code->shared_bytes;
  std::memcpy(info, &known, std::min(info->struct_size, sizeof known));  // a core of an older version knows a shorter struct
  return NXS_SUCCESS;
}

nxs_status streamCreate(nxs_device* device, nxs_stream** stream) {
  return guarded([&] { *stream = new nxs_stream{std::make_shared<Stream>(device->executor)}; });
}
nxs_status streamDestroy(nxs_stream* stream) {
  delete stream;
  return NXS_SUCCESS;
}
nxs_status streamSubmit(nxs_stream* stream, const nxs_command* commands, uint32_t count, uint32_t, uint64_t* ticket) {
  return guarded([&] { *ticket = stream->stream->submit(commands, count); });
}
nxs_status streamSynchronize(nxs_stream* stream, uint64_t timeout) {
  return guarded([&] { stream->stream->synchronize(timeout); });
}
nxs_status streamQuery(nxs_stream* stream, uint64_t* completed) {
  return guarded([&] { *completed = stream->stream->completed(); });
}

nxs_status eventCreate(nxs_device*, uint64_t initial, nxs_event** event) {
  return guarded([&] { *event = new nxs_event(initial); });
}
nxs_status eventDestroy(nxs_event* event) {
  delete event;
  return NXS_SUCCESS;
}
nxs_status eventSignal(nxs_event* event, uint64_t value) {
  return guarded([&] { event->signal(value); });
}
nxs_status eventWait(nxs_event* event, uint64_t value, uint64_t timeout) {
  return guarded([&] { event->wait(value, timeout); });
}
nxs_status eventQuery(nxs_event* event, uint64_t* value) {
  return guarded([&] { *value = event->value(); });
}
nxs_status eventNotify(nxs_event* event, uint64_t value, nxs_host_call call) {
  return guarded([&] {
    event->notify(
        value, [call](const Failure* failure) { call.function(call.user, failure ? failure->status : nxs_status{NXS_SUCCESS}); });
  });
}
nxs_status eventFail(nxs_event* event, nxs_status status, const char* message) {
  return guarded([&] { event->fail(Failure(status, message)); });
}

/// Optional entries may be NULL: this device has no schedules of its own, and the core submits their commands one by one.
const nxs_plugin plugin = {
    .struct_size = sizeof(nxs_plugin),
    .magic = NXS_PLUGIN_MAGIC,
    .abi_major = NXS_ABI_MAJOR,
    .abi_minor = NXS_ABI_MINOR,
    .reserved = 0,
    .name = pluginName,
    .version = pluginVersion,
    .table = {.runtime_open = runtimeOpen,
              .runtime_close = runtimeClose,
              .runtime_property = runtimeProperty,
              .runtime_device_count = runtimeDeviceCount,
              .runtime_device = runtimeDevice,
              .device_property = deviceProperty,
              .buffer_create = bufferCreate,
              .buffer_destroy = bufferDestroy,
              .buffer_host_pointer = bufferHostPointer,
              .buffer_device_pointer = nullptr,
              .library_create = libraryCreate,
              .library_destroy = libraryDestroy,
              .library_kernel_count = libraryKernelCount,
              .library_kernel_at = libraryKernelAt,
              .library_kernel = libraryKernel,
              .kernel_info = kernelInfo,
              .stream_create = streamCreate,
              .stream_destroy = streamDestroy,
              .stream_submit = streamSubmit,
              .stream_synchronize = streamSynchronize,
              .stream_query = streamQuery,
              .event_create = eventCreate,
              .event_destroy = eventDestroy,
              .event_signal = eventSignal,
              .event_wait = eventWait,
              .event_query = eventQuery,
              .event_notify = eventNotify,
              .schedule_create = nullptr,
              .schedule_destroy = nullptr,
              .schedule_update = nullptr,
              .schedule_run = nullptr,
              .event_fail = eventFail,
              .schedule_times = nullptr},
};

}  // namespace

const nxs_plugin* nxsGetPlugin(const nxs_host* core) {
  host = core;
  return &plugin;
}
