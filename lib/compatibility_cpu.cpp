// CPUs: a level of x86-64 by what the processor can do, never by its name; a processor's name by equality.
#include "compatibility_rules.h"

#include <nexus/database.h>
#include <nexus/error.h>

#include <algorithm>

namespace nexus::detail {

namespace {

struct Level {
  int level;
  std::string_view adds;
};
constexpr Level levels[] = {
#define NEXUS_X86_LEVEL(level, adds) {level, adds},
#include "x86_levels.h"
#undef NEXUS_X86_LEVEL
};

/// 1 for "x86-64" and its other spellings, 2 to 4 for "x86-64-v2" to "x86-64-v4", 0 for anything else.
int levelOf(std::string_view target) {
  if (target == "x86-64" || target == "x86_64" || target == "x86-64-v1") return 1;
  if (target.size() != 9 || !target.starts_with("x86-64-v")) return 0;
  return target[8] >= '2' && target[8] <= '4' ? target[8] - '0' : 0;
}
std::string levelName(int level) { return level == 1 ? "x86-64" : "x86-64-v" + std::to_string(level); }

bool has(const DeviceTarget& device, std::string_view feature) {
  return std::find(device.features.begin(), device.features.end(), feature) != device.features.end();
}

/// A level that the device names itself, as an architecture or as a feature.
int namedLevel(const DeviceTarget& device) {
  int best = levelOf(device.architecture);
  for (const std::string& feature : device.features) best = std::max(best, levelOf(feature));
  return best;
}

/// What the device lacks of a level, "" if nothing. A processor that tells only newer features is taken to have the first level.
std::string missingFor(const DeviceTarget& device, int wanted) {
  for (const Level& level : levels) {
    if (level.level == 1 || level.level > wanted) continue;
    for (std::size_t at = 0; at < level.adds.size();) {
      const std::string_view feature = level.adds.substr(at, level.adds.find(' ', at) - at);
      if (!has(device, feature)) return std::string(feature);
      at += feature.size() + 1;
    }
  }
  return "";
}

/// The database entry of a processor by its name for compilers.
std::optional<Info> entryOf(std::string_view processor) {
  try {
    const Database database = Database::get();
    const std::string ending = "-cpu-" + std::string(processor);
    for (const std::string& name : database.getNames())
      if (name.ends_with(ending) && name.find('-') + ending.size() == name.size()) return database.getInfo(name);
  } catch (const UnavailableError&) {
    // Without its entry, a processor is one that nothing is known of.
  }
  return std::nullopt;
}

/// Features that add no instruction: they tell the compiler what is fast.
constexpr std::string_view tuning[] = {"ermsb", "fsrm"};

/// Code for another processor runs if the device has every feature that the compiler may have used.
Compatibility checkProcessor(std::string_view target, const DeviceTarget& device) {
  const std::string name(target);
  const std::optional<Info> code = entryOf(target), found = entryOf(device.architecture);
  const char* features = "/Isa/Features";
  if (!code || !code->contains(features))
    return doesNotRun("'" + name + "' is another processor than '" + device.architecture +
                      "', and the database does not know what it has");
  if (!found || !found->contains(features)) return doesNotRun("the database does not know what '" + device.architecture + "' has");
  const std::string family = "/Isa/Family";
  if (code->contains(family) && found->contains(family) && code->getString(family) != found->getString(family))
    return doesNotRun("'" + name + "' has another instruction set than '" + device.architecture + "'");
  const std::vector<std::string> has = found->getStringVector(features);
  for (const std::string& feature : code->getStringVector(features))
    if (std::find(has.begin(), has.end(), feature) == has.end() &&
        std::find(std::begin(tuning), std::end(tuning), feature) == std::end(tuning))
      return doesNotRun("'" + name + "' has " + feature + ", which '" + device.architecture + "' does not have");
  return runs(Fit::Family, static_cast<int>(code->at(features).getSize()),
              "'" + device.architecture + "' has all that '" + name + "' has");
}

bool isX86(const DeviceTarget& device) { return namedLevel(device) > 0 || has(device, "sse2"); }
bool isArm64(const DeviceTarget& device) { return device.architecture == "aarch64" || has(device, "asimd"); }

}  // namespace

std::optional<Compatibility> checkCpu(std::string_view target, const DeviceTarget& device) {
  if (target.starts_with("spir")) return std::nullopt;
  const int level = levelOf(target);
  const bool isGenericArm = target == "aarch64" || target == "arm64";
  if (device.type != "cpu") {
    if (level == 0 && !isGenericArm) return std::nullopt;
    return doesNotRun("'" + std::string(target) + "' is code for CPUs, and the device is '" + device.architecture + "'");
  }
  if (target == device.architecture) return runs(Fit::Exact, 0, "made for '" + device.architecture + "'");
  if (isGenericArm)
    return isArm64(device) ? runs(Fit::Family, 0, "every 64-bit Arm processor runs it")
                           : doesNotRun("the device is no 64-bit Arm processor");
  if (level == 0) return checkProcessor(target, device);
  if (!isX86(device)) return doesNotRun("'" + device.architecture + "' is no x86-64 processor");
  const std::string name = levelName(level);
  if (level <= namedLevel(device)) return runs(Fit::Family, level, "the device has all of " + name);
  const std::string missing = missingFor(device, level);
  if (!missing.empty()) return doesNotRun(name + " needs " + missing + ", which the device does not have");
  return runs(Fit::Family, level, "the device has all of " + name);
}

}  // namespace nexus::detail
