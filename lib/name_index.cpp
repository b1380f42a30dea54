// Names of entries and products other than those of their files.
#include "database.h"

#include <algorithm>

namespace nexus::detail {

namespace {

std::string lowered(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

/// Words of a product's name: "NVIDIA GeForce RTX 4090" -> nvidia, geforce, rtx, 4090.
std::vector<std::string> wordsOf(const std::string& name) {
  std::vector<std::string> words(1);
  for (const char c : lowered(name)) {
    const bool isWord = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.';
    if (isWord)
      words.back() += c;
    else if (!words.back().empty())
      words.emplace_back();
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

bool isIn(const std::string& word, const std::vector<std::string>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

template <class Visit>
void forEachText(const Info& entry, const char* pointer, Visit&& visit) {
  if (!entry.contains(pointer)) return;
  const Info node = entry.at(pointer);
  if (node.getKind() == Info::Kind::String) visit(node.getString());
  for (std::size_t i = 0; i < node.getSize(); ++i)
    if (node.at(i).getKind() == Info::Kind::String) visit(node.at(i).getString());
}

}  // namespace

void NameIndex::addName(const std::string& name, const DatabaseMatch& match) {
  const std::string key = lowered(name);
  const auto [first, last] = byName_.equal_range(key);
  const bool isThere = std::any_of(
      first, last, [&](const auto& row) { return row.second.entry == match.entry && row.second.product == match.product; });
  if (!isThere) byName_.emplace(key, match);
}

void NameIndex::add(const Info& entry) {
  const DatabaseMatch whole{entry.getEntryName(), ""};
  const auto add = [&](const std::string& name) { addName(name, whole); };
  for (const char* pointer : {"/Aliases", "/Identity/ArchspecName", "/Identity/ComputeCapability", "/Identity/IpVersions",
                              "/Identity/MidrParts", "/Identity/Microarchitecture"})
    forEachText(entry, pointer, add);
  if (entry.contains("/CompilerTargets")) {
    const Info targets = entry.at("/CompilerTargets");
    for (const std::string& target : targets.getKeys()) {
      const Info node = targets.at("/" + escapedStep(target));
      // Other kinds of targets are for several architectures.
      const std::string kind = node.contains("Kind") ? node.getString("Kind") : "";
      if (kind == "baseline" || kind == "arch-specific") add(target);
    }
  }
  if (!entry.contains("/Products")) return;
  const Info products = entry.at("/Products");
  for (const std::string& name : products.getKeys()) {
    const DatabaseMatch match{whole.entry, name};
    const Info product = products.at("/" + escapedStep(name));
    const auto addProduct = [&](const std::string& called) {
      addName(called, match);
      products_.push_back({match, wordsOf(called)});
    };
    addProduct(name);
    forEachText(product, "/Aliases", addProduct);
    forEachText(product, "/PciIds", [&](const std::string& id) { addName(id, match); });
  }
}

std::vector<DatabaseMatch> NameIndex::exact(const std::string& name) const {
  std::vector<DatabaseMatch> matches;
  const auto [first, last] = byName_.equal_range(lowered(name));
  for (auto row = first; row != last; ++row) matches.push_back(row->second);
  return matches;
}

std::vector<DatabaseMatch> NameIndex::byWords(const std::string& name) const {
  const std::vector<std::string> wanted = wordsOf(name);
  std::vector<DatabaseMatch> matches;
  if (wanted.empty()) return matches;
  for (const Product& product : products_) {
    if (!std::all_of(wanted.begin(), wanted.end(), [&](const std::string& word) { return isIn(word, product.words); })) continue;
    const bool isThere = std::any_of(matches.begin(), matches.end(), [&](const DatabaseMatch& m) {
      return m.entry == product.match.entry && m.product == product.match.product;
    });
    if (!isThere) matches.push_back(product.match);
  }
  return matches;
}

std::vector<std::string_view> NameIndex::names() const {
  std::vector<std::string_view> names;
  for (const auto& [name, match] : byName_) names.push_back(name);
  return names;
}

std::string productOf(const Info& entry, const std::string& deviceName) {
  NameIndex index;
  index.add(entry);
  for (const DatabaseMatch& match : index.exact(deviceName))
    if (!match.product.empty()) return match.product;
  return "";
}

}  // namespace nexus::detail
