#include "source_tokens.h"

#include <algorithm>
#include <set>

namespace nexus::cpu_plugin {

namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

/// End of the directive that begins at `at`: the next line end that no backslash continues.
std::size_t endOfDirective(std::string_view source, std::size_t at) {
  for (; at < source.size(); ++at)
    if (source[at] == '\n' && source[at - 1] != '\\') return at;
  return source.size();
}

std::size_t endOfQuoted(std::string_view source, std::size_t at) {
  const char quote = source[at];
  for (++at; at < source.size() && source[at] != quote && source[at] != '\n'; ++at)
    if (source[at] == '\\') ++at;
  return std::min(at + 1, source.size());
}

std::size_t endOfNumber(std::string_view source, std::size_t at) {
  for (++at; at < source.size(); ++at) {
    const char c = source[at], before = source[at - 1];
    const bool isSign = (c == '+' || c == '-') && std::string_view("eEpP").find(before) != std::string_view::npos;
    if (!isDigit(c) && !isLetter(c) && c != '.' && c != '\'' && !isSign) break;
  }
  return at;
}

std::size_t lengthOfOperator(std::string_view rest) {
  for (const std::string_view longer : {"<<=", ">>=", "...", "->*", "<=>"})
    if (rest.starts_with(longer)) return 3;
  for (const std::string_view longer :
       {"++", "--", "->", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "::"})
    if (rest.starts_with(longer)) return 2;
  return 1;
}

}  // namespace

bool isAssignment(const Token& token) {
  static const std::set<std::string_view> operators{"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="};
  return operators.contains(token.text);
}

bool isTypeWord(const Token& token) {
  static const std::set<std::string_view> words{"unsigned", "signed",  "char",     "short",     "int",     "long",    "float",
                                                "double",   "bool",    "size_t",   "ptrdiff_t", "int8_t",  "int16_t", "int32_t",
                                                "int64_t",  "uint8_t", "uint16_t", "uint32_t",  "uint64_t"};
  return words.contains(token.text);
}

bool isStatementWord(const Token& token) {
  static const std::set<std::string_view> words{"if",       "for",  "while", "do",      "switch", "return", "break",
                                                "continue", "else", "throw", "delete",  "new",    "try",    "using",
                                                "typedef",  "goto", "case",  "default", "sizeof"};
  return words.contains(token.text);
}

std::vector<Token> tokenize(std::string_view source) {
  std::vector<Token> tokens;
  bool isStartOfLine = true;
  for (std::size_t at = 0; at < source.size();) {
    const char c = source[at];
    const std::string_view rest = source.substr(at);
    if (c == '\n') isStartOfLine = true;
    if (std::string_view(" \t\r\n\v\f\\").find(c) != std::string_view::npos) {
      ++at;
      continue;
    }
    if (rest.starts_with("//") || rest.starts_with("/*")) {
      const std::size_t end = rest[1] == '/' ? source.find('\n', at) : source.find("*/", at + 2);
      at = end == std::string_view::npos ? source.size() : rest[1] == '/' ? end : end + 2;
      continue;
    }
    Token::Kind kind = Token::Kind::Operator;
    std::size_t end = at + lengthOfOperator(rest);
    if (c == '#' && isStartOfLine) {
      kind = Token::Kind::Directive;
      end = endOfDirective(source, at);
    } else if (c == '"' || c == '\'') {
      kind = Token::Kind::Text;
      end = endOfQuoted(source, at);
    } else if (isDigit(c) || (c == '.' && rest.size() > 1 && isDigit(rest[1]))) {
      kind = Token::Kind::Number;
      end = endOfNumber(source, at);
    } else if (isLetter(c)) {
      kind = Token::Kind::Identifier;
      while (end < source.size() && (isLetter(source[end]) || isDigit(source[end]))) ++end;
    }
    isStartOfLine = false;
    tokens.push_back({kind, source.substr(at, end - at)});
    at = end;
  }
  return tokens;
}

std::vector<std::size_t> matchBrackets(const std::vector<Token>& tokens) {
  std::vector<std::size_t> partners(tokens.size(), 0), open;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind != Token::Kind::Operator) continue;
    if (tokens[i].is("(") || tokens[i].is("[") || tokens[i].is("{")) open.push_back(i);
    const char* opening = tokens[i].is(")") ? "(" : tokens[i].is("]") ? "[" : tokens[i].is("}") ? "{" : nullptr;
    if (!opening || open.empty() || !tokens[open.back()].is(opening)) continue;
    partners[open.back()] = i;
    partners[i] = open.back();
    open.pop_back();
  }
  return partners;
}

}  // namespace nexus::cpu_plugin
