#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nexus::cpu_plugin {

/// A portable text in which kernels with barriers became loops over their items, one loop from barrier to barrier.
struct SplitText {
  std::string text;                ///< means the same; "" if no kernel was changed
  std::vector<std::string> notes;  ///< of each kernel with barriers that was left as it is, why
};

/// Splits what is provably right to split: barriers are statements, and the loops and conditions around them are the same for all
/// items of a block. Variables that live across a barrier are kept for each item. Whatever this cannot see, because macros hide it,
/// makes the result fail to compile (docs/kernels.md); then the original must be compiled. `options`: the compiler's, for the
/// macros that they define.
SplitText splitBarriers(std::string_view source, const std::vector<std::string>& options);

}  // namespace nexus::cpu_plugin
