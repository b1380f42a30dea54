#pragma once

#include "source_tokens.h"

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::cpu_plugin {

/// What is known of the macros of a text: those that it defines itself and those of the compiler's options.
class Macros {
 public:
  Macros(const std::vector<Token>& tokens, const std::vector<std::string>& options);

  bool isMacro(std::string_view name) const { return all_.contains(name); }
  /// Whether the replacement is made of numbers and operators alone, wherever the name stands, and binds like a number to what
  /// stands beside && or ||.
  bool isLiteral(std::string_view name) const { return literals_.contains(name); }
  /// Whether other files may define macros too.
  bool mayBeMore() const { return mayBeMore_; }
  /// Whether a macro opens a bracket that it does not close, or the other way round.
  bool hideBrackets() const { return hideBrackets_; }

 private:
  void define(std::string_view name, std::string_view replacement, bool isFunction);
  void readDirective(std::string_view directive);

  std::set<std::string, std::less<>> all_;
  std::set<std::string, std::less<>> literals_;
  bool mayBeMore_ = false, hideBrackets_ = false;
};

}  // namespace nexus::cpu_plugin
