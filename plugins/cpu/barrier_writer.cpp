#include "barrier_writer.h"

#include <algorithm>

namespace nexus::cpu_plugin {

namespace {

class Writer {
 public:
  Writer(const KernelText& text, const BarrierTree& tree) : text_(text), tree_(tree) {}

  std::string write(const KernelPlace& kernel) {
    std::string result =
        "NX_DETAIL_SPLIT_KERNEL(" + kernel.name + ", " + text_.slice({kernel.list, text_.partner(kernel.list) + 1}) + ", (0";
    for (const Variable& v : tree_.variables)
      if (v.place == Variable::Place::Kept) result += " + sizeof(" + v.type + v.dimensions + ")";
    result += ")) {\n";
    for (std::size_t i = 0; i < tree_.variables.size(); ++i)
      if (const Variable& v = tree_.variables[i]; v.place == Variable::Place::Kept)
        result += "using nx_type" + std::to_string(i) + " = " + v.type + v.dimensions + ";\nnx_type" + std::to_string(i) +
                  "* const " + storage(i) + " = nx_item.template array<nx_type" + std::to_string(i) + ">();\n";
    captures_ = "&";
    for (const auto& parameter : tree_.parameters) captures_ += ", " + parameter.name;
    writeList(tree_.nodes, true, result);
    return result + "}\n";
  }

 private:
  std::string storage(std::size_t i) const { return (isInRow_ ? "nx_row" : "nx_kept") + std::to_string(i); }

  void writeList(const std::vector<Node>& nodes, bool isTop, std::string& out) {
    std::vector<const Node*> phase;
    const auto flush = [&](bool isLast) {
      const bool hasSum = std::any_of(phase.begin(), phase.end(), [](const Node* node) { return node->kind == Node::Kind::Sum; });
      if (hasSum)
        writeRows(phase, out);
      else if (!phase.empty())
        writePhase(phase, isLast, out, out);
      phase.clear();
    };
    for (const Node& node : nodes) {
      switch (node.kind) {
        case Node::Kind::Shared: out += text_.slice(node.range) + "\n"; break;
        case Node::Kind::Plain:
        case Node::Kind::Declaration:
        case Node::Kind::Sum: phase.push_back(&node); break;
        case Node::Kind::Barrier: flush(false); break;
        case Node::Kind::Group:
          flush(false);
          out += "{\n";
          writeList(node.body, false, out);
          out += "}\n";
          break;
        case Node::Kind::Branch:
          flush(false);
          out += "if (" + text_.slice(node.header) + ") {\n";
          writeList(node.body, false, out);
          out += "}\n";
          if (node.hasElse) {
            out += "else {\n";
            writeList(node.otherwise, false, out);
            out += "}\n";
          }
          break;
        case Node::Kind::Loop: {
          flush(false);
          out += "for (" + text_.slice(node.header) + ") {\n";
          const std::string outer = captures_;
          for (const std::size_t variable : node.variables) captures_ += ", " + tree_.variables[variable].name;
          writeList(node.body, false, out);
          captures_ = outer;
          out += "}\n";
          break;
        }
      }
    }
    flush(isTop);
  }

  /// Statements with sums among them: row by row, and in each row from sum to sum.
  void writeRows(const std::vector<const Node*>& statements, std::string& out) {
    isInRow_ = true;
    std::string block, rows;
    std::vector<const Node*> phase;
    const auto flush = [&] {
      if (!phase.empty()) writePhase(phase, false, block, rows);
      phase.clear();
    };
    for (const Node* statement : statements) {
      if (statement->kind != Node::Kind::Sum) {
        phase.push_back(statement);
        continue;
      }
      flush();
      const std::string outer = captures_;
      for (const std::size_t variable : statement->variables) captures_ += ", " + tree_.variables[variable].name;
      rows += "for (" + text_.slice(statement->header) + ") {\n";
      std::vector<const Node*> inner;
      for (const Node& node : statement->body) inner.push_back(&node);
      writePhase(inner, false, block, rows);
      rows += "}\n";
      captures_ = outer;
    }
    flush();
    out += block + "nx_item.rows([" + captures_ + "](const auto& nx_item) __attribute__((always_inline)) {\n";
    for (std::size_t i = 0; i < tree_.variables.size(); ++i)
      if (rows.find(storage(i) + "[") != std::string::npos) {
        isInRow_ = false;
        const std::string all = storage(i);
        isInRow_ = true;
        out += "auto " + storage(i) + " = ::nexus::cpu::rowMemory(nx_item, " + all + ");\n";
      }
    isInRow_ = false;
    out += rows + "});\n";
  }

  /// `block`: takes what all items share; `out`: the loop over the items.
  void writePhase(const std::vector<const Node*>& statements, bool isLast, std::string& block, std::string& out) {
    const int number = tree_.phaseOf[statements[0]->range.begin];
    std::string body;
    for (const Node* statement : statements) writeStatement(*statement, block, body);
    if (body.empty()) return;
    out += "nx_item.each([" + captures_ +
           "]([[maybe_unused]] const ::nexus::cpu::Position& nx_item, [[maybe_unused]] const ::std::size_t nx_index) " +
           (isLast ? "NX_DETAIL_LAST_PHASE {\n" : "NX_DETAIL_PHASE {\n");
    for (std::size_t i = 0; i < tree_.variables.size(); ++i)
      if (isNeeded(i, number)) writeBinding(i, out);
    out += body + (isLast ? "});\n" : "return ::nexus::cpu::PhaseEnd();\n});\n");
  }

  bool isNeeded(std::size_t index, int phase) const {
    const Variable& v = tree_.variables[index];
    if (v.place != Variable::Place::Kept && v.place != Variable::Place::Recomputed) return false;
    for (std::size_t i = v.declared + 1; i < v.scopeEnd; ++i)
      if (text_.names(i, v.name) && tree_.phaseOf[i] == phase) return true;
    // What is computed again needs what it is computed from.
    for (std::size_t other = index + 1; other < tree_.variables.size(); ++other) {
      const Variable& user = tree_.variables[other];
      if (user.place != Variable::Place::Recomputed || !isNeeded(other, phase)) continue;
      for (std::size_t i = user.initial->begin; i < user.initial->end; ++i)
        if (text_.names(i, v.name) && tree_.find(v.name, i) == &v) return true;
    }
    return false;
  }

  void writeBinding(std::size_t index, std::string& out) const {
    const Variable& v = tree_.variables[index];
    if (v.place == Variable::Place::Recomputed)
      out += "[[maybe_unused]] const " + (v.type.ends_with("*") || v.type.ends_with(")") ? "auto" : v.type) + " " + v.name + " = " +
             text_.slice(*v.initial) + ";\n";
    else
      out += "[[maybe_unused]] " + std::string(v.isConst ? "const " : "") + "nx_type" + std::to_string(index) + "& " + v.name +
             " = " + storage(index) + "[nx_index];\n";
  }

  void writeStatement(const Node& node, std::string& block, std::string& phase) const {
    const auto staysInPhase = [&](std::size_t i) { return tree_.variables[i].place == Variable::Place::Phase; };
    if (node.kind != Node::Kind::Declaration || std::all_of(node.variables.begin(), node.variables.end(), staysInPhase)) {
      phase += text_.slice(node.range) + "\n";
      return;
    }
    for (const std::size_t i : node.variables) {
      const Variable& v = tree_.variables[i];
      switch (v.place) {
        case Variable::Place::Block:
          block += "[[maybe_unused]] const " + (v.type.ends_with("*") || v.type.ends_with(")") ? "auto" : v.type) + " " + v.name +
                   " = " + text_.slice(*v.initial) + ";\n";
          break;
        case Variable::Place::Recomputed: break;
        case Variable::Place::Kept:
          if (v.initial && v.dimensions.empty())
            phase += storage(i) + "[nx_index] = " + text_.slice(*v.initial) + ";\n";
          else if (v.initial)
            phase += "{ const nx_type" + std::to_string(i) + " nx_initial = " + text_.slice(*v.initial) + "; __builtin_memcpy(&" +
                     storage(i) + "[nx_index], &nx_initial, sizeof nx_initial); }\n";
          break;
        case Variable::Place::Phase:
          phase += std::string(v.isConst ? "const " : "") + v.type + (v.isReference ? "& " : " ") + v.name + v.dimensions +
                   (v.initial ? " = " + text_.slice(*v.initial) : "") + ";\n";
      }
    }
  }

  const KernelText& text_;
  const BarrierTree& tree_;
  std::string captures_;
  bool isInRow_ = false;  ///< what is written is a row's
};

}  // namespace

std::string writeSplitKernel(const KernelText& text, const KernelPlace& kernel, const BarrierTree& tree) {
  return Writer(text, tree).write(kernel);
}

}  // namespace nexus::cpu_plugin
