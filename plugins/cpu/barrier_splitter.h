#pragma once

#include "kernel_text.h"

#include <string>

namespace nexus::cpu_plugin {

/// A kernel with barriers as loops over its items, one loop from barrier to barrier; throws NotSplit if that is not provably the
/// same: barriers are statements, and the loops and conditions around them are the same for all items of a block. Variables that
/// live across a barrier are kept for each item. What this cannot see, because macros hide it, makes the result fail to compile
/// (docs/kernels.md).
std::string splitAtBarriers(const KernelText& text, const KernelPlace& kernel);

}  // namespace nexus::cpu_plugin
