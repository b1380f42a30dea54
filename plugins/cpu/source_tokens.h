#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace nexus::cpu_plugin {

/// A token of C or C++. Comments and blanks are between tokens; a preprocessor directive is one token.
struct Token {
  enum class Kind { Identifier, Number, Text, Operator, Directive };
  Kind kind;
  std::string_view text;  ///< points into the source

  bool is(std::string_view expected) const noexcept { return text == expected; }
  bool isIdentifier() const noexcept { return kind == Kind::Identifier; }
};

bool isAssignment(const Token& token);
/// A word of a number's type: `unsigned`, `size_t`.
bool isTypeWord(const Token& token);
/// A keyword with which a statement begins or that is an operator.
bool isStatementWord(const Token& token);

/// Takes a text apart. Never fails: what is no token of C becomes an operator of one character.
std::vector<Token> tokenize(std::string_view source);

/// For each opening bracket the index of its partner, and the other way round; 0 where there is none.
std::vector<std::size_t> matchBrackets(const std::vector<Token>& tokens);

}  // namespace nexus::cpu_plugin
