// AMD: the processor must be equal, or one that a generic target stands for; a target feature that the code names must be as the
// device has it. Source: LLVM AMDGPUUsage, "Target ID" and "Generic processor code object versioning".
#include "compatibility_rules.h"

#include <map>

namespace nexus::detail {

namespace {

struct TargetId {
  std::string_view processor;
  std::map<std::string_view, char> features;  ///< "xnack" -> '+' or '-'
};

/// "gfx942:sramecc+:xnack-", also behind a triple: "amdgcn-amd-amdhsa--gfx942".
std::optional<TargetId> parse(std::string_view text) {
  if (const std::size_t triple = text.rfind("--"); triple != std::string_view::npos) text.remove_prefix(triple + 2);
  if (!text.starts_with("gfx")) return std::nullopt;
  TargetId id;
  id.processor = text.substr(0, text.find(':'));
  text.remove_prefix(id.processor.size());
  while (!text.empty()) {
    text.remove_prefix(1);
    const std::string_view feature = text.substr(0, text.find(':'));
    if (feature.size() < 2 || (feature.back() != '+' && feature.back() != '-')) return std::nullopt;
    id.features[feature.substr(0, feature.size() - 1)] = feature.back();
    text.remove_prefix(feature.size());
  }
  return id;
}

bool contains(std::string_view words, std::string_view word) {
  for (std::size_t at = words.find(word); at != std::string_view::npos; at = words.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || words[at - 1] == ' ') && (end == words.size() || words[end] == ' ')) return true;
  }
  return false;
}

}  // namespace

std::optional<Compatibility> checkAmd(std::string_view target, const DeviceTarget& device) {
  std::optional<TargetId> code = parse(target);
  if (!code) return std::nullopt;
  const std::string name(target);
  std::optional<TargetId> found = parse(device.architecture);
  if (!found) return doesNotRun("'" + name + "' is code for AMD GPUs, and the device is '" + device.architecture + "'");
  const auto setFrom = [&found](std::string_view feature) {
    if (feature.size() > 1 && (feature.back() == '+' || feature.back() == '-'))
      found->features.try_emplace(feature.substr(0, feature.size() - 1), feature.back());
  };
  for (const std::string& feature : device.features) setFrom(feature);

  const std::string processor(found->processor);
  bool isMember = false, isGeneric = false;
#define NEXUS_AMD_GENERIC(generic, members)  \
  if (code->processor == generic) {          \
    isGeneric = true;                        \
    isMember = contains(members, processor); \
  }
#include "amd_generic_targets.h"
#undef NEXUS_AMD_GENERIC
  if (code->processor != found->processor && !isMember)
    return doesNotRun("'" + std::string(code->processor) + "' " + (isGeneric ? "does not stand for" : "is another processor than") +
                      " '" + processor + "'");
  for (const auto& [feature, setting] : code->features) {
    const auto actual = found->features.find(feature);
    // A device that does not tell has the setting that the loader will check.
    if (actual != found->features.end() && actual->second != setting)
      return doesNotRun("the code wants " + std::string(feature) + setting + ", and the device has " + std::string(feature) +
                        actual->second);
  }
  const int within = static_cast<int>(code->features.size());
  if (isMember)
    return runs(Fit::Family, within,
                "'" + std::string(code->processor) + "' stands for '" + processor + "' (needs code object version 6)");
  return runs(Fit::Exact, within, "made for '" + processor + "'");
}

}  // namespace nexus::detail
