#pragma once

#include "once.h"
#include "runtime_object.h"

#include <nexus/system.h>

#include <deque>

namespace nexus::detail {

/// Files and folders that System::get() searches: the NEXUS_PLUGIN_PATH entries, then the folder of the core library.
std::vector<std::string> defaultPluginPaths();

/// Folder of the core library's file, found through its own code, so that it is right in a build tree, an install and a wheel.
std::string coreLibraryFolder();

/// A file that may be a plugin. It is loaded at once, which touches no driver; its runtime is opened when somebody asks for it: drivers
/// take up to a second for that.
class Candidate {
 public:
  explicit Candidate(PluginRecord refused) : record_(std::move(refused)) {}
  Candidate(PluginRecord loaded, Ref plugin) : record_(std::move(loaded)), plugin_(std::move(plugin)) {}

  const std::string& name() const noexcept { return record_.name; }
  const std::string& path() const noexcept { return record_.path; }
  /// Whether there is a runtime to open.
  bool isLoaded() const noexcept { return isLoaded_; }
  /// The runtime; nullptr if there is none or it cannot be opened, for the reason that the record gives.
  const RuntimeObject* open() const;
  /// What became of it. Opens the runtime.
  const PluginRecord& record() const;

 private:
  void tryToOpen() const;

  mutable PluginRecord record_;
  mutable Ref plugin_;  // until its runtime holds it
  const bool isLoaded_ = plugin_.get() != nullptr;
  mutable Once opened_;
  mutable Ref runtime_;
};

/// Loads every candidate of these files and folders, in the order in which they are found. Never throws because of a candidate.
std::deque<Candidate> loadPlugins(const std::vector<std::string>& paths);

}  // namespace nexus::detail
