#include "barrier_proof.h"

#include <functional>
#include <set>

namespace nexus::cpu_plugin {

namespace {

/// The same for all items of a block.
const std::set<std::string_view> uniformIds{"NX_BLOCK_ID", "NX_BLOCK_SIZE", "NX_GRID_SIZE"};
const std::set<std::string_view> itemIds{"NX_LOCAL_ID", "NX_GLOBAL_ID"};
const std::set<std::string_view> pureFunctions{"NX_MIN", "NX_MAX"};

class Proof {
 public:
  Proof(const KernelText& text, BarrierTree& tree) : text_(text), tree_(tree) {}

  void decidePlaces() {
    const Range whole{0, text_.size()};
    for (const auto& parameter : tree_.parameters)
      for (std::size_t i = 1; i + 1 < whole.end; ++i)
        // Elements of a buffer are no change of the pointer.
        if (text_.names(i, parameter.name) && tree_.phaseOf[i] >= 0 && text_.modifies(i) && !text_.at(i + 1).is("["))
          modifiedParameters_.insert(parameter.name);
    for (Variable& v : tree_.variables) {
      const Range scope{v.declared + 1, v.scopeEnd};
      if (v.isLoopVariable) {
        // Its loop's header changes it, nothing else may.
        for (std::size_t i = scope.begin; i < scope.end; ++i)
          if (text_.names(i, v.name) && text_.modifies(i) && tree_.phaseOf[i] >= 0) v.isModified = true;
        v.isUniform =
            !v.isModified && v.initial && !v.isBraced && !v.isReference && v.dimensions.empty() && isPure(*v.initial, true);
        if (!v.isUniform) throw NotSplit{"the loop over '" + v.name + "' need not be the same for all items"};
        v.place = Variable::Place::Block;
        continue;
      }
      v.isModified = isModified(v.name, scope);
      const bool isValue = !v.isModified && v.initial && !v.isBraced && !v.isReference && v.dimensions.empty();
      v.isUniform = isValue && isPure(*v.initial, true);
      v.canRecompute = isValue && isPure(*v.initial, false);
    }
    for (Variable& v : tree_.variables) {
      if (v.isLoopVariable) continue;
      bool crosses = false;
      for (std::size_t i = v.declared + 1; i < v.scopeEnd; ++i)
        crosses = crosses || (text_.names(i, v.name) && tree_.phaseOf[i] != tree_.phaseOf[v.declared]);
      if (v.isUniform)
        v.place = Variable::Place::Block;
      else if (v.canRecompute)
        v.place = Variable::Place::Recomputed;
      else if (crosses)
        v.place = Variable::Place::Kept;
      if (v.place == Variable::Place::Kept &&
          (v.isReference || v.type == "auto" || v.type.starts_with("enum") || (v.isBraced && v.dimensions.empty())))
        throw NotSplit{"'" + v.name + "' cannot be kept across a barrier"};
    }
  }

  void checkHeaders(const std::vector<Node>& nodes) const {
    for (const Node& node : nodes) {
      if (node.kind == Node::Kind::Branch && !isPure(node.header, true))
        throw NotSplit{"the condition '" + text_.slice(node.header) + "' around a barrier need not be the same for all items"};
      if (node.kind == Node::Kind::Loop) {  // those of sums are made of numbers
        const std::size_t first = text_.firstSemicolon(node.header), second = text_.firstSemicolon({first + 1, node.header.end});
        if (!isPure({first + 1, second}, true))
          throw NotSplit{"the condition '" + text_.slice({first + 1, second}) +
                         "' around a barrier need not be the same for all items"};
        checkStep({second + 1, node.header.end});
      }
      checkHeaders(node.body);
      checkHeaders(node.otherwise);
    }
  }

  /// `i++`, `--i`, `i = ...`, `i += ...`, where i is a loop's variable.
  void checkStep(Range step) const {
    const auto isLoopVariable = [&](std::size_t i) {
      const Variable* v = i < step.end ? tree_.find(text_.at(i).text, i) : nullptr;
      return v && v->isLoopVariable;
    };
    const std::size_t count = step.end - step.begin, i = step.begin;
    if (count == 2 && ((isLoopVariable(i) && (text_.at(i + 1).is("++") || text_.at(i + 1).is("--"))) ||
                       (isLoopVariable(i + 1) && (text_.at(i).is("++") || text_.at(i).is("--")))))
      return;
    if (count >= 3 && isLoopVariable(i) && isAssignment(text_.at(i + 1)) && isPure({i + 2, step.end}, true)) return;
    throw NotSplit{"the step '" + text_.slice(step) + "' of a loop with a barrier need not be the same for all items"};
  }

 private:
  bool isModified(std::string_view name, Range range) const {
    for (std::size_t i = range.begin; i < range.end; ++i)
      if (text_.names(i, name) && text_.modifies(i)) return true;
    return false;
  }

  /// Whether an expression has no effects and reads no memory; `isUniform`: and has the same value for all items of a block.
  bool isPure(Range range, bool isUniform) const {
    for (std::size_t i = range.begin; i < range.end; ++i) {
      const Token& token = text_.at(i);
      if (token.kind == Token::Kind::Number) continue;
      if (token.kind == Token::Kind::Text) return false;
      if (!token.isIdentifier()) {
        const bool isCast = text_.at(i - 1).is(")") && text_.partner(i - 1) > 0 && text_.isType({text_.partner(i - 1) + 1, i - 1});
        const bool isBinary = i > range.begin && KernelText::isOperand(text_.at(i - 1)) && !isCast;
        if ((token.is("*") || token.is("&")) && !isBinary) return false;
        static const std::set<std::string_view> allowed{"(",  ")",  "+", "-", "*", "/", "%", "<",  ">",  "<=", ">=", "==", "!=",
                                                        "&&", "||", "!", "&", "|", "^", "~", "<<", ">>", "?",  ":",  ","};
        if (!allowed.contains(token.text)) return false;
        continue;
      }
      const bool isCall = i + 1 < range.end && text_.at(i + 1).is("(");
      if (uniformIds.contains(token.text) || (!isUniform && itemIds.contains(token.text))) continue;
      if (pureFunctions.contains(token.text) || token.is("sizeof") || isTypeWord(token) || token.is("const")) continue;
      if (isCall) return false;
      if (text_.macros().isLiteral(token.text)) continue;
      if (text_.macros().isMacro(token.text)) return false;
      if (const Variable* v = tree_.find(token.text, i)) {
        if (v->isUniform || (!isUniform && v->canRecompute)) continue;
        return false;
      }
      if (!isUnmodifiedParameter(token.text, isUniform)) return false;
    }
    return true;
  }

  bool isUnmodifiedParameter(std::string_view name, bool onlyValues) const {
    for (const auto& parameter : tree_.parameters)
      if (parameter.name == name) return (!onlyValues || parameter.macro == "NX_VALUE") && !modifiedParameters_.contains(name);
    return false;
  }

  const KernelText& text_;
  BarrierTree& tree_;
  std::set<std::string, std::less<>> modifiedParameters_;
};

}  // namespace

void proveBarriers(const KernelText& text, BarrierTree& tree) {
  Proof proof(text, tree);
  proof.decidePlaces();
  proof.checkHeaders(tree.nodes);
}

}  // namespace nexus::cpu_plugin
