// Places of a driver's queue that are given back when the driver is busy.
#include "plugins/support/spent_points.h"

#include <gtest/gtest.h>

#include <memory>

namespace {

using Point = std::shared_ptr<int>;
using nexus::plugin_support::SpentPoints;

TEST(SpentPoints, AreKeptUntilTheyAreGivenBack) {
  const Point point = std::make_shared<int>(1);
  SpentPoints<Point> spent;
  spent.keep(point);
  spent.keep(point);
  EXPECT_EQ(point.use_count(), 3);
  spent.giveBack();
  EXPECT_EQ(point.use_count(), 1);
  spent.keep(point);
  EXPECT_EQ(point.use_count(), 2);
}

TEST(SpentPoints, AreOnlyAFew) {
  const Point point = std::make_shared<int>(1);
  SpentPoints<Point> spent;
  for (int i = 0; i < 100; ++i) spent.keep(point);
  EXPECT_LT(point.use_count(), 10);
  spent.giveBack();
  EXPECT_EQ(point.use_count(), 1);
}

TEST(SpentPoints, WhatIsNoPlaceTakesNoRoom) {
  const Point point = std::make_shared<int>(1);
  SpentPoints<Point> spent;
  for (int i = 0; i < 100; ++i) spent.keep({});
  spent.keep(point);
  EXPECT_EQ(point.use_count(), 2);
}

TEST(SpentPoints, GoWithTheirKeeper) {
  const Point point = std::make_shared<int>(1);
  {
    SpentPoints<Point>().keep(point);
  }
  EXPECT_EQ(point.use_count(), 1);
}

}  // namespace
