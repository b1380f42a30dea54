#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nexus::cpu_plugin {

/// A portable text in which kernels were written anew, so that they are faster.
struct RewrittenText {
  std::string text;                ///< means the same; "" if no kernel was changed
  std::vector<std::string> notes;  ///< of each kernel with barriers that was left as it is, why
};

/// Rewrites what provably stays the same. Whatever this cannot see, because macros hide it, makes the result fail to compile; then
/// the original must be compiled. `options`: the compiler's, for the macros that they define.
RewrittenText rewriteKernels(std::string_view source, const std::vector<std::string>& options);

}  // namespace nexus::cpu_plugin
