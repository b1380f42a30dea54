#include <nexus/trace.h>

#include "plugin_module.h"
#include "trace_file.h"

namespace nexus {

void startTrace(const std::string& path) {
  detail::TraceFile::get().open(path);
  detail::PluginModule::forEach([](detail::PluginModule& module) { module.trace(); });
}

void stopTrace() { detail::TraceFile::get().close(); }

}  // namespace nexus
