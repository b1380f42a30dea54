#include "source_macros.h"

namespace nexus::cpu_plugin {

Macros::Macros(const std::vector<Token>& tokens, const std::vector<std::string>& options) {
  for (std::size_t i = 0; i < options.size(); ++i) {
    std::string definition = options[i];
    if (definition == "-D" && i + 1 < options.size()) definition += options[++i];
    if (definition.starts_with("-i") || definition.starts_with("-x")) mayBeMore_ = true;
    if (!definition.starts_with("-D")) continue;
    const std::size_t equals = definition.find('=');
    const std::string name = definition.substr(2, equals - 2);
    const std::size_t parenthesis = name.find('(');
    define(name.substr(0, parenthesis), equals == std::string::npos ? "1" : definition.substr(equals + 1),
           parenthesis != std::string::npos);
  }
  for (const Token& token : tokens)
    if (token.kind == Token::Kind::Directive) readDirective(token.text);
}

void Macros::define(std::string_view name, std::string_view replacement, bool isFunction) {
  bool isLiteral = !isFunction && !replacement.empty();
  int depth = 0;
  for (const Token& token : tokenize(replacement)) {
    if (token.is("(") || token.is("[") || token.is("{")) ++depth;
    if (token.is(")") || token.is("]") || token.is("}")) --depth;
    hideBrackets_ = hideBrackets_ || depth < 0;
    const bool bindsLess = depth == 0 && (token.is("&&") || token.is("||") || token.is("?"));
    const bool isKnown = token.kind == Token::Kind::Number || (token.isIdentifier() && literals_.contains(token.text)) ||
                         (token.kind == Token::Kind::Operator && !isAssignment(token) && !token.is("++") && !token.is("--") &&
                          !token.is(";") && !token.is("{") && !token.is("}") && !token.is(","));
    isLiteral = isLiteral && isKnown && !bindsLess;
  }
  hideBrackets_ = hideBrackets_ || depth != 0;
  const bool isNew = all_.emplace(name).second;
  if (isLiteral && (isNew || literals_.contains(name)))
    literals_.emplace(name);
  else
    literals_.erase(std::string(name));
}

void Macros::readDirective(std::string_view directive) {
  const std::vector<Token> tokens = tokenize(directive.substr(1));
  if (tokens.empty()) return;
  constexpr std::string_view own = "<nexus/kernel.h>";
  const bool isInclude = tokens[0].is("include") || tokens[0].is("include_next") || tokens[0].is("import");
  if (isInclude && directive.find(own) == std::string_view::npos) mayBeMore_ = true;
  if (tokens.size() < 2 || !tokens[0].is("define")) return;
  const std::size_t at = directive.find(tokens[1].text, directive.find("define") + 6);
  const std::string_view rest = directive.substr(at + tokens[1].text.size());
  define(tokens[1].text, rest, rest.starts_with('('));
}

}  // namespace nexus::cpu_plugin
