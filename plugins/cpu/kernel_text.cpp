#include "kernel_text.h"

#include <algorithm>

namespace nexus::cpu_plugin {

KernelText::KernelText(std::string_view source, const std::vector<std::string>& options)
    : tokens_(tokenize(source)), partners_(matchBrackets(tokens_)), macros_(tokens_, options) {}

std::size_t KernelText::closing(std::size_t i) const {
  if (partners_[i] <= i) throw NotSplit{"its brackets do not match"};
  return partners_[i];
}

std::string KernelText::slice(Range range) const {
  if (range.begin >= range.end) return "";
  const char* begin = at(range.begin).text.data();
  const std::string_view last = at(range.end - 1).text;
  return std::string(begin, static_cast<std::size_t>(last.data() + last.size() - begin));
}

bool KernelText::contains(Range range, std::string_view word) const {
  return std::any_of(tokens_.begin() + static_cast<std::ptrdiff_t>(range.begin),
                     tokens_.begin() + static_cast<std::ptrdiff_t>(range.end), [&](const Token& token) { return token.is(word); });
}

std::size_t KernelText::endOfStatement(std::size_t i, std::size_t limit) const {
  if (i >= limit) throw NotSplit{"a statement is missing"};
  if (at(i).is("{")) return closing(i) + 1;
  if (at(i).is("if") || at(i).is("for") || at(i).is("while") || at(i).is("switch")) {
    const std::size_t open = i + 1;
    if (open >= limit || !at(open).is("(")) throw NotSplit{"a condition has no parentheses"};
    std::size_t end = endOfStatement(closing(open) + 1, limit);
    if (at(i).is("if") && end < limit && at(end).is("else")) end = endOfStatement(end + 1, limit);
    return end;
  }
  if (at(i).is("do")) {
    const std::size_t end = endOfStatement(i + 1, limit);
    if (end + 1 >= limit || !at(end).is("while") || !at(end + 1).is("(")) throw NotSplit{"a do has no while"};
    return closing(end + 1) + 2;
  }
  for (std::size_t j = i; j < limit; ++j) {
    if (at(j).is(";")) return j + 1;
    if (at(j).is("(") || at(j).is("[") || at(j).is("{")) j = closing(j);
  }
  throw NotSplit{"a statement has no end"};
}

std::size_t KernelText::firstSemicolon(Range range) const {
  for (std::size_t i = range.begin; i < range.end; ++i) {
    if (at(i).is(";")) return i;
    if (at(i).is("(") || at(i).is("[") || at(i).is("{")) i = closing(i);
  }
  throw NotSplit{"a loop is not understood"};
}

bool KernelText::names(std::size_t i, std::string_view name) const {
  return at(i).isIdentifier() && at(i).is(name) && !at(i - 1).is(".") && !at(i - 1).is("->");
}

bool KernelText::modifies(std::size_t i) const {
  const Token &before = at(i - 1), &after = at(i + 1);
  if (isAssignment(after) || after.is("++") || after.is("--") || after.is("[") || after.is(".")) return true;
  if (before.is("++") || before.is("--")) return true;
  return before.is("&") && !isOperand(at(i - 2));
}

bool KernelText::isOperand(const Token& token) {
  return token.kind == Token::Kind::Number || token.is(")") || token.is("]") || (token.isIdentifier() && !isStatementWord(token));
}

bool KernelText::isType(Range range) const {
  for (std::size_t i = range.begin; i < range.end; ++i)
    if (!isTypeWord(at(i)) && !at(i).is("const") && !at(i).is("*")) return false;
  return range.begin < range.end;
}

std::vector<KernelPlace> findKernels(const KernelText& text) {
  std::vector<KernelPlace> kernels;
  for (std::size_t i = 0; i + 5 < text.size(); ++i) {
    if (!text.at(i).is("NX_KERNEL") || !text.at(i + 1).is("(") || !text.at(i + 2).isIdentifier() || !text.at(i + 3).is(",") ||
        !text.at(i + 4).is("("))
      continue;
    const std::size_t close = text.partner(i + 1), list = i + 4, body = close + 1;
    if (close == 0 || text.partner(list) + 1 != close || body >= text.size() || !text.at(body).is("{") || text.partner(body) == 0)
      continue;
    kernels.push_back({std::string(text.at(i + 2).text), i, list, body});
    i = text.partner(body);
  }
  return kernels;
}

std::vector<plugin_support::Parameter> readParameters(const KernelText& text, const KernelPlace& kernel) {
  const Range list{kernel.list, text.partner(kernel.list) + 1};
  std::vector<plugin_support::Parameter> parameters = plugin_support::parseParameterList(text.slice(list));
  // Commas inside of types would make the counts differ.
  std::size_t listed = list.begin + 2 == list.end ? 0 : 1;
  for (std::size_t i = list.begin + 1; i + 1 < list.end; ++i)
    if (text.at(i).is(",")) ++listed;
  if (listed != parameters.size()) throw NotSplit{"its parameters are not understood"};
  for (const auto& parameter : parameters)
    if (parameter.macro.empty()) throw NotSplit{"its parameters are not all written with NX_IN, NX_OUT, NX_INOUT or NX_VALUE"};
  return parameters;
}

}  // namespace nexus::cpu_plugin
