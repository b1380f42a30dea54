#pragma once

#include "declarations.h"
#include "kernel_text.h"

#include "plugins/support/parameter_list.h"

#include <string>
#include <string_view>
#include <vector>

namespace nexus::cpu_plugin {

/// A variable that is declared between barriers, not inside of what lies between them.
struct Variable : Declaration {
  bool isLoopVariable = false, isModified = false;
  std::size_t scopeEnd = 0;
  bool canRecompute = false;
  bool isUniform = false;
  /// Where it lives in the result.
  enum class Place { Phase, Block, Recomputed, Kept } place = Place::Phase;
};

struct Node {
  enum class Kind { Barrier, Shared, Declaration, Plain, Sum, Loop, Branch, Group };
  Kind kind = Kind::Plain;
  Range range;
  Range header;                       ///< of a loop or branch: between the parentheses
  std::vector<Node> body, otherwise;  ///< of a loop, branch or group
  bool hasElse = false;
  std::vector<std::size_t> variables;  ///< indices of what a declaration or loop declares
};

/// A kernel with barriers, taken apart.
struct BarrierTree {
  std::vector<plugin_support::Parameter> parameters;
  std::vector<Variable> variables;  ///< in the order of their declarations
  std::vector<Node> nodes;
  std::vector<int> phaseOf;  ///< of each token of the text: number of the phase that it is in, -1 outside of phases

  /// The variable that this name means there.
  const Variable* find(std::string_view name, std::size_t position) const {
    for (const Variable& v : variables)
      if (v.name == name && v.declared < position && position < v.scopeEnd) return &v;
    return nullptr;
  }
};

}  // namespace nexus::cpu_plugin
