#pragma once

#include "barrier_tree.h"

namespace nexus::cpu_plugin {

/// Proves that all items of a block take the same way from barrier to barrier, and decides where each variable then lives. Throws
/// NotSplit.
void proveBarriers(const KernelText& text, BarrierTree& tree);

}  // namespace nexus::cpu_plugin
