#pragma once

#include "barrier_tree.h"

namespace nexus::cpu_plugin {

/// Takes a kernel with barriers apart into its statements, variables and the phases between barriers. Throws NotSplit.
BarrierTree parseBarriers(const KernelText& text, const KernelPlace& kernel);

}  // namespace nexus::cpu_plugin
