#pragma once

#include "clock.h"
#include "context_scope.h"
#include "worker.h"

#include "plugins/support/property_set.h"

#include <atomic>
#include <functional>
#include <optional>
#include <set>
#include <vector>

namespace nexus::gpu_plugin {

class Device;
class Stream;

/// A point in the work of a stream.
class Mark {
 public:
  Mark(Device& device, EventHandle handle) : device_(device), handle_(handle) {}
  Mark(const Mark&) = delete;
  Mark& operator=(const Mark&) = delete;
  ~Mark();
  EventHandle handle() const noexcept { return handle_; }
  /// Throws DeviceLost if the device never gets there.
  bool isDone();

 private:
  Device& device_;
  EventHandle handle_;
  std::atomic<bool> isDone_{false};
};

/// Driver events that are used again and again: making one costs far more than recording it.
class EventPool {
 public:
  explicit EventPool(unsigned flags) : flags_(flags) {}
  /// Needs the context to be current.
  EventHandle take();
  void giveBack(EventHandle handle) noexcept;
  /// Destroys those that were given back.
  void clear() noexcept;

 private:
  const unsigned flags_;
  std::mutex mutex_;
  std::vector<EventHandle> free_;
};

class Device {
 public:
  Device(int index, Ordinal ordinal) : index_(index), ordinal_(ordinal) {}
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;
  ~Device();

  nxs_status property(std::uint32_t property, nxs_value* value);
  int index() const noexcept { return index_; }
  Ordinal ordinal() const noexcept { return ordinal_; }
  int attribute(Attribute attribute) const;
  /// "cuda:0 (NVIDIA H100)"
  const std::string& title();
  const std::string& architecture();

  /// The primary context, which other libraries of the process share; made at the first call.
  ContextHandle context();
  /// A stream for the device's own housekeeping.
  StreamHandle housekeeping();
  PoolHandle pool();
  /// After memory has gone back to the pool: sees to it that the pool keeps at most two parts in poolShare of the device's memory from other processes.
  void noteFreed(std::uint64_t size) noexcept;

  /// Records a mark in a stream of this device.
  std::shared_ptr<Mark> mark(StreamHandle stream);
  EventPool& marks() noexcept { return marks_; }
  EventPool& stamps() noexcept { return stamps_; }
  Clock& clock() noexcept { return clock_; }
  Worker& worker() noexcept { return worker_; }
  /// One and the same string for equal names, for as long as the device lives.
  const std::string* intern(const std::string& name);

  /// Throws if a driver call failed; from then on the device is lost if the failure is sticky.
  void check(Result result, const char* what) {
    if (result != success) [[unlikely]]
      fail(result, what);
  }
  bool isLost() const noexcept { return isLost_.load(std::memory_order_acquire); }
  void throwIfLost() const {
    if (isLost()) [[unlikely]]
      throw *lost_;
  }

  void addStream(std::weak_ptr<Stream> stream);

 private:
  [[noreturn]] void fail(Result result, const char* what);
  void lose(Result result);
  void readProperties();
  nxs_status liveProperty(std::uint32_t property, nxs_value* value);
  void open();

  const int index_;
  const Ordinal ordinal_;
  std::once_flag propertiesRead_, opened_;
  plugin_support::PropertySet properties_;
  std::string title_, architecture_, pciAddress_;

  ContextHandle context_ = nullptr;
  StreamHandle housekeeping_ = nullptr;
  PoolHandle pool_ = nullptr;
  static constexpr std::uint64_t poolShare = 32;
  std::uint64_t poolKeeps_ = 0;
  std::atomic<std::uint64_t> freed_{0};  // since the pool was trimmed
  EventPool marks_{eventWithoutTiming}, stamps_{0};
  Clock clock_{*this};

  std::mutex mutex_;  // guards what follows
  std::set<std::string> names_;
  std::vector<std::weak_ptr<Stream>> streams_;
  std::optional<plugin_support::PluginError> lost_;
  std::atomic<bool> isLost_{false};

  Worker worker_;  // ends first
};

}  // namespace nexus::gpu_plugin

struct nxs_device : nexus::gpu_plugin::Device {
  using Device::Device;
};
