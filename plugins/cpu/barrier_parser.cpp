#include "barrier_parser.h"

#include <set>
#include <utility>

namespace nexus::cpu_plugin {

namespace {

class Parser {
 public:
  explicit Parser(const KernelText& text) : text_(text) {}

  BarrierTree parse(const KernelPlace& kernel) {
    tree_.parameters = readParameters(text_, kernel);
    tree_.phaseOf.assign(text_.size(), -1);
    const Range inside{kernel.body + 1, text_.partner(kernel.body)};
    for (std::size_t i = inside.begin; i < inside.end; ++i) {
      if (text_.at(i).kind == Token::Kind::Directive) throw NotSplit{"it has preprocessor directives"};
      for (const char* word : {"goto", "static", "volatile", "asm", "thread_local", "co_await"})
        if (text_.at(i).is(word)) throw NotSplit{std::string("it uses ") + word};
    }
    tree_.nodes = parseList(inside, true);
    numberPhases(tree_.nodes);
    return std::move(tree_);
  }

 private:
  std::vector<Node> parseList(Range range, bool isTop) {
    std::vector<Node> nodes;
    for (std::size_t i = range.begin; i < range.end;) {
      Node node;
      node.range = {i, text_.endOfStatement(i, range.end)};
      if (text_.contains(node.range, "NX_BARRIER"))
        parseBarrier(node);
      else
        parsePlain(node, range.end, isTop);
      i = node.range.end;
      nodes.push_back(std::move(node));
    }
    return nodes;
  }

  std::vector<Node> parseBody(Range statement) {
    if (text_.at(statement.begin).is("{")) return parseList({statement.begin + 1, statement.end - 1}, false);
    return parseList(statement, false);
  }

  void parseBarrier(Node& node) {
    const auto [i, end] = node.range;
    if (text_.at(i).is("NX_BARRIER")) {
      if (end != i + 4 || !text_.at(i + 1).is("(") || !text_.at(i + 2).is(")"))
        throw NotSplit{"a barrier is part of an expression"};
      node.kind = Node::Kind::Barrier;
    } else if (text_.at(i).is("{")) {
      node.kind = Node::Kind::Group;
      node.body = parseBody(node.range);
    } else if (text_.at(i).is("for") || text_.at(i).is("if")) {
      const std::size_t close = text_.closing(i + 1);
      node.header = {i + 2, close};
      const Range inner{close + 1, text_.endOfStatement(close + 1, end)};
      if (text_.at(i).is("for")) {
        node.kind = Node::Kind::Loop;
        const std::size_t semicolon = text_.firstSemicolon(node.header);
        // The declared variables live to the end of the loop.
        if (auto declared = declare({node.header.begin, semicolon + 1}, end)) {
          for (const std::size_t variable : *declared) tree_.variables[variable].isLoopVariable = true;
          node.variables = std::move(*declared);
        } else if (semicolon != node.header.begin) {
          throw NotSplit{"a loop with a barrier does not declare its variable"};
        }
        node.body = parseBody(inner);
      } else {
        node.kind = Node::Kind::Branch;
        node.body = parseBody(inner);
        if (inner.end < end) {
          node.hasElse = true;
          node.otherwise = parseBody({inner.end + 1, end});
        }
      }
    } else {
      throw NotSplit{"a barrier is inside of a '" + std::string(text_.at(i).text) + "'"};
    }
  }

  void parsePlain(Node& node, std::size_t scopeEnd, bool isTop) {
    const auto [i, end] = node.range;
    if (text_.at(i).is("NX_SHARED") || text_.at(i).is("NX_SHARED_DYNAMIC")) {
      if (!isTop) throw NotSplit{"shared memory is declared inside of a block"};
      node.kind = Node::Kind::Shared;
      return;
    }
    if (text_.contains(node.range, "NX_SHARED") || text_.contains(node.range, "NX_SHARED_DYNAMIC"))
      throw NotSplit{"shared memory is declared inside of a block"};
    if (text_.at(i).isIdentifier() && i + 1 < end && text_.at(i + 1).is(":")) throw NotSplit{"it has labels"};
    if (isSum(node.range)) {
      parseSum(node);
      return;
    }
    if (auto declared = declare(node.range, scopeEnd)) {
      node.kind = Node::Kind::Declaration;
      node.variables = std::move(*declared);
      return;
    }
    if (text_.at(i).isIdentifier()) {
      if (text_.macros().isMacro(text_.at(i).text))
        throw NotSplit{"a statement begins with the macro " + std::string(text_.at(i).text)};
      for (const char* word : {"using", "typedef", "case", "default", "try"})
        if (text_.at(i).is(word)) throw NotSplit{std::string("it uses ") + word};
      if (i + 1 < end && (text_.at(i + 1).is("::") || text_.at(i + 1).is("<"))) throw NotSplit{"a statement may be a declaration"};
    }
  }

  /// Whether a statement is a loop that adds to a variable of the item and runs as often for all items, as a number tells: what a
  /// tiled product of matrices does. It is turned inside out, so that the items of a row are its innermost loop, which becomes
  /// vector code.
  bool isSum(Range range) const {
    if (!text_.at(range.begin).is("for")) return false;
    const std::size_t close = text_.partner(range.begin + 1), first = range.begin + 2;
    std::size_t i = first;
    while (i < close && isTypeWord(text_.at(i))) ++i;
    if (i == first || i + 1 >= close || !text_.at(i).isIdentifier() || !text_.at(i + 1).is("=")) return false;
    const std::string_view name = text_.at(i).text;
    const std::size_t semicolon = nextSemicolon(i), second = nextSemicolon(semicolon + 1);
    if (second >= close || !isLiteral({i + 2, semicolon})) return false;
    if (!text_.at(semicolon + 1).is(name) || !text_.at(semicolon + 2).is("<") || !isLiteral({semicolon + 3, second})) return false;
    const bool isStep = (close == second + 3) && ((text_.at(second + 1).is("++") && text_.at(second + 2).is(name)) ||
                                                  (text_.at(second + 1).is(name) && text_.at(second + 2).is("++")));
    if (!isStep) return false;
    const bool isBraced = text_.at(close + 1).is("{");
    const Range body = isBraced ? Range{close + 2, range.end - 1} : Range{close + 1, range.end};
    bool adds = false;
    for (std::size_t j = body.begin; j < body.end; ++j) {
      if (text_.at(j).is("{") || (text_.at(j).isIdentifier() && isStatementWord(text_.at(j)))) return false;
      if (text_.names(j, name) && text_.modifies(j)) return false;
      if (text_.at(j).is("+=") && text_.at(j - 1).isIdentifier() && (j - 1 == body.begin || text_.at(j - 2).is(";")))
        for (const Variable& v : tree_.variables)
          adds = adds || (v.name == text_.at(j - 1).text && v.dimensions.empty() && !v.isReference && v.scopeEnd > j);
    }
    return adds;
  }

  std::size_t nextSemicolon(std::size_t i) const {
    while (i < text_.size() && !text_.at(i).is(";")) ++i;
    return i;
  }

  bool isLiteral(Range range) const {
    for (std::size_t i = range.begin; i < range.end; ++i) {
      static const std::set<std::string_view> operators{"(", ")", "+", "-", "*", "/"};
      const bool isKnown = text_.at(i).kind == Token::Kind::Number ||
                           (text_.at(i).isIdentifier() && text_.macros().isLiteral(text_.at(i).text)) ||
                           operators.contains(text_.at(i).text);
      if (!isKnown) return false;
    }
    return range.begin < range.end;
  }

  void parseSum(Node& node) {
    const auto [i, end] = node.range;
    node.kind = Node::Kind::Sum;
    node.header = {i + 2, text_.closing(i + 1)};
    node.variables = *declare({node.header.begin, nextSemicolon(node.header.begin) + 1}, end);
    for (const std::size_t variable : node.variables) tree_.variables[variable].isLoopVariable = true;
    node.body = parseBody({node.header.end + 1, end});
  }

  /// The variables that a statement declares, or nothing if it is no declaration. They can be seen up to `scopeEnd`.
  std::optional<std::vector<std::size_t>> declare(Range range, std::size_t scopeEnd) {
    const auto declarations = parseDeclaration(text_, range);
    if (!declarations) return std::nullopt;
    std::vector<std::size_t> declared;
    for (const Declaration& declaration : *declarations) {
      for (const Variable& other : tree_.variables)
        if (other.name == declaration.name && other.scopeEnd > declaration.declared)
          throw NotSplit{"'" + declaration.name + "' is declared twice"};
      for (const auto& parameter : tree_.parameters)
        if (parameter.name == declaration.name) throw NotSplit{"'" + declaration.name + "' is declared twice"};
      declared.push_back(tree_.variables.size());
      Variable& variable = tree_.variables.emplace_back();
      static_cast<Declaration&>(variable) = declaration;
      variable.scopeEnd = scopeEnd;
    }
    return declared;
  }

  void numberPhases(const std::vector<Node>& nodes) {
    ++phases_;
    for (const Node& node : nodes) {
      switch (node.kind) {
        case Node::Kind::Plain:
        case Node::Kind::Declaration:
          for (std::size_t i = node.range.begin; i < node.range.end; ++i) tree_.phaseOf[i] = phases_;
          break;
        case Node::Kind::Shared: break;
        case Node::Kind::Barrier: ++phases_; break;
        default:
          numberPhases(node.body);
          numberPhases(node.otherwise);
          ++phases_;
      }
    }
  }

  const KernelText& text_;
  BarrierTree tree_;
  int phases_ = 0;
};

}  // namespace

BarrierTree parseBarriers(const KernelText& text, const KernelPlace& kernel) { return Parser(text).parse(kernel); }

}  // namespace nexus::cpu_plugin
