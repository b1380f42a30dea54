// A device's clock by the host's: drift, disturbed comparisons, pauses.
#include "plugins/support/clock_map.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

namespace {

using nexus::plugin_support::ClockMap;

constexpr std::uint64_t second = 1'000'000'000, start = 7'000 * second;
/// The device's clock began elsewhere and goes 80 ppm too fast.
constexpr double drift = 80e-6;
std::uint64_t deviceAt(std::uint64_t host) {
  return 123 + host - start + static_cast<std::uint64_t>(static_cast<double>(host - start) * drift);
}

std::int64_t errorAt(const ClockMap& map, std::uint64_t host) {
  return static_cast<std::int64_t>(map.toHost(deviceAt(host)) - host);
}

TEST(ClockMap, OneComparisonTellsTheOffset) {
  ClockMap map;
  map.compare(500, 10 * second);
  EXPECT_EQ(map.toHost(500), 10 * second);
  EXPECT_EQ(map.toHost(1'500), 10 * second + 1'000);
  EXPECT_EQ(map.toHost(400), 10 * second - 100) << "before the first comparison";
}

TEST(ClockMap, FollowsTheDrift) {
  ClockMap map;
  for (std::uint64_t i = 0; i < 20; ++i) map.compare(deviceAt(start + i * second), start + i * second);
  for (std::uint64_t i = 4 * second; i < 20 * second; i += second / 7) EXPECT_LT(std::abs(errorAt(map, start + i)), 100) << i;
}

TEST(ClockMap, HasNoJumpsWhereComparisonsAreOff) {
  ClockMap map;
  std::minstd_rand random;
  for (std::uint64_t i = 0; i < 50; ++i)
    map.compare(deviceAt(start + i * second), start + i * second + static_cast<std::uint64_t>(random() % 20'000));
  std::uint64_t last = map.toHost(deviceAt(start + second));
  for (std::uint64_t at = second; at < 51 * second; at += second / 1'000) {
    const std::uint64_t now = map.toHost(deviceAt(start + at));
    ASSERT_NEAR(static_cast<double>(now - last), at == second ? 0 : 1e6, 300) << at;
    last = now;
    EXPECT_LT(std::abs(errorAt(map, start + at)), 100'000);
  }
}

TEST(ClockMap, JoinsTheEndsOfAPause) {
  ClockMap map;
  for (std::uint64_t i = 0; i < 3; ++i) map.compare(deviceAt(start + i * second), start + i * second);
  const std::uint64_t later = start + 60 * second;
  EXPECT_LT(std::abs(errorAt(map, later)), 10'000'000);
  map.compare(deviceAt(later), later);
  EXPECT_EQ(map.toHost(deviceAt(later)), later);
  for (std::uint64_t i = 2; i < 62; ++i) EXPECT_LT(std::abs(errorAt(map, start + i * second)), 100'000) << i;
  for (std::uint64_t i = 2; i < 62; ++i)
    EXPECT_LT(map.toHost(deviceAt(start + i * second - 1'000)), map.toHost(deviceAt(start + i * second))) << i;
}

TEST(ClockMap, BelievesNoComparisonBlindly) {
  ClockMap map;
  map.compare(1'000, start);
  map.compare(1'000 + second, start + 2 * second);
  EXPECT_EQ(map.toHost(1'000 + second), start + 2 * second) << "a clock that was set";
  EXPECT_NEAR(static_cast<double>(map.toHost(1'000 + 2 * second) - map.toHost(1'000 + second)), 1e9, 1.1e6)
      << "but goes as clocks do";
}

}  // namespace
