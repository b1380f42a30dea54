#include "plugins/support/clock_map.h"

#include <algorithm>
#include <cmath>

namespace nexus::plugin_support {

namespace {
// Nobody converts times that are so many comparisons old.
constexpr std::size_t mostLines = 1000;
// Real clocks drift by less, and a comparison that asks for more was disturbed.
constexpr double mostDrift = 1e-3;

double limited(double rate) { return std::clamp(rate, 1 - mostDrift, 1 + mostDrift); }
double difference(std::uint64_t a, std::uint64_t b) { return static_cast<double>(static_cast<std::int64_t>(a - b)); }
}  // namespace

std::uint64_t ClockMap::onLine(const Line& line, std::uint64_t device) {
  return line.host + static_cast<std::uint64_t>(std::llround(difference(device, line.device) * line.rate));
}

void ClockMap::compare(std::uint64_t device, std::uint64_t host) {
  std::lock_guard lock(mutex_);
  Line line = {device, host, 1};
  if (!lines_.empty()) {
    const double passed = difference(device, comparedDevice_);
    if (passed <= 0) return;
    const std::uint64_t expected = onLine(lines_.back(), device);
    const double error = difference(host, expected);
    line.rate = difference(host, comparedHost_) / passed;
    if (passed < 2.0 * period && std::abs(error) < mostDrift * period) {
      line.host = expected;
      line.rate += error / period;
    } else {
      // What lies in between was not told yet but for its first second, so that the line may still be made to meet the new one.
      Line& before = lines_.back();
      before.rate = limited(difference(host, before.host) / difference(device, before.device));
    }
    line.rate = limited(line.rate);
  }
  lines_.push_back(line);
  if (lines_.size() > mostLines) lines_.pop_front();
  comparedDevice_ = device;
  comparedHost_ = host;
}

std::uint64_t ClockMap::toHost(std::uint64_t device) const {
  std::lock_guard lock(mutex_);
  const auto later =
      std::find_if(lines_.rbegin(), lines_.rend(), [&](const Line& line) { return difference(device, line.device) >= 0; });
  return onLine(later == lines_.rend() ? lines_.front() : *later, device);
}

}  // namespace nexus::plugin_support
