#pragma once

#include "source_macros.h"
#include "source_tokens.h"

#include "plugins/support/parameter_list.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::cpu_plugin {

/// Tokens begin .. end - 1.
struct Range {
  std::size_t begin = 0, end = 0;
};

/// Why a kernel is left as it is.
struct NotSplit {
  std::string reason;
};

/// A text in the portable language and what its tokens mean to each other. What it is asked for must lie within the text.
class KernelText {
 public:
  KernelText(std::string_view source, const std::vector<std::string>& options);

  const Token& at(std::size_t i) const { return tokens_[i]; }
  std::size_t size() const { return tokens_.size(); }
  const Macros& macros() const { return macros_; }

  /// The partner of a bracket; 0 if there is none.
  std::size_t partner(std::size_t i) const { return partners_[i]; }
  /// The closing partner of an opening bracket. Throws NotSplit.
  std::size_t closing(std::size_t i) const;

  std::string slice(Range range) const;
  bool contains(Range range, std::string_view word) const;
  /// The end of the statement that begins at i, `limit` at most. Throws NotSplit.
  std::size_t endOfStatement(std::size_t i, std::size_t limit) const;

  /// The first semicolon that is in no brackets. Throws NotSplit.
  std::size_t firstSemicolon(Range range) const;

  /// Whether token i names the variable and not a member of something.
  bool names(std::size_t i, std::string_view name) const;
  /// Whether token i may change the variable that it names.
  bool modifies(std::size_t i) const;
  /// Whether a token ends an operand, so that an operator behind it takes two.
  static bool isOperand(const Token& token);
  /// Whether the tokens are a type of numbers or pointers to them.
  bool isType(Range range) const;

 private:
  std::vector<Token> tokens_;
  std::vector<std::size_t> partners_;
  Macros macros_;
};

/// Where a kernel stands in a text: the parentheses of its parameters and the braces of its body. All of them match.
struct KernelPlace {
  std::string name;
  std::size_t begin, list, body;
};

/// All kernels of a text whose brackets match.
std::vector<KernelPlace> findKernels(const KernelText& text);

/// The parameters of a kernel. Throws NotSplit where they are not written in the portable language.
std::vector<plugin_support::Parameter> readParameters(const KernelText& text, const KernelPlace& kernel);

}  // namespace nexus::cpu_plugin
