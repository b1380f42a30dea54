#pragma once

#include "kernel_text.h"

#include <optional>
#include <string>
#include <vector>

namespace nexus::cpu_plugin {

/// A variable as its declaration says.
struct Declaration {
  std::string name;
  std::string type;        ///< without the const of the variable itself
  std::string dimensions;  ///< "[4]" of an array
  bool isConst = false, isReference = false;
  std::optional<Range> initial;
  bool isBraced = false;     ///< `initial` is a list in braces
  std::size_t declared = 0;  ///< the token that is its name
};

/// The variables that a statement declares, or nothing if it is no declaration. Throws NotSplit if it is one that this does not
/// understand.
std::optional<std::vector<Declaration>> parseDeclaration(const KernelText& text, Range statement);

}  // namespace nexus::cpu_plugin
