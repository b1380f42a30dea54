#include "row_writer.h"

#include "declarations.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace nexus::cpu_plugin {

namespace {

/// What these macros become for a row of items. Their argument is a literal.
const std::map<std::string_view, std::string_view> rowIds{
    {"NX_GLOBAL_ID", "globalId"}, {"NX_LOCAL_ID", "localId"}, {"NX_BLOCK_ID", "blockId"}};
/// What tells items of one block from those of another.
constexpr std::string_view blockWords[] = {"NX_LOCAL_ID", "NX_BLOCK_ID", "NX_SHARED", "NX_SHARED_DYNAMIC"};
const std::set<std::string_view> sizes{"NX_BLOCK_SIZE", "NX_GRID_SIZE"};
const std::set<std::string_view> pureFunctions{"NX_MIN", "NX_MAX", "sizeof", "static_cast"};

class RowWriter {
 public:
  RowWriter(const KernelText& text, const KernelPlace& kernel) : text_(text), kernel_(kernel) {}

  std::optional<std::string> split() {
    parameters_ = readParameters(text_, kernel_);
    for (const auto& parameter : parameters_) (parameter.macro == "NX_VALUE" ? values_ : others_).insert(parameter.name);
    const Range body{kernel_.body + 1, text_.partner(kernel_.body)};
    for (std::size_t i = body.begin; i < body.end; ++i)
      if (text_.at(i).kind == Token::Kind::Directive || text_.at(i).is("goto")) return std::nullopt;
    for (std::size_t i = body.begin; i < body.end;) {
      const Range statement{i, text_.endOfStatement(i, body.end)};
      if (!readDeclaration(statement) && !readGuard(statement, statement.end == body.end)) break;
      i = statement.end;
    }
    const bool usesBlocks = std::any_of(std::begin(blockWords), std::end(blockWords),
                                        [&](std::string_view word) { return text_.contains(body, word); });
    if (usesBlocks && guards_.empty()) return std::nullopt;
    return write(usesBlocks ? "GuardedItem" : "GridItem");
  }

 private:
  struct Guard {
    Range condition;
    bool isReturn;  ///< items for which it holds do nothing; otherwise those for which it does not hold
  };

  // ---- what the kernel begins with

  /// Whether a statement declares variables and has no effects. All items run it, so that those of a row that do nothing else need
  /// not.
  bool readDeclaration(Range statement) {
    const auto declared = parseDeclaration(text_, statement);
    if (!declared) return false;
    for (const Declaration& v : *declared) {
      if (!isPlainType(v.type) || (v.initial && !isPure(*v.initial))) return false;
      if (values_.contains(v.name) || others_.contains(v.name) || text_.macros().isMacro(v.name)) return false;
    }
    for (const Declaration& v : *declared) {
      const bool isNumber =
          v.dimensions.empty() && !v.isReference && v.initial && !v.isBraced && v.type.find('(') == std::string::npos;
      if (isNumber && isUnderstood(*v.initial)) {
        values_.insert(v.name);
        row_ += "[[maybe_unused]] const auto " + v.name + " = " + (v.type == "auto" ? "" : castTo(v.type)) + "(" +
                forRow(*v.initial) + ");\n";
      } else {
        others_.insert(v.name);
      }
    }
    return true;
  }

  /// Whether all statements behind this one run under its condition alone.
  bool readGuard(Range statement, bool isLast) {
    if (!text_.at(statement.begin).is("if")) return false;
    const std::size_t close = text_.closing(statement.begin + 1);
    const Range condition{statement.begin + 2, close}, then{close + 1, statement.end};
    if (text_.endOfStatement(then.begin, then.end) != then.end) return false;  // it has an else
    const bool isReturn = isReturnOnly(then);
    if (!isReturn && !(isLast && isOneStatement(then))) return false;
    const Range understood = understoodPart(condition, isReturn ? "||" : "&&");
    if (understood.begin == understood.end) return false;
    guards_.push_back({understood, isReturn});
    row_ += "const auto nx_guard" + std::to_string(guards_.size()) + " = " + (isReturn ? "!" : "") + "::nexus::cpu::rowSet(" +
            forRow(understood) + ");\n";
    return true;
  }

  bool isReturnOnly(Range statement) const {
    if (text_.at(statement.begin).is("{")) {
      if (text_.closing(statement.begin) + 1 != statement.end) return false;
      statement = {statement.begin + 1, statement.end - 1};
    }
    return statement.end == statement.begin + 2 && text_.at(statement.begin).is("return") && text_.at(statement.begin + 1).is(";");
  }

  /// Whether what stands under an `if` is one statement for the compiler too and not, by a macro, several.
  bool isOneStatement(Range statement) const {
    if (text_.at(statement.begin).is("{")) return text_.closing(statement.begin) + 1 == statement.end;
    return !text_.at(statement.begin).is("[") && hidesNothing(statement);
  }

  /// Whether no macro can make something else of what is seen.
  bool hidesNothing(Range range) const {
    for (std::size_t i = range.begin; i < range.end; ++i) {
      if (!text_.at(i).isIdentifier() || text_.at(i - 1).is(".") || text_.at(i - 1).is("->")) continue;
      const std::string_view word = text_.at(i).text;
      const bool isKnown = values_.contains(word) || others_.contains(word) || isTypeWord(text_.at(i)) || word.starts_with("NX_") ||
                           text_.macros().isLiteral(word);
      if (!isKnown && (text_.macros().mayBeMore() || text_.macros().isMacro(word))) return false;
    }
    return true;
  }

  /// Whether an expression has no effects.
  bool isPure(Range range) const {
    for (std::size_t i = range.begin; i < range.end; ++i) {
      const Token& token = text_.at(i);
      if (isAssignment(token) || token.is("++") || token.is("--") || token.is(";") || token.is("->")) return false;
      if (!token.isIdentifier()) continue;
      if (rowIds.contains(token.text) || sizes.contains(token.text) || pureFunctions.contains(token.text)) continue;
      if (isTypeWord(token) || token.is("const") || token.is("true") || token.is("false")) continue;
      if (text_.macros().isLiteral(token.text)) continue;
      if (!values_.contains(token.text) && !others_.contains(token.text)) return false;
      if (i + 1 < range.end && text_.at(i + 1).is("(")) return false;
    }
    return true;
  }

  /// Numbers and pointers, which are made without effects.
  static bool isPlainType(const std::string& type) {
    const std::vector<Token> words = tokenize(type);
    return std::all_of(words.begin(), words.end(), [](const Token& word) {
      return isTypeWord(word) || word.is("auto") || word.is("const") || word.is("*") || word.is("(") || word.is(")") ||
             (word.text.starts_with("NX_") && word.text.ends_with("_PTR"));
    });
  }

  // ---- conditions

  /// The part of a condition, from its beginning and up to such an operator or to its end, that has a form for rows; or nothing.
  Range understoodPart(Range condition, std::string_view joint) const {
    if (isUnderstood(condition)) return condition;
    const Range none{condition.begin, condition.begin};
    if (!hidesNothing(condition)) return none;
    std::vector<std::size_t> joints;
    for (std::size_t i = condition.begin; i < condition.end; ++i) {
      const Token& token = text_.at(i);
      if (token.is(joint)) joints.push_back(i);
      // What binds less than the joint.
      if (token.is("?") || token.is(",") || token.is(";") || token.is("or") || isAssignment(token)) return none;
      if (token.is("||") && joint == "&&") return none;
      if (token.is("(") || token.is("[") || token.is("{")) i = text_.closing(i);
    }
    while (!joints.empty() && !isUnderstood({condition.begin, joints.back()})) joints.pop_back();
    return joints.empty() ? none : Range{condition.begin, joints.back()};
  }

  bool isUnderstood(Range range) const {
    static const std::set<std::string_view> operators{"(", ")",  "+",  "-",  "*",  "/",  "%",  "<",
                                                      ">", "<=", ">=", "==", "!=", "&&", "||", "!"};
    if (range.begin >= range.end) return false;
    for (std::size_t i = range.begin; i < range.end; ++i) {
      const Token& token = text_.at(i);
      if (token.kind == Token::Kind::Number) continue;
      if (token.kind == Token::Kind::Text) return false;
      if (const std::size_t end = endOfCast(i, range.end); end != i) {
        i = end - 1;
        continue;
      }
      if (!token.isIdentifier()) {
        const bool isBinary = i > range.begin && KernelText::isOperand(text_.at(i - 1));
        if (!operators.contains(token.text) || ((token.is("*") || token.is("+")) && !isBinary)) return false;
        continue;
      }
      if (token.is("true") || token.is("false") || text_.macros().isLiteral(token.text)) continue;
      if (rowIds.contains(token.text) || sizes.contains(token.text)) {
        if (i + 4 > range.end || !text_.at(i + 1).is("(") || !isLiteral(text_.at(i + 2)) || !text_.at(i + 3).is(")")) return false;
        i += 3;
      } else if (!values_.contains(token.text)) {
        return false;
      }
    }
    return true;
  }

  bool isLiteral(const Token& token) const {
    return token.kind == Token::Kind::Number || (token.isIdentifier() && text_.macros().isLiteral(token.text));
  }

  /// The end of what makes a cast of token i and those behind it, without the operand; i if it is none. `(int)`,
  /// `static_cast<int>`, and the `int` of `int(x)`.
  std::size_t endOfCast(std::size_t i, std::size_t limit) const {
    const Range type = typeOfCast(i, limit);
    if (type.begin == type.end) return i;
    return type.begin == i ? type.end : type.end + 1;
  }
  Range typeOfCast(std::size_t i, std::size_t limit) const {
    std::size_t begin = i, end = i;
    if (text_.at(i).is("(")) {
      begin = i + 1;
      end = text_.closing(i);
    } else if (text_.at(i).is("static_cast") && i + 1 < limit && text_.at(i + 1).is("<")) {
      begin = end = i + 2;
      while (end < limit && isTypeWord(text_.at(end))) ++end;
      if (end >= limit || !text_.at(end).is(">")) return {};
    } else if (isTypeWord(text_.at(i)) && i + 1 < limit && text_.at(i + 1).is("(")) {
      return {i, i + 1};
    }
    for (std::size_t word = begin; word < end; ++word)
      if (!isTypeWord(text_.at(word))) return {};
    return begin < end && end < limit ? Range{begin, end} : Range{};
  }

  /// An expression with the types of nexus/kernel/cpu_guards.h in the place of integers.
  std::string forRow(Range range) const {
    std::string result;
    for (std::size_t i = range.begin; i < range.end; ++i) {
      if (const Range type = typeOfCast(i, range.end); type.begin != type.end) {
        result += castTo(text_.slice(type));
        i = endOfCast(i, range.end) - 1;
      } else if (const auto id = rowIds.find(text_.at(i).text); id != rowIds.end()) {
        result += "nx_item." + std::string(id->second) + "<(" + std::string(text_.at(i + 2).text) + ")>() ";
        i += 3;
      } else {
        result += std::string(text_.at(i).text) + " ";
      }
    }
    return result;
  }
  static std::string castTo(const std::string& type) { return "::nexus::cpu::RowCast<" + type + ">() ->* "; }

  // ---- the result

  std::string write(std::string_view item) const {
    const std::string list = text_.slice({kernel_.list, text_.partner(kernel_.list) + 1});
    std::string result = "NX_DETAIL_ROW_KERNEL(" + kernel_.name + ", " + list + ", " + std::string(item) + ") {\n";
    // Parameters become values for rows, so that what is computed of them has no undefined results either.
    std::string values;
    for (const auto& parameter : parameters_) {
      if (parameter.macro != "NX_VALUE") continue;
      result += "const auto& nx_value_" + parameter.name + " = " + parameter.name + ";\n";
      values += "[[maybe_unused]] const auto " + parameter.name + " = ::nexus::cpu::rowValue(nx_value_" + parameter.name + ");\n";
    }
    result += "{\n" + values;
    result += row_ + "return ::nexus::cpu::rowSet(true)";
    for (std::size_t i = 1; i <= guards_.size(); ++i) result += " && nx_guard" + std::to_string(i);
    result += ";\n}\n}\nNX_DETAIL_ROW_BODY(" + kernel_.name + ", " + list + ") ";
    std::size_t written = kernel_.body;
    for (const Guard& guard : guards_) {
      result += text_.slice({written, guard.condition.begin}) +
                (guard.isReturn ? " !nx_item.isInside && (" : " (nx_item.isInside || (") + text_.slice(guard.condition) +
                (guard.isReturn ? ") " : ")) ");
      written = guard.condition.end;
    }
    return result + text_.slice({written, text_.partner(kernel_.body) + 1}) + "\n";
  }

  const KernelText& text_;
  const KernelPlace& kernel_;
  std::vector<plugin_support::Parameter> parameters_;
  std::set<std::string, std::less<>> values_;  ///< parameters and variables that have a form for rows
  std::set<std::string, std::less<>> others_;  ///< the other ones
  std::string row_;                            ///< what is written for a row so far
  std::vector<Guard> guards_;
};

}  // namespace

std::optional<std::string> writeRowKernel(const KernelText& text, const KernelPlace& kernel) {
  return RowWriter(text, kernel).split();
}

}  // namespace nexus::cpu_plugin
