// CUDA: code of one major version runs on the same and later minor versions, PTX on every later version. The suffix 'a' restricts
// both to the very version, 'f' to the family. Source: CUDA C++ Programming Guide, "Compute Capabilities"; families as ptxas 13.5
// accepts them.
#include "compatibility_rules.h"

#include <charconv>

namespace nexus::detail {

namespace {

struct Version {
  int major = 0, minor = 0;
  char suffix = 0;
  int number() const { return major * 10 + minor; }
  std::string text() const { return std::to_string(major) + "." + std::to_string(minor); }
};

/// "90a" after `prefix`.
std::optional<Version> parse(std::string_view text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return std::nullopt;
  text.remove_prefix(prefix.size());
  int number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view suffix(rest, static_cast<std::size_t>(text.data() + text.size() - rest));
  if (error != std::errc() || number < 10 || suffix.size() > 1 || (suffix.size() == 1 && suffix != "a" && suffix != "f"))
    return std::nullopt;
  return Version{number / 10, number % 10, suffix.empty() ? '\0' : suffix[0]};
}

/// 10.1, later called 11.0, is a family of its own.
bool isOfFamily(const Version& device, const Version& code) {
  return device.major == code.major && device.minor >= code.minor &&
         (device.number() == code.number() || (device.number() != 101 && code.number() != 101));
}

}  // namespace

std::optional<Compatibility> checkNvidia(std::string_view target, const DeviceTarget& device) {
  const std::optional<Version> binary = parse(target, "sm_"), ptx = parse(target, "compute_");
  if (!binary && !ptx) return std::nullopt;
  const std::string name(target);
  const std::optional<Version> found = parse(device.architecture, "sm_");
  if (!found) return doesNotRun("'" + name + "' is code for NVIDIA GPUs, and the device is '" + device.architecture + "'");
  const Version code = binary ? *binary : *ptx;
  const std::string what = (binary ? "code" : "PTX") + std::string(" for ") + code.text(),
                    here = "; the device is " + found->text();
  const bool isSame = code.number() == found->number();
  // Code for the very version may use everything that it has.
  const int within = code.number() * 4 + (code.suffix == 'a' ? 2 : code.suffix == 'f' ? 1 : 0);
  const Fit fit = ptx ? Fit::Portable : isSame ? Fit::Exact : Fit::Family;
  switch (code.suffix) {
    case 'a':
      if (!isSame) return doesNotRun(what + "a runs on " + code.text() + " only" + here);
      return runs(fit, within, what + "a, the device's own version");
    case 'f':
      if (!isOfFamily(*found, code)) return doesNotRun(what + "f runs on later versions of its family only" + here);
      return runs(fit, within, what + "f, whose family the device is of");
    default: break;
  }
  if (ptx) {
    if (found->number() < code.number()) return doesNotRun(what + " needs a device of that version or later" + here);
    return runs(fit, within, what + ", which the driver compiles for " + found->text());
  }
  if (found->major != code.major || found->minor < code.minor)
    return doesNotRun(what + " runs on versions from " + code.text() + " up to the end of " + std::to_string(code.major) + ".x" +
                      here);
  return runs(fit, within, isSame ? what + ", the device's own version" : what + ", which runs on " + found->text());
}

}  // namespace nexus::detail
