#pragma once

#include "barrier_tree.h"

namespace nexus::cpu_plugin {

/// The kernel as loops over the items of a block, one from barrier to barrier.
std::string writeSplitKernel(const KernelText& text, const KernelPlace& kernel, const BarrierTree& tree);

}  // namespace nexus::cpu_plugin
