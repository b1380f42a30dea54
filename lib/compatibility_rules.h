#pragma once

#include <nexus/compatibility.h>

#include <optional>

namespace nexus::detail {

// The rules of each kind of target. All return nothing if `target` is no target of theirs.

std::optional<Compatibility> checkNvidia(std::string_view target, const DeviceTarget& device);
std::optional<Compatibility> checkAmd(std::string_view target, const DeviceTarget& device);
std::optional<Compatibility> checkCpu(std::string_view target, const DeviceTarget& device);

/// A fit and, among those of its kind, an order: the larger `within`, the better.
inline Compatibility runs(Fit fit, int within, std::string reason) {
  return {fit, static_cast<int>(fit) * 10000 + within, std::move(reason)};
}
inline Compatibility doesNotRun(std::string reason) { return {Fit::None, 0, std::move(reason)}; }

}  // namespace nexus::detail
