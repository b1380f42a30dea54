#include "barrier_splitter.h"

#include "source_tokens.h"

#include "plugins/support/parameter_list.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace nexus::cpu_plugin {

namespace {

/// Tokens first .. end - 1.
struct Range {
  std::size_t begin = 0, end = 0;
};

/// Why a kernel is left as it is.
struct NotSplit {
  std::string reason;
};

const std::set<std::string_view> typeWords{"unsigned", "signed",  "char",     "short",     "int",     "long",    "float",
                                           "double",   "bool",    "size_t",   "ptrdiff_t", "int8_t",  "int16_t", "int32_t",
                                           "int64_t",  "uint8_t", "uint16_t", "uint32_t",  "uint64_t"};
const std::set<std::string_view> pointerTypes{"NX_GLOBAL_PTR", "NX_SHARED_PTR", "NX_PRIVATE_PTR"};
const std::set<std::string_view> statementWords{"if",       "for",  "while", "do",      "switch", "return", "break",
                                                "continue", "else", "throw", "delete",  "new",    "try",    "using",
                                                "typedef",  "goto", "case",  "default", "sizeof"};
const std::set<std::string_view> assignments{"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="};
/// The same for all items of a block.
const std::set<std::string_view> uniformIds{"NX_BLOCK_ID", "NX_BLOCK_SIZE", "NX_GRID_SIZE"};
const std::set<std::string_view> itemIds{"NX_LOCAL_ID", "NX_GLOBAL_ID"};
const std::set<std::string_view> pureFunctions{"NX_MIN", "NX_MAX"};

/// What is known of the macros of a text.
struct Macros {
  std::set<std::string, std::less<>> all;
  std::set<std::string, std::less<>> literals;  ///< whose replacements are made of numbers and operators alone

  void define(std::string_view name, std::string_view replacement, bool isFunction) {
    bool isLiteral = !isFunction && !replacement.empty();
    for (const Token& token : tokenize(replacement)) {
      const bool isKnown = token.kind == Token::Kind::Number || (token.isIdentifier() && literals.contains(token.text)) ||
                           (token.kind == Token::Kind::Operator && !assignments.contains(token.text) && !token.is("++") &&
                            !token.is("--") && !token.is(";") && !token.is("{") && !token.is("}") && !token.is(","));
      isLiteral = isLiteral && isKnown;
    }
    const bool isNew = all.emplace(name).second;
    if (isLiteral && (isNew || literals.contains(name)))
      literals.emplace(name);
    else
      literals.erase(std::string(name));
  }

  void readDirective(std::string_view directive) {
    const std::vector<Token> tokens = tokenize(directive.substr(1));
    if (tokens.size() < 2 || !tokens[0].is("define")) return;
    const std::size_t at = directive.find(tokens[1].text, directive.find("define") + 6);
    const std::string_view rest = directive.substr(at + tokens[1].text.size());
    define(tokens[1].text, rest, rest.starts_with('('));
  }
};

/// A variable that is declared between barriers, not inside of what lies between them.
struct Variable {
  std::string name;
  std::string type;        ///< without the const of the variable itself
  std::string dimensions;  ///< "[4]" of an array
  bool isConst = false, isReference = false, isLoopVariable = false, isModified = false;
  std::optional<Range> initial;
  bool isBraced = false;  ///< `initial` is a list in braces
  std::size_t declared = 0;
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

class KernelSplitter {
 public:
  KernelSplitter(const std::vector<Token>& tokens, const std::vector<std::size_t>& partners, const Macros& macros)
      : tokens_(tokens), partners_(partners), macros_(macros), phaseOf_(tokens.size(), -1) {}

  /// The whole kernel, written anew. `list`: the parentheses of the parameters; `body`: its braces. Throws NotSplit.
  std::string split(std::string_view name, std::size_t list, std::size_t body) {
    parameters_ = plugin_support::parseParameterList(slice({list, partners_[list] + 1}));
    readParameters({list + 1, partners_[list]});
    const Range inside{body + 1, partners_[body]};
    for (std::size_t i = inside.begin; i < inside.end; ++i) {
      if (tokens_[i].kind == Token::Kind::Directive) throw NotSplit{"it has preprocessor directives"};
      for (const char* word : {"goto", "static", "volatile", "asm", "thread_local", "co_await"})
        if (tokens_[i].is(word)) throw NotSplit{std::string("it uses ") + word};
    }
    std::vector<Node> nodes = parseList(inside, true);
    numberPhases(nodes);
    decidePlaces();
    checkHeaders(nodes);

    std::string result = "NX_DETAIL_SPLIT_KERNEL(" + std::string(name) + ", " + slice({list, partners_[list] + 1}) + ", (0";
    for (const Variable& v : variables_)
      if (v.place == Variable::Place::Kept) result += " + sizeof(" + v.type + v.dimensions + ")";
    result += ")) {\n";
    for (std::size_t i = 0; i < variables_.size(); ++i)
      if (const Variable& v = variables_[i]; v.place == Variable::Place::Kept)
        result += "using nx_type" + std::to_string(i) + " = " + v.type + v.dimensions + ";\nnx_type" + std::to_string(i) +
                  "* const " + storage(i) + " = nx_item.template array<nx_type" + std::to_string(i) + ">();\n";
    captures_ = "&";
    for (const auto& parameter : parameters_) captures_ += ", " + parameter.name;
    writeList(nodes, true, result);
    return result + "}\n";
  }

 private:
  const Token& at(std::size_t i) const { return tokens_[i]; }
  std::string slice(Range range) const {
    if (range.begin >= range.end) return "";
    const char* begin = at(range.begin).text.data();
    const std::string_view last = at(range.end - 1).text;
    return std::string(begin, static_cast<std::size_t>(last.data() + last.size() - begin));
  }
  std::string storage(std::size_t i) const { return (isInRow_ ? "nx_row" : "nx_kept") + std::to_string(i); }
  bool contains(Range range, std::string_view word) const {
    return std::any_of(tokens_.begin() + static_cast<std::ptrdiff_t>(range.begin),
                       tokens_.begin() + static_cast<std::ptrdiff_t>(range.end),
                       [&](const Token& token) { return token.is(word); });
  }
  std::size_t partner(std::size_t i) const {
    if (partners_[i] <= i) throw NotSplit{"its brackets do not match"};
    return partners_[i];
  }

  void readParameters(Range range) {
    for (std::size_t i = range.begin; i < range.end; ++i)
      if (at(i).is(",") || i == range.begin) ++listed_;
    // Commas inside of types would make the counts differ.
    if (range.begin == range.end) listed_ = 0;
    if (listed_ != parameters_.size()) throw NotSplit{"its parameters are not understood"};
    for (const auto& parameter : parameters_)
      if (parameter.macro.empty()) throw NotSplit{"its parameters are not all written with NX_IN, NX_OUT, NX_INOUT or NX_VALUE"};
  }

  // ---- statements

  std::size_t endOfStatement(std::size_t i, std::size_t limit) const {
    if (i >= limit) throw NotSplit{"a statement is missing"};
    if (at(i).is("{")) return partner(i) + 1;
    if (at(i).is("if") || at(i).is("for") || at(i).is("while") || at(i).is("switch")) {
      const std::size_t open = i + 1;
      if (open >= limit || !at(open).is("(")) throw NotSplit{"a condition has no parentheses"};
      std::size_t end = endOfStatement(partner(open) + 1, limit);
      if (at(i).is("if") && end < limit && at(end).is("else")) end = endOfStatement(end + 1, limit);
      return end;
    }
    if (at(i).is("do")) {
      const std::size_t end = endOfStatement(i + 1, limit);
      if (end + 1 >= limit || !at(end).is("while") || !at(end + 1).is("(")) throw NotSplit{"a do has no while"};
      return partner(end + 1) + 2;
    }
    for (std::size_t j = i; j < limit; ++j) {
      if (at(j).is(";")) return j + 1;
      if (at(j).is("(") || at(j).is("[") || at(j).is("{")) j = partner(j);
    }
    throw NotSplit{"a statement has no end"};
  }

  std::vector<Node> parseList(Range range, bool isTop) {
    std::vector<Node> nodes;
    for (std::size_t i = range.begin; i < range.end;) {
      Node node;
      node.range = {i, endOfStatement(i, range.end)};
      if (contains(node.range, "NX_BARRIER"))
        parseBarrier(node);
      else
        parsePlain(node, range.end, isTop);
      i = node.range.end;
      nodes.push_back(std::move(node));
    }
    return nodes;
  }

  std::vector<Node> parseBody(Range statement) {
    if (at(statement.begin).is("{")) return parseList({statement.begin + 1, statement.end - 1}, false);
    return parseList(statement, false);
  }

  void parseBarrier(Node& node) {
    const auto [i, end] = node.range;
    if (at(i).is("NX_BARRIER")) {
      if (end != i + 4 || !at(i + 1).is("(") || !at(i + 2).is(")")) throw NotSplit{"a barrier is part of an expression"};
      node.kind = Node::Kind::Barrier;
    } else if (at(i).is("{")) {
      node.kind = Node::Kind::Group;
      node.body = parseBody(node.range);
    } else if (at(i).is("for") || at(i).is("if")) {
      const std::size_t close = partner(i + 1);
      node.header = {i + 2, close};
      const Range inner{close + 1, endOfStatement(close + 1, end)};
      if (at(i).is("for")) {
        node.kind = Node::Kind::Loop;
        const std::size_t semicolon = firstSemicolon(node.header);
        // The declared variables live to the end of the loop.
        if (auto declared = parseDeclaration({node.header.begin, semicolon + 1}, end)) {
          for (const std::size_t variable : *declared) variables_[variable].isLoopVariable = true;
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
      throw NotSplit{"a barrier is inside of a '" + std::string(at(i).text) + "'"};
    }
  }

  std::size_t firstSemicolon(Range range) const {
    for (std::size_t i = range.begin; i < range.end; ++i) {
      if (at(i).is(";")) return i;
      if (at(i).is("(") || at(i).is("[") || at(i).is("{")) i = partner(i);
    }
    throw NotSplit{"a loop is not understood"};
  }

  void parsePlain(Node& node, std::size_t scopeEnd, bool isTop) {
    const auto [i, end] = node.range;
    if (at(i).is("NX_SHARED") || at(i).is("NX_SHARED_DYNAMIC")) {
      if (!isTop) throw NotSplit{"shared memory is declared inside of a block"};
      node.kind = Node::Kind::Shared;
      return;
    }
    if (contains(node.range, "NX_SHARED") || contains(node.range, "NX_SHARED_DYNAMIC"))
      throw NotSplit{"shared memory is declared inside of a block"};
    if (at(i).isIdentifier() && i + 1 < end && at(i + 1).is(":")) throw NotSplit{"it has labels"};
    if (isSum(node.range)) {
      parseSum(node);
      return;
    }
    if (auto declared = parseDeclaration(node.range, scopeEnd)) {
      node.kind = Node::Kind::Declaration;
      node.variables = std::move(*declared);
      return;
    }
    if (at(i).isIdentifier()) {
      if (macros_.all.contains(at(i).text)) throw NotSplit{"a statement begins with the macro " + std::string(at(i).text)};
      for (const char* word : {"using", "typedef", "case", "default", "try"})
        if (at(i).is(word)) throw NotSplit{std::string("it uses ") + word};
      if (i + 1 < end && (at(i + 1).is("::") || at(i + 1).is("<"))) throw NotSplit{"a statement may be a declaration"};
    }
  }

  /// Whether a statement is a loop that adds to a variable of the item and runs as often for all items, as a number tells: what a
  /// tiled product of matrices does. It is turned inside out, so that the items of a row are its innermost loop, which becomes
  /// vector code.
  bool isSum(Range range) const {
    if (!at(range.begin).is("for")) return false;
    const std::size_t close = partners_[range.begin + 1], first = range.begin + 2;
    std::size_t i = first;
    while (i < close && typeWords.contains(at(i).text)) ++i;
    if (i == first || i + 1 >= close || !at(i).isIdentifier() || !at(i + 1).is("=")) return false;
    const std::string_view name = at(i).text;
    const std::size_t semicolon = nextSemicolon(i), second = nextSemicolon(semicolon + 1);
    if (second >= close || !isLiteral({i + 2, semicolon})) return false;
    if (!at(semicolon + 1).is(name) || !at(semicolon + 2).is("<") || !isLiteral({semicolon + 3, second})) return false;
    const bool isStep = (close == second + 3) && ((at(second + 1).is("++") && at(second + 2).is(name)) ||
                                                  (at(second + 1).is(name) && at(second + 2).is("++")));
    if (!isStep) return false;
    const bool isBraced = at(close + 1).is("{");
    const Range body = isBraced ? Range{close + 2, range.end - 1} : Range{close + 1, range.end};
    bool adds = false;
    for (std::size_t j = body.begin; j < body.end; ++j) {
      if (at(j).is("{") || (at(j).isIdentifier() && statementWords.contains(at(j).text))) return false;
      if (names(j, name) && modifies(j)) return false;
      if (at(j).is("+=") && at(j - 1).isIdentifier() && (j - 1 == body.begin || at(j - 2).is(";")))
        for (const Variable& v : variables_)
          adds = adds || (v.name == at(j - 1).text && v.dimensions.empty() && !v.isReference && v.scopeEnd > j);
    }
    return adds;
  }

  std::size_t nextSemicolon(std::size_t i) const {
    while (i < tokens_.size() && !at(i).is(";")) ++i;
    return i;
  }

  bool isLiteral(Range range) const {
    for (std::size_t i = range.begin; i < range.end; ++i) {
      static const std::set<std::string_view> operators{"(", ")", "+", "-", "*", "/"};
      const bool isKnown = at(i).kind == Token::Kind::Number || (at(i).isIdentifier() && macros_.literals.contains(at(i).text)) ||
                           operators.contains(at(i).text);
      if (!isKnown) return false;
    }
    return range.begin < range.end;
  }

  void parseSum(Node& node) {
    const auto [i, end] = node.range;
    node.kind = Node::Kind::Sum;
    node.header = {i + 2, partner(i + 1)};
    node.variables = *parseDeclaration({node.header.begin, nextSemicolon(node.header.begin) + 1}, end);
    for (const std::size_t variable : node.variables) variables_[variable].isLoopVariable = true;
    node.body = parseBody({node.header.end + 1, end});
  }

  // ---- declarations

  /// The variables that a statement declares, or nothing if it is no declaration. They can be seen up to `scopeEnd`.
  std::optional<std::vector<std::size_t>> parseDeclaration(Range range, std::size_t scopeEnd) {
    std::size_t i = range.begin;
    bool isConst = false, isKnown = false;
    std::string type;
    for (; i < range.end; ++i) {
      if (at(i).is("const") || at(i).is("constexpr")) {
        isConst = true;
      } else if (typeWords.contains(at(i).text)) {
        type += (type.empty() ? "" : " ") + std::string(at(i).text);
        isKnown = true;
      } else {
        break;
      }
    }
    if (!isKnown) {
      if (i + 1 >= range.end || !at(i).isIdentifier() || statementWords.contains(at(i).text))
        return isConst ? throw NotSplit{"a declaration is not understood"} : std::optional<std::vector<std::size_t>>();
      if (pointerTypes.contains(at(i).text) && at(i + 1).is("(")) {
        const std::size_t end = partner(i + 1) + 1;
        // The const belongs to what is pointed to.
        type = (isConst ? "const " : "") + slice({i, end});
        isConst = false;
        i = end;
        if (i < range.end && at(i).is("const")) isConst = true, ++i;
      } else {
        const bool isTagged = at(i).is("struct") || at(i).is("union") || at(i).is("enum");
        const std::size_t words = isTagged ? 2 : 1;
        const std::size_t next = i + words;
        const bool isDeclaration =
            next < range.end && (at(next).isIdentifier() ||
                                 (next + 1 < range.end && (at(next).is("*") || at(next).is("&")) && at(next + 1).isIdentifier() &&
                                  next + 2 < range.end && (at(next + 2).is("=") || at(next + 2).is(";") || at(next + 2).is(","))));
        if (!isDeclaration) {
          if (isConst || isTagged) throw NotSplit{"a declaration is not understood"};
          return std::nullopt;
        }
        type = slice({i, next});
        i = next;
        if (at(i).is("const")) isConst = true, ++i;
      }
    }
    return parseDeclarators(range, i, type, isConst, scopeEnd);
  }

  std::vector<std::size_t> parseDeclarators(Range range, std::size_t i, const std::string& type, bool isConst,
                                            std::size_t scopeEnd) {
    std::vector<std::size_t> declared;
    for (;;) {
      Variable v;
      v.type = type;
      v.isConst = isConst;
      for (; i < range.end && (at(i).is("*") || at(i).is("&") || at(i).is("const")); ++i) {
        if (at(i).is("*")) {
          v.type = (v.isConst ? "const " : "") + v.type + "*";
          v.isConst = false;
        } else if (at(i).is("const")) {
          v.isConst = true;
        } else {
          v.isReference = true;
        }
      }
      if (i >= range.end || !at(i).isIdentifier()) throw NotSplit{"a declaration is not understood"};
      v.name = at(i).text;
      v.declared = i++;
      for (; at(i).is("["); i = partner(i) + 1) v.dimensions += slice({i, partner(i) + 1});
      if (at(i).is("=") || at(i).is("{")) {
        const std::size_t begin = at(i).is("=") ? i + 1 : i;
        std::size_t end = begin;
        for (; end < range.end && !at(end).is(",") && !at(end).is(";"); ++end)
          if (at(end).is("(") || at(end).is("[") || at(end).is("{")) end = partner(end);
        v.initial = {begin, end};
        v.isBraced = at(begin).is("{");
        i = end;
      }
      v.scopeEnd = scopeEnd;
      addVariable(std::move(v), declared);
      if (i >= range.end) throw NotSplit{"a declaration is not understood"};
      if (at(i).is(";")) return declared;
      if (!at(i).is(",")) throw NotSplit{"a declaration is not understood"};
      ++i;
    }
  }

  void addVariable(Variable v, std::vector<std::size_t>& declared) {
    for (const Variable& other : variables_)
      if (other.name == v.name && other.scopeEnd > v.declared) throw NotSplit{"'" + v.name + "' is declared twice"};
    for (const auto& parameter : parameters_)
      if (parameter.name == v.name) throw NotSplit{"'" + v.name + "' is declared twice"};
    declared.push_back(variables_.size());
    variables_.push_back(std::move(v));
  }

  // ---- what depends on what

  bool names(std::size_t i, std::string_view name) const {
    return at(i).isIdentifier() && at(i).is(name) && !at(i - 1).is(".") && !at(i - 1).is("->");
  }

  bool isOperand(const Token& token) const {
    return token.kind == Token::Kind::Number || token.is(")") || token.is("]") ||
           (token.isIdentifier() && !statementWords.contains(token.text));
  }

  /// Whether token i may change the variable that it names.
  bool modifies(std::size_t i) const {
    const Token &before = at(i - 1), &after = at(i + 1);
    if (assignments.contains(after.text) || after.is("++") || after.is("--") || after.is("[") || after.is(".")) return true;
    if (before.is("++") || before.is("--")) return true;
    return before.is("&") && !isOperand(at(i - 2));
  }

  bool isModified(std::string_view name, Range range) const {
    for (std::size_t i = range.begin; i < range.end; ++i)
      if (names(i, name) && modifies(i)) return true;
    return false;
  }

  const Variable* find(std::string_view name, std::size_t position) const {
    for (const Variable& v : variables_)
      if (v.name == name && v.declared < position && position < v.scopeEnd) return &v;
    return nullptr;
  }

  /// Whether an expression has no effects and reads no memory; `isUniform`: and has the same value for all items of a block.
  bool isPure(Range range, bool isUniform) const {
    for (std::size_t i = range.begin; i < range.end; ++i) {
      const Token& token = at(i);
      if (token.kind == Token::Kind::Number) continue;
      if (token.kind == Token::Kind::Text) return false;
      if (!token.isIdentifier()) {
        const bool isCast = at(i - 1).is(")") && partners_[i - 1] > 0 && isType({partners_[i - 1] + 1, i - 1});
        const bool isBinary = i > range.begin && isOperand(at(i - 1)) && !isCast;
        if ((token.is("*") || token.is("&")) && !isBinary) return false;
        static const std::set<std::string_view> allowed{"(",  ")",  "+", "-", "*", "/", "%", "<",  ">",  "<=", ">=", "==", "!=",
                                                        "&&", "||", "!", "&", "|", "^", "~", "<<", ">>", "?",  ":",  ","};
        if (!allowed.contains(token.text)) return false;
        continue;
      }
      const bool isCall = i + 1 < range.end && at(i + 1).is("(");
      if (uniformIds.contains(token.text) || (!isUniform && itemIds.contains(token.text))) continue;
      if (pureFunctions.contains(token.text) || token.is("sizeof") || typeWords.contains(token.text) || token.is("const")) continue;
      if (isCall) return false;
      if (macros_.literals.contains(token.text)) continue;
      if (macros_.all.contains(token.text)) return false;
      if (const Variable* v = find(token.text, i)) {
        if (v->isUniform || (!isUniform && v->canRecompute)) continue;
        return false;
      }
      if (!isUnmodifiedParameter(token.text, isUniform)) return false;
    }
    return true;
  }

  bool isType(Range range) const {
    for (std::size_t i = range.begin; i < range.end; ++i)
      if (!typeWords.contains(at(i).text) && !at(i).is("const") && !at(i).is("*")) return false;
    return range.begin < range.end;
  }

  bool isUnmodifiedParameter(std::string_view name, bool onlyValues) const {
    for (const auto& parameter : parameters_)
      if (parameter.name == name) return (!onlyValues || parameter.macro == "NX_VALUE") && !modifiedParameters_.contains(name);
    return false;
  }

  // ---- phases

  void numberPhases(const std::vector<Node>& nodes) {
    ++phases_;
    for (const Node& node : nodes) {
      switch (node.kind) {
        case Node::Kind::Plain:
        case Node::Kind::Declaration:
          for (std::size_t i = node.range.begin; i < node.range.end; ++i) phaseOf_[i] = phases_;
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

  void decidePlaces() {
    const Range whole{0, tokens_.size()};
    for (const auto& parameter : parameters_)
      for (std::size_t i = 1; i + 1 < whole.end; ++i)
        // Elements of a buffer are no change of the pointer.
        if (names(i, parameter.name) && phaseOf_[i] >= 0 && modifies(i) && !at(i + 1).is("["))
          modifiedParameters_.insert(parameter.name);
    for (Variable& v : variables_) {
      const Range scope{v.declared + 1, v.scopeEnd};
      if (v.isLoopVariable) {
        // Its loop's header changes it, nothing else may.
        for (std::size_t i = scope.begin; i < scope.end; ++i)
          if (names(i, v.name) && modifies(i) && phaseOf_[i] >= 0) v.isModified = true;
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
    for (Variable& v : variables_) {
      if (v.isLoopVariable) continue;
      bool crosses = false;
      for (std::size_t i = v.declared + 1; i < v.scopeEnd; ++i)
        crosses = crosses || (names(i, v.name) && phaseOf_[i] != phaseOf_[v.declared]);
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
        throw NotSplit{"the condition '" + slice(node.header) + "' around a barrier need not be the same for all items"};
      if (node.kind == Node::Kind::Loop) {  // those of sums are made of numbers
        const std::size_t first = firstSemicolon(node.header), second = firstSemicolon({first + 1, node.header.end});
        if (!isPure({first + 1, second}, true))
          throw NotSplit{"the condition '" + slice({first + 1, second}) + "' around a barrier need not be the same for all items"};
        checkStep({second + 1, node.header.end});
      }
      checkHeaders(node.body);
      checkHeaders(node.otherwise);
    }
  }

  /// `i++`, `--i`, `i = ...`, `i += ...`, where i is a loop's variable.
  void checkStep(Range step) const {
    const auto isLoopVariable = [&](std::size_t i) {
      const Variable* v = i < step.end ? find(at(i).text, i) : nullptr;
      return v && v->isLoopVariable;
    };
    const std::size_t count = step.end - step.begin, i = step.begin;
    if (count == 2 && ((isLoopVariable(i) && (at(i + 1).is("++") || at(i + 1).is("--"))) ||
                       (isLoopVariable(i + 1) && (at(i).is("++") || at(i).is("--")))))
      return;
    if (count >= 3 && isLoopVariable(i) && assignments.contains(at(i + 1).text) && isPure({i + 2, step.end}, true)) return;
    throw NotSplit{"the step '" + slice(step) + "' of a loop with a barrier need not be the same for all items"};
  }

  // ---- the result

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
        case Node::Kind::Shared: out += slice(node.range) + "\n"; break;
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
          out += "if (" + slice(node.header) + ") {\n";
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
          out += "for (" + slice(node.header) + ") {\n";
          const std::string outer = captures_;
          for (const std::size_t variable : node.variables) captures_ += ", " + variables_[variable].name;
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
      for (const std::size_t variable : statement->variables) captures_ += ", " + variables_[variable].name;
      rows += "for (" + slice(statement->header) + ") {\n";
      std::vector<const Node*> inner;
      for (const Node& node : statement->body) inner.push_back(&node);
      writePhase(inner, false, block, rows);
      rows += "}\n";
      captures_ = outer;
    }
    flush();
    out += block + "nx_item.rows([" + captures_ + "](const auto& nx_item) __attribute__((always_inline)) {\n";
    for (std::size_t i = 0; i < variables_.size(); ++i)
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
    const int number = phaseOf_[statements[0]->range.begin];
    std::string body;
    for (const Node* statement : statements) writeStatement(*statement, block, body);
    if (body.empty()) return;
    out += "nx_item.each([" + captures_ +
           "]([[maybe_unused]] const ::nexus::cpu::Position& nx_item, [[maybe_unused]] const ::std::size_t nx_index) " +
           (isLast ? "NX_DETAIL_LAST_PHASE {\n" : "NX_DETAIL_PHASE {\n");
    for (std::size_t i = 0; i < variables_.size(); ++i)
      if (isNeeded(i, number)) writeBinding(i, out);
    out += body + (isLast ? "});\n" : "return ::nexus::cpu::PhaseEnd();\n});\n");
  }

  bool isNeeded(std::size_t index, int phase) const {
    const Variable& v = variables_[index];
    if (v.place != Variable::Place::Kept && v.place != Variable::Place::Recomputed) return false;
    for (std::size_t i = v.declared + 1; i < v.scopeEnd; ++i)
      if (names(i, v.name) && phaseOf_[i] == phase) return true;
    // What is computed again needs what it is computed from.
    for (std::size_t other = index + 1; other < variables_.size(); ++other) {
      const Variable& user = variables_[other];
      if (user.place != Variable::Place::Recomputed || !isNeeded(other, phase)) continue;
      for (std::size_t i = user.initial->begin; i < user.initial->end; ++i)
        if (names(i, v.name) && find(v.name, i) == &v) return true;
    }
    return false;
  }

  void writeBinding(std::size_t index, std::string& out) const {
    const Variable& v = variables_[index];
    if (v.place == Variable::Place::Recomputed)
      out += "[[maybe_unused]] const " + (v.type.ends_with("*") || v.type.ends_with(")") ? "auto" : v.type) + " " + v.name + " = " +
             slice(*v.initial) + ";\n";
    else
      out += "[[maybe_unused]] " + std::string(v.isConst ? "const " : "") + "nx_type" + std::to_string(index) + "& " + v.name +
             " = " + storage(index) + "[nx_index];\n";
  }

  void writeStatement(const Node& node, std::string& block, std::string& phase) const {
    const auto staysInPhase = [&](std::size_t i) { return variables_[i].place == Variable::Place::Phase; };
    if (node.kind != Node::Kind::Declaration || std::all_of(node.variables.begin(), node.variables.end(), staysInPhase)) {
      phase += slice(node.range) + "\n";
      return;
    }
    for (const std::size_t i : node.variables) {
      const Variable& v = variables_[i];
      switch (v.place) {
        case Variable::Place::Block:
          block += "[[maybe_unused]] const " + (v.type.ends_with("*") || v.type.ends_with(")") ? "auto" : v.type) + " " + v.name +
                   " = " + slice(*v.initial) + ";\n";
          break;
        case Variable::Place::Recomputed: break;
        case Variable::Place::Kept:
          if (v.initial && v.dimensions.empty())
            phase += storage(i) + "[nx_index] = " + slice(*v.initial) + ";\n";
          else if (v.initial)
            phase += "{ const nx_type" + std::to_string(i) + " nx_initial = " + slice(*v.initial) + "; __builtin_memcpy(&" +
                     storage(i) + "[nx_index], &nx_initial, sizeof nx_initial); }\n";
          break;
        case Variable::Place::Phase:
          phase += std::string(v.isConst ? "const " : "") + v.type + (v.isReference ? "& " : " ") + v.name + v.dimensions +
                   (v.initial ? " = " + slice(*v.initial) : "") + ";\n";
      }
    }
  }

  const std::vector<Token>& tokens_;
  const std::vector<std::size_t>& partners_;
  const Macros& macros_;
  std::vector<int> phaseOf_;  ///< of each token: number of the phase that it is in, -1 outside of phases
  int phases_ = 0;
  std::vector<plugin_support::Parameter> parameters_;
  std::size_t listed_ = 0;
  std::set<std::string, std::less<>> modifiedParameters_;
  std::vector<Variable> variables_;  ///< in the order of their declarations
  std::string captures_;
  bool isInRow_ = false;  ///< what is written is a row's
};

Macros readMacros(const std::vector<Token>& tokens, const std::vector<std::string>& options) {
  Macros macros;
  for (std::size_t i = 0; i < options.size(); ++i) {
    std::string definition = options[i];
    if (definition == "-D" && i + 1 < options.size()) definition += options[++i];
    if (!definition.starts_with("-D")) continue;
    const std::size_t equals = definition.find('=');
    const std::string name = definition.substr(2, equals - 2);
    const std::size_t parenthesis = name.find('(');
    macros.define(name.substr(0, parenthesis), equals == std::string::npos ? "1" : definition.substr(equals + 1),
                  parenthesis != std::string::npos);
  }
  for (const Token& token : tokens)
    if (token.kind == Token::Kind::Directive) macros.readDirective(token.text);
  return macros;
}

}  // namespace

SplitText splitBarriers(std::string_view source, const std::vector<std::string>& options) {
  SplitText result;
  // Strings in which nothing is what it looks like.
  if (source.find("NX_BARRIER") == std::string_view::npos || source.find("R\"") != std::string_view::npos) return result;
  const std::vector<Token> tokens = tokenize(source);
  const std::vector<std::size_t> partners = matchBrackets(tokens);
  const Macros macros = readMacros(tokens, options);
  std::string text;
  const char* written = source.data();
  for (std::size_t i = 0; i + 5 < tokens.size(); ++i) {
    if (!tokens[i].is("NX_KERNEL") || !tokens[i + 1].is("(") || !tokens[i + 2].isIdentifier() || !tokens[i + 3].is(",") ||
        !tokens[i + 4].is("("))
      continue;
    const std::size_t close = partners[i + 1], list = i + 4, body = close + 1;
    if (close == 0 || partners[list] + 1 != close || body >= tokens.size() || !tokens[body].is("{") || partners[body] == 0)
      continue;
    const std::string name(tokens[i + 2].text);
    const std::size_t end = partners[body];
    if (std::any_of(tokens.begin() + static_cast<std::ptrdiff_t>(body), tokens.begin() + static_cast<std::ptrdiff_t>(end),
                    [](const Token& token) { return token.is("NX_BARRIER"); })) {
      try {
        const std::string kernel = KernelSplitter(tokens, partners, macros).split(name, list, body);
        text.append(written, tokens[i].text.data());
        text += kernel;
        written = tokens[end].text.data() + 1;
      } catch (const NotSplit& reason) {
        result.notes.push_back("kernel '" + name + "' keeps its barriers, which take longer: " + reason.reason);
      }
    }
    i = end;
  }
  if (!text.empty()) result.text = text.append(written, source.data() + source.size());
  return result;
}

}  // namespace nexus::cpu_plugin
