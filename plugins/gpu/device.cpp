#include "device.h"

#include "stream.h"
#include "vendor_functions.h"

#include <cstdio>

namespace nexus::gpu_plugin {

using plugin_support::PluginError;

Mark::~Mark() { device_.marks().giveBack(handle_); }

bool Mark::isDone() {
  if (isDone_.load(std::memory_order_acquire)) return true;
  const Result result = driver.eventQuery(handle_);
  if (result == notReady) {
    device_.throwIfLost();
    return false;
  }
  device_.check(result, "cannot query an event");
  isDone_.store(true, std::memory_order_release);
  return true;
}

EventHandle EventPool::take() {
  {
    std::lock_guard lock(mutex_);
    if (!free_.empty()) {
      const EventHandle handle = free_.back();
      free_.pop_back();
      return handle;
    }
  }
  EventHandle handle = nullptr;
  check(driver.eventCreate(&handle, flags_), "cannot create an event");
  return handle;
}

void EventPool::giveBack(EventHandle handle) noexcept {
  try {
    std::lock_guard lock(mutex_);
    free_.push_back(handle);
  } catch (const std::bad_alloc&) {
    driver.eventDestroy(handle);
  }
}

void EventPool::clear() noexcept {
  std::lock_guard lock(mutex_);
  for (const EventHandle handle : free_) driver.eventDestroy(handle);
  free_.clear();
}

Device::~Device() {
  worker_.stop();  // it may be giving driver events back
  if (!context_) return;
  try {
    const ContextScope scope(context_);
    marks_.clear();
    clock_.close();
    stamps_.clear();
    if (housekeeping_) driver.streamDestroy(housekeeping_);
    if (pool_) driver.poolDestroy(pool_);
  } catch (const PluginError&) {
    // A device that is lost gives its memory back with the process.
  }
  driver.primaryContextRelease(ordinal_);
}

int Device::attribute(Attribute attribute) const {
  int value = 0;
  gpu_plugin::check(driver.deviceAttribute(&value, static_cast<int>(attribute), ordinal_),
                    "cannot read an attribute of the device");
  return value;
}

const std::string& Device::title() {
  std::call_once(propertiesRead_, [this] { readProperties(); });
  return title_;
}
const std::string& Device::architecture() {
  std::call_once(propertiesRead_, [this] { readProperties(); });
  return architecture_;
}

void Device::readProperties() {
  char name[256] = {};
  gpu_plugin::check(driver.deviceName(name, sizeof name, ordinal_), "cannot read the name of the device");
  title_ = std::string(Vendor::runtimeName) + ":" + std::to_string(index_) + " (" + name + ")";
  architecture_ = architectureOf(ordinal_);
  std::size_t memory = 0;
  gpu_plugin::check(driver.deviceMemory(&memory, ordinal_), "cannot read the size of the memory");

  properties_.set(NXS_PROPERTY_Name, std::string(name));
  properties_.set(NXS_PROPERTY_Vendor, std::string(Vendor::manufacturer));
  properties_.set(NXS_PROPERTY_Type, std::string("gpu"));
  properties_.set(NXS_PROPERTY_Architecture, architecture_);
  properties_.set(NXS_PROPERTY_DriverVersion, driver.version());
  properties_.set(NXS_PROPERTY_MemorySize, static_cast<std::int64_t>(memory));
  properties_.set(NXS_PROPERTY_MaxBufferSize, static_cast<std::int64_t>(memory));
  properties_.set(NXS_PROPERTY_MemoryIsHostVisible, std::int64_t{0});
  properties_.set(NXS_PROPERTY_BufferAlignment, std::int64_t{256});
  properties_.set(NXS_PROPERTY_DlpackDevice, std::vector<std::int64_t>{Vendor::dlpackType, ordinal_});
  properties_.set(NXS_PROPERTY_HasPeerCopy, std::int64_t{1});
  properties_.set(NXS_PROPERTY_HasTimestamps, std::int64_t{1});
  properties_.set(NXS_PROPERTY_ComputeCapability,
                  std::to_string(attribute(Attribute::computeMajor)) + "." + std::to_string(attribute(Attribute::computeMinor)));

  std::vector<std::string> languages = {"nexus", Vendor::language};
  if (Vendor::takesPtx) languages.push_back("ptx");
  properties_.set(NXS_PROPERTY_KernelLanguages, languages);

  struct Row {
    std::uint32_t property;
    Attribute attribute;
    std::int64_t divisor;
  };
  static constexpr Row rows[] = {
      {NXS_PROPERTY_CoreCount, Attribute::multiprocessors, 1},
      {NXS_PROPERTY_MaxClockRate, Attribute::clockRate, 1000},
      {NXS_PROPERTY_L2CacheSize, Attribute::l2CacheSize, 1},
      {NXS_PROPERTY_MaxThreadsPerBlock, Attribute::maxThreadsPerBlock, 1},
      {NXS_PROPERTY_WarpSize, Attribute::warpSize, 1},
      {NXS_PROPERTY_RegistersPerBlock, Attribute::registersPerBlock, 1},
      {NXS_PROPERTY_RegistersPerCore, Attribute::registersPerMultiprocessor, 1},
      {NXS_PROPERTY_SharedMemoryPerCore, Attribute::sharedPerMultiprocessor, 1},
      {NXS_PROPERTY_MaxThreadsPerCore, Attribute::maxThreadsPerMultiprocessor, 1},
      {NXS_PROPERTY_MaxBlocksPerCore, Attribute::maxBlocksPerMultiprocessor, 1},
      {NXS_PROPERTY_ConstantMemorySize, Attribute::constantMemory, 1},
      {NXS_PROPERTY_MemoryClockRate, Attribute::memoryClockRate, 1000},
      {NXS_PROPERTY_MemoryBusWidth, Attribute::memoryBusWidth, 1},
      {NXS_PROPERTY_CopyEngineCount, Attribute::copyEngines, 1},
  };
  // A driver that does not know an attribute, or says 0, knows nothing of the property.
  for (const Row& row : rows) {
    int value = 0;
    if (driver.deviceAttribute(&value, static_cast<int>(row.attribute), ordinal_) == success && value / row.divisor > 0)
      properties_.set(row.property, std::int64_t{value} / row.divisor);
  }
  int hasClusters = 0;
  if (driver.deviceAttribute(&hasClusters, static_cast<int>(Attribute::clusterLaunch), ordinal_) != success) hasClusters = 0;
  properties_.set(NXS_PROPERTY_HasClusterLaunch, std::int64_t{hasClusters != 0});
  properties_.set(NXS_PROPERTY_HasCooperativeLaunch, std::int64_t{attribute(Attribute::cooperativeLaunch) != 0});
  properties_.set(NXS_PROPERTY_EccIsEnabled, std::int64_t{attribute(Attribute::hasEcc) != 0});
  properties_.set(NXS_PROPERTY_MemoryIsShared, std::int64_t{attribute(Attribute::isIntegrated) != 0});
  properties_.set(NXS_PROPERTY_SimdWidth, std::int64_t{attribute(Attribute::warpSize)} * 32);
  if (const int threads = attribute(Attribute::maxThreadsPerMultiprocessor))
    properties_.set(NXS_PROPERTY_ThreadCount, std::int64_t{threads} * attribute(Attribute::multiprocessors));

  const auto three = [this](Attribute first) {
    std::vector<std::int64_t> values;
    for (int d = 0; d < 3; ++d) values.push_back(attribute(static_cast<Attribute>(static_cast<int>(first) + d)));
    return values;
  };
  properties_.set(NXS_PROPERTY_MaxBlockDims, three(Attribute::maxBlockX));
  properties_.set(NXS_PROPERTY_MaxGridDims, three(Attribute::maxGridX));
  int optIn = 0;
  if (driver.deviceAttribute(&optIn, static_cast<int>(Attribute::maxSharedPerBlockOptIn), ordinal_) != success) optIn = 0;
  properties_.set(NXS_PROPERTY_MaxSharedMemoryPerBlock, std::int64_t{std::max(optIn, attribute(Attribute::maxSharedPerBlock))});

  char address[64] = {};
  if (driver.devicePciBusId && driver.devicePciBusId(address, sizeof address, ordinal_) == success) {
    pciAddress_ = address;
    properties_.set(NXS_PROPERTY_PciAddress, pciAddress_);
  }
  Uuid uuid = {};
  if (driver.deviceUuid && driver.deviceUuid(&uuid, ordinal_) == success) {
    std::string text;
    for (std::size_t i = 0; i < sizeof uuid.bytes; ++i) {
      char digits[4];
      std::snprintf(digits, sizeof digits, "%02x", uuid.bytes[i]);
      text += (i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "") + std::string(digits);
    }
    properties_.set(NXS_PROPERTY_Uuid, text);
  }
}

nxs_status Device::property(std::uint32_t property, nxs_value* value) {
  std::call_once(propertiesRead_, [this] { readProperties(); });
  const nxs_status status = properties_.read(property, value);
  return status == NXS_NOT_FOUND ? liveProperty(property, value) : status;
}

nxs_status Device::liveProperty(std::uint32_t property, nxs_value* value) {
  // Without a context the driver does not tell; a sensor of the system may.
  if (property == NXS_PROPERTY_MemoryFree && context_ && !isLost()) {
    const ContextScope scope(context_);
    std::size_t free = 0, total = 0;
    if (driver.memoryInfo(&free, &total) == success) {
      value->type = NXS_VALUE_INT;
      value->count = 1;
      value->as.i = static_cast<std::int64_t>(free);
      return NXS_SUCCESS;
    }
  }
  const std::optional<double> reading = readSensor(property, pciAddress_);
  if (!reading) return NXS_NOT_FOUND;
  value->count = 1;
  if (property == NXS_PROPERTY_MemoryFree || property == NXS_PROPERTY_ClockRate) {
    value->type = NXS_VALUE_INT;
    value->as.i = static_cast<std::int64_t>(*reading);
  } else {
    value->type = NXS_VALUE_FLOAT;
    value->as.f = *reading;
  }
  return NXS_SUCCESS;
}

void Device::open() {
  ContextHandle context = nullptr;
  const Result retained = driver.primaryContextRetain(&context, ordinal_);
  if (isSticky(retained))
    throw PluginError(NXS_UNAVAILABLE,
                      "a kernel has broken another device of this process, after which the driver makes no context for " + title() +
                          " (" + driver.describe(retained) + "); use devices before, or start the process anew",
                      retained);
  gpu_plugin::check(retained, "cannot make a context");
  try {
    const ContextScope scope(context);
    std::size_t memory = 0;
    gpu_plugin::check(driver.deviceMemory(&memory, ordinal_), "cannot read the size of the memory");
    gpu_plugin::check(driver.streamCreate(&housekeeping_, streamNonBlocking, 0), "cannot create a stream");
    int hasPools = 0;
    if (driver.poolCreate && driver.poolDestroy && driver.poolAllocate && driver.poolFree && driver.poolSetAttribute &&
        driver.poolTrim && driver.deviceAttribute(&hasPools, static_cast<int>(Attribute::memoryPools), ordinal_) == success &&
        hasPools) {
      const PoolDescription description = {1, 0, {1, ordinal_}, nullptr, {}};
      // A pool of our own keeps some of what is freed, and leaves the one that other libraries use as they set it.
      std::uint64_t keep = poolKeeps_ = memory / poolShare;
      if (driver.poolCreate(&pool_, &description) == success)
        driver.poolSetAttribute(pool_, poolReleaseThreshold, &keep);
      else
        pool_ = nullptr;
    }
  } catch (...) {
    driver.primaryContextRelease(ordinal_);
    throw;
  }
  context_ = context;
}

ContextHandle Device::context() {
  std::call_once(opened_, [this] { open(); });
  return context_;
}
StreamHandle Device::housekeeping() {
  context();
  return housekeeping_;
}
PoolHandle Device::pool() {
  context();
  return pool_;
}

void Device::noteFreed(std::uint64_t size) noexcept {
  if (freed_.fetch_add(size, std::memory_order_relaxed) + size <= poolKeeps_) return;
  freed_.store(0, std::memory_order_relaxed);
  // The driver trims by itself only where somebody waits for a stream in its own way, which this plugin does not.
  driver.streamSynchronize(housekeeping_);
  driver.poolTrim(pool_, poolKeeps_);
}

std::shared_ptr<Mark> Device::mark(StreamHandle stream) {
  auto mark = std::make_shared<Mark>(*this, marks_.take());
  check(driver.eventRecord(mark->handle(), stream), "cannot record an event");
  return mark;
}

const std::string* Device::intern(const std::string& name) {
  std::lock_guard lock(mutex_);
  return &*names_.insert(name).first;
}

void Device::addStream(std::weak_ptr<Stream> stream) {
  std::lock_guard lock(mutex_);
  std::erase_if(streams_, [](const std::weak_ptr<Stream>& known) { return known.expired(); });
  streams_.push_back(std::move(stream));
}

void Device::fail(Result result, const char* what) {
  if (isSticky(result)) {
    lose(result);
    throw *lost_;
  }
  throw PluginError(statusOf(result), std::string(what) + " on " + title() + ": " + driver.describe(result), result);
}

void Device::lose(Result result) {
  const std::string& name = title();
  std::vector<std::shared_ptr<Stream>> streams;
  std::lock_guard lock(mutex_);
  if (lost_) return;
  for (const auto& stream : streams_)
    if (auto alive = stream.lock()) streams.push_back(std::move(alive));
  std::set<std::string> running;
  for (const auto& stream : streams) stream->listRunning(running);
  std::string kernels;
  for (const std::string& kernel : running) kernels += (kernels.empty() ? "'" : ", '") + kernel + "'";
  const std::string culprit = running.empty()       ? "work of this process"
                              : running.size() == 1 ? "kernel " + kernels
                                                    : "one of the kernels in flight (" + kernels + ")";
  lost_.emplace(NXS_DEVICE_LOST,
                culprit + " broke " + name + ": " + driver.describe(result) +
                    ". The driver runs nothing more for this process on the device; start a new process to use it again",
                result);
  isLost_.store(true, std::memory_order_release);
  for (auto& stream : streams) worker_.post(std::move(stream));
}

}  // namespace nexus::gpu_plugin
