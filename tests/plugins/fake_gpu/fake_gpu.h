// A driver for CUDA or HIP that executes on the CPU: two devices, kernels that the fake run-time compiler built for the host. It is strict where real
// drivers are lenient, so that mistakes of the plugin show, and asynchronous everywhere.
#pragma once

#include "plugins/gpu/driver_types.h"

#include <vendor_types.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#ifdef NEXUS_FAKE_HIP
#define FAKE_NAME(cuda, hip) hip
#else
#define FAKE_NAME(cuda, hip) cuda
#endif
#define FAKE(cuda, hip) extern "C" __attribute__((visibility("default"))) nexus::gpu_plugin::Result FAKE_NAME(cuda, hip)

namespace nexus::gpu_plugin {

inline constexpr int fakeDevices = 2;
inline constexpr std::size_t fakeMemory = std::size_t{2} << 30;
inline constexpr Result invalidContext = 201, invalidHandle = 400, assertFailed = 710, illegalAddress = 700, launchFailed = 719;

struct OpaqueContext {
  int device;
  std::atomic<Result> broken{success};  ///< what a kernel has done to it
};
OpaqueContext* contextOf(int device);
OpaqueContext* currentContext();
/// What a driver that insists on the stream's context being current says of a call with that stream.
Result checkCurrent(const OpaqueContext* context);

/// A kernel with a copy of its arguments.
struct FakeLaunch;
/// One thing to do, in the order of a stream.
using Work = std::function<void()>;

struct OpaqueStream {
  explicit OpaqueStream(OpaqueContext* c);
  ~OpaqueStream();
  void push(Work work);
  bool isIdle();
  void synchronize();

  OpaqueContext* const context;

 private:
  void run();
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Work> queue_;
  bool isBusy_ = false, isClosing_ = false;
  std::thread thread_;
};

struct OpaqueEvent {
  struct Record {
    std::mutex mutex;
    std::condition_variable changed;
    bool isDone = false;
    std::chrono::steady_clock::time_point time;
  };
  OpaqueContext* context;
  bool hasTime;
  std::mutex mutex;
  std::shared_ptr<Record> record;
};

struct OpaqueFunction {
  std::string name;
  void (*call)(void**);
  void (*place)(const unsigned* thread, const unsigned* block, const unsigned* blockSize, const unsigned* gridSize, void* shared);
  void (**yield)();
  void (**fault)(int);
  const unsigned* sizes;  ///< number of parameters, then their sizes
  bool hasBarrier;
  int allowedShared = 48 << 10;
};

/// Whether memory of a device, or pinned memory, has these bytes.
bool isMemory(Address address, std::size_t size);
/// Lets a region outside of allocations count as memory.
void noteMemory(Address address, std::size_t size);
void forgetMemory(Address address);

Result prepareLaunch(OpaqueFunction* function, const unsigned* grid, const unsigned* block, unsigned shared, void** parameters,
                     bool isCooperative, std::shared_ptr<FakeLaunch>& launch);
void runLaunch(const FakeLaunch& launch, OpaqueContext& context);

}  // namespace nexus::gpu_plugin
