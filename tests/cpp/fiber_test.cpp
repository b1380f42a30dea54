// Items that wait for each other on one thread.
#include "plugins/cpu/fiber.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using nexus::cpu_plugin::FiberGroup;

/// Runs a callable as the items of a block.
template <class Item>
void runItems(FiberGroup& group, std::size_t count, Item&& item) {
  group.run(count, [](void* context, std::size_t index) { (*static_cast<std::remove_reference_t<Item>*>(context))(index); }, &item);
}

TEST(Fibers, RunEveryItemOnce) {
  FiberGroup group;
  for (const std::size_t count : {1u, 2u, 100u, 4096u, 3u}) {
    std::vector<int> runs(count);
    runItems(group, count, [&](std::size_t i) { ++runs[i]; });
    EXPECT_EQ(runs, std::vector<int>(count, 1));
  }
}

TEST(Fibers, NobodyPassesABarrierBeforeAllAreThere) {
  FiberGroup group;
  constexpr std::size_t count = 50;
  std::size_t arrived = 0;
  runItems(group, count, [&](std::size_t) {
    for (std::size_t round = 1; round <= 20; ++round) {
      ++arrived;
      group.barrier();
      EXPECT_EQ(arrived, round * count);
      group.barrier();
    }
  });
  EXPECT_EQ(arrived, 20 * count);
}

TEST(Fibers, ItemsThatEndAreNotWaitedFor) {
  FiberGroup group;
  std::vector<std::size_t> order;
  runItems(group, 4, [&](std::size_t i) {
    for (std::size_t round = 0; round < i; ++round) group.barrier();
    order.push_back(i);
  });
  EXPECT_EQ(order, (std::vector<std::size_t>{0, 1, 2, 3}));
}

TEST(Fibers, KeepTheirLocalsAndTheirFloatingPointValues) {
  FiberGroup group;
  runItems(group, 10, [&](std::size_t i) {
    double a = static_cast<double>(i), b = 2 * a, c = std::sqrt(a);
    std::string text(100, static_cast<char>('a' + i));
    volatile char stack[20'000];
    for (std::size_t k = 0; k < sizeof stack; ++k) stack[k] = static_cast<char>(i);
    group.barrier();
    EXPECT_EQ(a + b, 3.0 * static_cast<double>(i));
    EXPECT_EQ(c, std::sqrt(static_cast<double>(i)));
    EXPECT_EQ(text, std::string(100, static_cast<char>('a' + i)));
    for (std::size_t k = 0; k < sizeof stack; k += 500) EXPECT_EQ(stack[k], static_cast<char>(i));
  });
}

TEST(Fibers, MayThrowAndCatchInside) {
  FiberGroup group;
  int caught = 0;
  runItems(group, 10, [&](std::size_t i) {
    group.barrier();
    try {
      throw std::runtime_error(std::to_string(i));
    } catch (const std::exception& e) {
      EXPECT_EQ(e.what(), std::to_string(i));
      ++caught;
    }
    group.barrier();
  });
  EXPECT_EQ(caught, 10);
}

TEST(Fibers, OneGroupMayRunInsideAnother) {
  FiberGroup outer;
  std::size_t sum = 0;
  runItems(outer, 3, [&](std::size_t i) {
    FiberGroup inner;
    runItems(inner, 4, [&](std::size_t j) {
      inner.barrier();
      sum += 10 * i + j;
    });
    outer.barrier();
  });
  EXPECT_EQ(sum, 4 * (0 + 10 + 20) + 3 * (0 + 1 + 2 + 3u));
}

TEST(Fibers, EveryThreadHasItsOwn) {
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 3; ++thread)
    threads.emplace_back([] {
      FiberGroup group;
      for (int round = 0; round < 20; ++round) {
        std::size_t arrived = 0;
        runItems(group, 30, [&](std::size_t) {
          ++arrived;
          group.barrier();
          EXPECT_EQ(arrived, 30u);
        });
      }
    });
}

}  // namespace
