#include "access.h"
#include "loader.h"
#include "per_process.h"
#include "runtime_object.h"
#include "suggest.h"

#include <nexus/system.h>

#include <algorithm>
#include <charconv>
#include <mutex>

namespace nexus {

namespace detail {

class SystemObject : public Object {
 public:
  static constexpr const char* kind = "System";
  explicit SystemObject(const std::vector<std::string>& paths);

  /// These open all runtimes.
  const std::vector<PluginRecord>& records() const;
  std::size_t runtimeCount() const { return runtimes().size(); }
  const RuntimeObject& runtime(std::int64_t index) const;
  /// Opens that runtime only.
  const RuntimeObject& runtime(const std::string& name) const;
  /// The first runtime with a device. Opens those before it too.
  const RuntimeObject& firstRuntime() const;

 private:
  const RuntimeObject* open(const Candidate& candidate) const;
  void openAll() const;
  const std::vector<const RuntimeObject*>& runtimes() const;
  std::string runtimeNames() const;
  std::string failures() const;

  const std::uint32_t generation_ = forkGeneration();
  std::deque<Candidate> candidates_;      // as they were found
  std::vector<const Candidate*> byName_;  // those that were loaded
  mutable Once allOpened_;                // guards the following
  mutable std::vector<PluginRecord> records_;
  mutable std::vector<const RuntimeObject*> runtimes_;  // sorted by name
};

SystemObject::SystemObject(const std::vector<std::string>& paths) : candidates_(loadPlugins(paths)) {
  for (const Candidate& candidate : candidates_)
    if (candidate.isLoaded()) byName_.push_back(&candidate);
  std::sort(byName_.begin(), byName_.end(), [](const Candidate* a, const Candidate* b) { return a->name() < b->name(); });
}

const RuntimeObject* SystemObject::open(const Candidate& candidate) const {
  // Another thread of the parent may have been opening it when the process was forked.
  if (forkGeneration() != generation_)
    throw UnavailableError("this system was made by the parent of this forked process; get it anew in the child");
  return candidate.open();
}

void SystemObject::openAll() const {
  allOpened_.call([this] {
    for (const Candidate* candidate : byName_)
      if (const RuntimeObject* runtime = open(*candidate)) runtimes_.push_back(runtime);
    for (const Candidate& candidate : candidates_) records_.push_back(candidate.record());
  });
}

const std::vector<PluginRecord>& SystemObject::records() const {
  openAll();
  return records_;
}
const std::vector<const RuntimeObject*>& SystemObject::runtimes() const {
  openAll();
  return runtimes_;
}

std::string SystemObject::runtimeNames() const {
  std::vector<std::string> names;
  for (const RuntimeObject* runtime : runtimes()) names.push_back(runtime->plugin().name());
  return listNames(names);
}

std::string SystemObject::failures() const {
  std::string text;
  for (const PluginRecord& record : records())
    if (record.state != PluginRecord::State::Available)
      text += "\n  " + record.path + ": " + pluginStateName(record.state) + ": " + record.reason;
  return text;
}

const RuntimeObject& SystemObject::runtime(std::int64_t index) const {
  if (index < 0 || index >= static_cast<std::int64_t>(runtimeCount()))
    throw NotFoundError("there is no runtime " + std::to_string(index) + "; the runtimes are " + runtimeNames() + failures());
  return *runtimes()[static_cast<std::size_t>(index)];
}

const RuntimeObject& SystemObject::runtime(const std::string& name) const {
  for (const Candidate* candidate : byName_)
    if (candidate->name() == name)
      if (const RuntimeObject* runtime = open(*candidate)) return *runtime;
  // A runtime that exists but does not work is a different thing from one that nobody has heard of.
  for (const Candidate& candidate : candidates_)
    if (!name.empty() && candidate.name() == name)
      throw UnavailableError("runtime '" + name + "' is unavailable: " + candidate.record().reason + " (" + candidate.path() + ")");
  std::vector<std::string_view> names;
  for (const RuntimeObject* runtime : runtimes()) names.emplace_back(runtime->plugin().name());
  throw NotFoundError("there is no runtime '" + name + "'" + suggest(name, names) + "; the runtimes are " + runtimeNames() +
                      failures());
}

const RuntimeObject& SystemObject::firstRuntime() const {
  for (const Candidate* candidate : byName_)
    if (const RuntimeObject* runtime = open(*candidate); runtime && runtime->deviceCount() > 0) return *runtime;
  throw NotFoundError("no device was found; the candidates for plugins were:" +
                      (failures().empty() ? std::string(" none") : failures()));
}

namespace {

const SystemObject& systemOf(const Handle& handle) { return Access::of<SystemObject>(handle); }

struct ProcessSystem {
  std::mutex mutex;
  Ref system;
};

}  // namespace
}  // namespace detail

using detail::Access;
using detail::systemOf;

System System::get() {
  auto& process = detail::perProcess<detail::ProcessSystem>();
  std::lock_guard lock(process.mutex);
  if (!process.system.get()) process.system = detail::Ref(new detail::SystemObject(detail::defaultPluginPaths()));
  return Access::handle<System>(*process.system.get());
}

System System::create(const std::vector<std::string>& pluginPaths) {
  detail::Ref system(new detail::SystemObject(pluginPaths));
  return Access::handle<System>(*system.get());
}

Runtimes System::getRuntimes() const { return Access::handle<Runtimes>(systemOf(*this)); }
Runtime System::getRuntime(const std::string& name) const { return Access::handle<Runtime>(systemOf(*this).runtime(name)); }
const std::vector<PluginRecord>& System::getPluginRecords() const { return systemOf(*this).records(); }

namespace {

/// A device by "runtime" or "runtime:index".
Device findDevice(const detail::SystemObject& system, const std::string& id) {
  const std::size_t colon = id.find(':');
  std::int64_t index = 0;
  if (colon != std::string::npos) {
    const char* end = id.data() + id.size();
    const auto [rest, error] = std::from_chars(id.data() + colon + 1, end, index);
    if (error != std::errc() || rest != end || index < 0 || colon == 0)
      throw InvalidArgumentError("device id '" + id + "' is not of the form 'runtime' or 'runtime:index', such as 'cpu:0'");
  }
  return system.runtime(id.substr(0, colon)).device(index).acquire<Device, Access>();
}

}  // namespace

Device System::getDevice(const std::string& id) const {
  const detail::SystemObject& system = systemOf(*this);
  if (!id.empty()) return findDevice(system, id);
  const char* variable = std::getenv("NEXUS_DEVICE");
  if (!variable || !*variable) return system.firstRuntime().device(0).acquire<Device, Access>();
  try {
    return findDevice(system, variable);
  } catch (const Error& e) {
    throwError(e.status(), "NEXUS_DEVICE='" + std::string(variable) + "': " + e.what(), e.nativeCode());
  }
}

std::size_t Runtimes::size() const { return systemOf(*this).runtimeCount(); }
Runtime Runtimes::get(std::int64_t index) const { return Access::handle<Runtime>(systemOf(*this).runtime(index)); }
Runtime Runtimes::get(const std::string& name) const { return Access::handle<Runtime>(systemOf(*this).runtime(name)); }

}  // namespace nexus
