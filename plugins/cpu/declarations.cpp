#include "declarations.h"

#include <set>
#include <utility>

namespace nexus::cpu_plugin {

namespace {

const std::set<std::string_view> pointerTypes{"NX_GLOBAL_PTR", "NX_SHARED_PTR", "NX_PRIVATE_PTR"};

std::vector<Declaration> parseDeclarators(const KernelText& text, Range range, std::size_t i, const std::string& type,
                                          bool isConst) {
  std::vector<Declaration> declared;
  for (;;) {
    Declaration v;
    v.type = type;
    v.isConst = isConst;
    for (; i < range.end && (text.at(i).is("*") || text.at(i).is("&") || text.at(i).is("const")); ++i) {
      if (text.at(i).is("*")) {
        v.type = (v.isConst ? "const " : "") + v.type + "*";
        v.isConst = false;
      } else if (text.at(i).is("const")) {
        v.isConst = true;
      } else {
        v.isReference = true;
      }
    }
    if (i >= range.end || !text.at(i).isIdentifier()) throw NotSplit{"a declaration is not understood"};
    v.name = text.at(i).text;
    v.declared = i++;
    for (; text.at(i).is("["); i = text.closing(i) + 1) v.dimensions += text.slice({i, text.closing(i) + 1});
    if (text.at(i).is("=") || text.at(i).is("{")) {
      const std::size_t begin = text.at(i).is("=") ? i + 1 : i;
      std::size_t end = begin;
      for (; end < range.end && !text.at(end).is(",") && !text.at(end).is(";"); ++end)
        if (text.at(end).is("(") || text.at(end).is("[") || text.at(end).is("{")) end = text.closing(end);
      v.initial = {begin, end};
      v.isBraced = text.at(begin).is("{");
      i = end;
    }
    declared.push_back(std::move(v));
    if (i >= range.end) throw NotSplit{"a declaration is not understood"};
    if (text.at(i).is(";")) return declared;
    if (!text.at(i).is(",")) throw NotSplit{"a declaration is not understood"};
    ++i;
  }
}

}  // namespace

std::optional<std::vector<Declaration>> parseDeclaration(const KernelText& text, Range range) {
  std::size_t i = range.begin;
  bool isConst = false, isKnown = false;
  std::string type;
  for (; i < range.end; ++i) {
    if (text.at(i).is("const") || text.at(i).is("constexpr")) {
      isConst = true;
    } else if (isTypeWord(text.at(i))) {
      type += (type.empty() ? "" : " ") + std::string(text.at(i).text);
      isKnown = true;
    } else {
      break;
    }
  }
  if (!isKnown) {
    if (i + 1 >= range.end || !text.at(i).isIdentifier() || isStatementWord(text.at(i)))
      return isConst ? throw NotSplit{"a declaration is not understood"} : std::optional<std::vector<Declaration>>();
    if (pointerTypes.contains(text.at(i).text) && text.at(i + 1).is("(")) {
      const std::size_t end = text.closing(i + 1) + 1;
      // The const belongs to what is pointed to.
      type = (isConst ? "const " : "") + text.slice({i, end});
      isConst = false;
      i = end;
      if (i < range.end && text.at(i).is("const")) isConst = true, ++i;
    } else {
      const bool isTagged = text.at(i).is("struct") || text.at(i).is("union") || text.at(i).is("enum");
      const std::size_t words = isTagged ? 2 : 1;
      const std::size_t next = i + words;
      const bool isDeclaration =
          next < range.end &&
          (text.at(next).isIdentifier() ||
           (next + 1 < range.end && (text.at(next).is("*") || text.at(next).is("&")) && text.at(next + 1).isIdentifier() &&
            next + 2 < range.end && (text.at(next + 2).is("=") || text.at(next + 2).is(";") || text.at(next + 2).is(","))));
      if (!isDeclaration) {
        if (isConst || isTagged) throw NotSplit{"a declaration is not understood"};
        return std::nullopt;
      }
      type = text.slice({i, next});
      i = next;
      if (text.at(i).is("const")) isConst = true, ++i;
    }
  }
  return parseDeclarators(text, range, i, type, isConst);
}

}  // namespace nexus::cpu_plugin
