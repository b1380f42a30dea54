#pragma once

#include "cpu_info.h"
#include "source_compiler.h"
#include "worker_pool.h"

#include "plugins/support/property_set.h"

/// The one device of the runtime: the processors that this process may use.
struct nxs_device {
  explicit nxs_device(const nexus::cpu_plugin::CpuInfo& info);

  nexus::plugin_support::PropertySet properties;
  nexus::cpu_plugin::WorkerPool pool;
  nexus::cpu_plugin::SourceCompiler compiler;
};

struct nxs_runtime {
  nxs_runtime();

  nexus::plugin_support::PropertySet properties;
  nxs_device device;
};
