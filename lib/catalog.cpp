#include "catalog.h"

#include "suggest.h"

#include "plugins/support/sha256.h"

#include <nexus/error.h>
#include <nexus/runtime.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace nexus::detail {

namespace {

using Json = nlohmann::json;

constexpr std::string_view magic = "nexus-catalog ";
constexpr std::string_view version = "1";

[[noreturn]] void throwDamaged(const std::string& what) {
  throw UnavailableError("the catalog is damaged: " + what + "; pack it again");
}

/// A member of the manifest that may be absent.
std::string text(const Json& part, const char* name) {
  const auto found = part.find(name);
  if (found == part.end()) return "";
  if (!found->is_string()) throwDamaged(std::string(name) + " of a part is no text");
  return found->get<std::string>();
}

std::uint64_t number(const Json& part, const char* name) {
  const auto found = part.find(name);
  if (found == part.end() || !found->is_number_unsigned()) throwDamaged(std::string(name) + " of a part is missing or no size");
  return found->get<std::uint64_t>();
}

CatalogPart readPart(const Json& json, std::string_view contents) {
  if (!json.is_object()) throwDamaged("a part is no object");
  CatalogPart part;
  part.file = text(json, "File");
  part.target = text(json, "Target");
  part.runtime = text(json, "Runtime");
  part.language = text(json, "Language");
  part.options = text(json, "Options");
  part.sha256 = text(json, "Sha256");
  if (part.target.empty() == part.language.empty())
    throwDamaged("the part '" + part.file + "' must have either Target or Language");
  const std::uint64_t offset = number(json, "Offset"), size = number(json, "Size");
  if (offset > contents.size() || size > contents.size() - offset)
    throwDamaged("the part '" + part.file + "' ends behind the end of the file, which may be truncated");
  part.bytes = contents.substr(offset, size);
  return part;
}

}  // namespace

std::string CatalogPart::describe() const {
  return "'" + file + "' " + (language.empty() ? "for " + target : "in language " + language);
}

bool isCatalog(std::string_view bytes) noexcept { return bytes.starts_with(magic); }

std::vector<CatalogPart> readCatalog(std::string_view bytes) {
  const std::string_view line = bytes.substr(0, std::min<std::size_t>(bytes.find('\n'), 80));
  const std::string_view rest = line.substr(magic.size());
  const std::size_t blank = rest.find(' ');
  if (blank == std::string_view::npos) throwDamaged("its first line is incomplete");
  if (rest.substr(0, blank) != version)
    throw UnavailableError("the catalog has version " + std::string(rest.substr(0, blank)) + ", expected " + std::string(version) +
                           "; pack it again, or update Nexus");
  const std::string_view digits = rest.substr(blank + 1);
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
  const std::string_view after = bytes.substr(std::min(line.size() + 1, bytes.size()));
  if (error != std::errc() || end != digits.data() + digits.size() || size > after.size())
    throwDamaged("its manifest is incomplete");
  const Json manifest = Json::parse(after.substr(0, size), nullptr, false);
  if (manifest.is_discarded() || !manifest.is_object()) throwDamaged("its manifest is no JSON object");
  const auto parts = manifest.find("Parts");
  if (parts == manifest.end() || !parts->is_array()) throwDamaged("its manifest has no Parts");
  std::vector<CatalogPart> result;
  for (const Json& part : *parts) result.push_back(readPart(part, after.substr(size)));
  return result;
}

std::vector<CatalogChoice> chooseParts(const std::vector<CatalogPart>& parts, const Device& device,
                                       std::vector<std::string>& reasons) {
  std::vector<CatalogChoice> choices;
  std::vector<std::string> languages;
  try {
    languages = device.getProperty<std::vector<std::string>>(Property::KernelLanguages);
  } catch (const NotFoundError&) {
    // It compiles nothing.
  }
  const DeviceTarget target = deviceTarget(device);
  const std::string runtime = device.getRuntime().getName();
  for (const CatalogPart& part : parts) {
    if (!part.language.empty()) {
      if (std::find(languages.begin(), languages.end(), part.language) != languages.end())
        choices.push_back({&part, Fit::None, 0});
      else
        reasons.push_back(part.describe() + ": the device compiles " + listNames(languages));
    } else if (!part.runtime.empty() && part.runtime != runtime) {
      reasons.push_back(part.describe() + ": it is for the runtime " + part.runtime);
    } else if (const Compatibility fit = checkCompatibility(part.target, target)) {
      choices.push_back({&part, fit.fit, fit.rank});
    } else {
      reasons.push_back(part.describe() + ": " + fit.reason);
    }
  }
  std::stable_sort(choices.begin(), choices.end(),
                   [](const CatalogChoice& a, const CatalogChoice& b) { return a.fit != b.fit ? a.fit > b.fit : a.rank > b.rank; });
  return choices;
}

void checkPart(const CatalogPart& part) {
  if (plugin_support::sha256(part.bytes) != part.sha256)
    throwDamaged("the bytes of the part " + part.describe() + " are not those that were packed (SHA-256)");
}

}  // namespace nexus::detail
