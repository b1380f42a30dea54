#pragma once

#include "embedded.h"
#include "fork_guard.h"
#include "once.h"
#include "plugin_module.h"
#include "property_cache.h"

#include <nexus/device.h>

#include <memory>

namespace nexus::detail {

class RuntimeObject;
class StreamObject;

/// What the core checks launches and buffers against; read from the device once.
struct DeviceLimits {
  std::int64_t maxThreadsPerBlock, maxSharedMemoryPerBlock, maxBufferSize;
  std::int64_t maxBlock[3], maxGrid[3];
  bool hasPeerCopy, hasTimestamps;
};

/// A device; a part of its runtime.
class DeviceObject : public Embedded {
 public:
  static constexpr const char* kind = "Device";

  DeviceObject(const RuntimeObject& runtime, const PluginModule& plugin, nxs_device* native, std::size_t index);
  ~DeviceObject() override;

  const RuntimeObject& runtime() const noexcept { return runtime_; }
  const PluginModule& plugin() const noexcept { return plugin_; }
  const nxs_plugin_table& table() const noexcept { return plugin_.table(); }
  nxs_device* native() const noexcept { return native_; }
  std::size_t index() const noexcept { return index_; }
  const std::string& id() const noexcept { return id_; }
  const PropertyCache& properties() const noexcept { return properties_; }
  const DeviceLimits& limits() const;

  /// Whether a copy of one of the two devices may name a buffer of the other.
  bool isPeerOf(const DeviceObject& other) const {
    return this == &other || (&runtime_ == &other.runtime_ && limits().hasPeerCopy && other.limits().hasPeerCopy);
  }

  /// Throws UnavailableError in a forked child. Before every call into the plugin.
  void checkProcess() const {
    if (forkGeneration() != generation_) [[unlikely]]
      throwForked();
  }
  /// For destructors: whether the plugin may still be called.
  bool isOfThisProcess() const noexcept { return forkGeneration() == generation_; }
  /// Throws if `status` is a failure. `what` is called only then; it says what was tried.
  template <class What>
  void check(nxs_status status, What&& what) const {
    if (status != NXS_SUCCESS) [[unlikely]]
      plugin_.fail(status, id_ + ": " + what());
  }
  /// Throws UnsupportedError that names the missing entry.
  [[noreturn]] void throwMissingEntry(const char* entry) const;

  /// The stream of work that names none.
  StreamObject& defaultStream() const;
  /// For filling new buffers, which need not wait for work on other streams.
  StreamObject& uploadStream() const;
  /// A number for the next stream, from 1.
  unsigned countStream() const noexcept { return streams_.fetch_add(1, std::memory_order_relaxed) + 1; }

 private:
  [[noreturn]] void throwForked() const;
  /// For properties that the plugin does not know.
  PropertyCache::Lookup databaseLookup() const;

  const RuntimeObject& runtime_;
  const PluginModule& plugin_;
  nxs_device* native_;
  std::size_t index_;
  std::string id_;
  std::uint32_t generation_ = forkGeneration();
  PropertyCache properties_;
  mutable Once limitsRead_, defaultStreamMade_, uploadStreamMade_;
  mutable DeviceLimits limits_{};
  mutable std::unique_ptr<StreamObject> defaultStream_, uploadStream_;
  mutable std::atomic<unsigned> streams_{0};
};

}  // namespace nexus::detail
