#pragma once

#include "plugins/support/compile_cache.h"

#include <nexus/plugin.h>

#include <string>

namespace nexus::cpu_plugin {

/// Makes shared objects from source text.
class SourceCompiler {
 public:
  /// `target` tells processors apart for which "native" code differs.
  explicit SourceCompiler(std::string target) : target_(std::move(target)) {}

  /// The shared object, from the cache or freshly compiled. Throws PluginError: unavailable without a compiler, compile failed with
  /// the compiler's messages, the command and the folder where the text was kept.
  std::string compile(const nxs_library_desc& desc, plugin_support::CompileCache::Log log) const;

 private:
  std::string target_;
};

}  // namespace nexus::cpu_plugin
