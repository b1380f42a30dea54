#pragma once

#include <nexus/runtime.h>

namespace nexus {

/// What became of one candidate for a plugin.
struct PluginRecord {
  enum class State {
    Available,    ///< loaded, and its runtime has at least one device
    NoDevice,     ///< loaded, but its runtime found no device
    Unavailable,  ///< loaded, but its runtime could not be opened: driver missing, ...
    Refused       ///< not loaded
  };
  State state;
  std::string path;
  std::string name;     ///< of the runtime; "" if it is not known
  std::string version;  ///< of the plugin; "" if it is not known
  std::string reason;   ///< why the state is not Available; "" otherwise
};

/// Name of a state in words: "available", "no device", "unavailable", "refused".
NEXUS_API const char* pluginStateName(PluginRecord::State state) noexcept;

/// The runtimes of a system, sorted by name. Only those that could be opened; getPluginRecords tells of the others.
class NEXUS_API Runtimes : public Handle {
 public:
  Runtimes() = default;
  std::size_t size() const;
  /// Throws NotFoundError that says what there is.
  Runtime get(std::int64_t index) const;
  Runtime get(const std::string& name) const;
  Runtime operator[](std::int64_t index) const { return get(index); }

 private:
  friend struct detail::Access;
  using Handle::Handle;
};

/// The plugins that were found on this machine and what they offer. A runtime is opened when it is asked for by name, or with all others when they are
/// listed; that is when drivers start.
class NEXUS_API System : public Handle {
 public:
  System() = default;
  /// The system of this process, built at the first call: plugins of the NEXUS_PLUGIN_PATH entries (files or folders, separated by ':'),
  /// then of the folder of the core library. A forked child gets a new one; objects of the parent's refuse to work there.
  static System get();
  /// A system of its own, with the plugins of these files and folders only.
  static System create(const std::vector<std::string>& pluginPaths);

  Runtimes getRuntimes() const;
  /// Throws UnavailableError with the reason if the plugin of that name does not work, NotFoundError that says what there is if there is none.
  Runtime getRuntime(const std::string& name) const;
  /// A device by "runtime", "runtime:index" or, if empty, by the variable NEXUS_DEVICE or else the first device of the first runtime.
  Device getDevice(const std::string& id = "") const;
  /// One record for every candidate, in the order in which they were tried.
  const std::vector<PluginRecord>& getPluginRecords() const;

 private:
  friend struct detail::Access;
  using Handle::Handle;
};

/// System::get().getRuntimes().
inline Runtimes getRuntimes() { return System::get().getRuntimes(); }
/// System::get().getRuntime(name).
inline Runtime getRuntime(const std::string& name) { return System::get().getRuntime(name); }
/// System::get().getDevice(id).
inline Device getDevice(const std::string& id = "") { return System::get().getDevice(id); }

}  // namespace nexus
