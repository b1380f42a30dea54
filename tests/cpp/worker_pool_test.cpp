// The threads of the CPU plugin: loops are done once and whole, tasks run or are taken back.
#include "plugins/cpu/worker_pool.h"
#include "plugins/cpu/memory.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <numeric>
#include <set>

namespace {

using nexus::cpu_plugin::Task;
using nexus::cpu_plugin::WorkerPool;

class WorkerPools : public testing::TestWithParam<std::size_t> {
 protected:
  WorkerPool pool{GetParam()};

  void expectLoop(std::size_t first, std::size_t end, std::size_t grain) {
    std::vector<std::atomic<int>> visits(end);
    std::atomic<bool> isBeyond = false;
    pool.loop(first, end, grain, [&](std::size_t begin, std::size_t count) {
      if (begin + count > end) isBeyond = true;
      for (std::size_t i = begin; i < std::min(begin + count, end); ++i) ++visits[i];
    });
    EXPECT_FALSE(isBeyond);
    for (std::size_t i = 0; i < end; ++i) ASSERT_EQ(visits[i], i >= first ? 1 : 0) << i;
  }
};

class Promised : public Task {
 public:
  explicit Promised(std::function<void()> body) : body_(std::move(body)) {}
  void run() noexcept override {
    body_();
    done_.set_value();
  }
  void wait() { done_.get_future().wait(); }

 private:
  std::function<void()> body_;
  std::promise<void> done_;
};

TEST_P(WorkerPools, EveryIndexIsVisitedOnce) {
  expectLoop(0, 1, 1);
  expectLoop(0, 1000, 1);
  expectLoop(7, 1000, 3);
  expectLoop(0, 1000, 999);
  expectLoop(0, 1000, 5000);
}

TEST_P(WorkerPools, LoopsOfManyThreadsAtOnce) {
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([this] {
      for (int round = 0; round < 200; ++round) expectLoop(0, 50, 4);
    });
}

TEST_P(WorkerPools, ALoopInsideALoop) {
  std::atomic<int> visits = 0;
  pool.loop(0, 8, 1, [&](std::size_t, std::size_t outer) {
    pool.loop(0, 8, 1, [&](std::size_t, std::size_t inner) { visits += static_cast<int>(outer * inner); });
  });
  EXPECT_EQ(visits, 64);
}

TEST_P(WorkerPools, TasksRunOnAnotherThread) {
  std::thread::id ran;
  const auto task = std::make_shared<Promised>([&] { ran = std::this_thread::get_id(); });
  pool.start();
  pool.post(task);
  task->wait();
  EXPECT_NE(ran, std::this_thread::get_id());
  EXPECT_NE(ran, std::thread::id());
  EXPECT_FALSE(pool.take(*task)) << "it has been run";
}

TEST_P(WorkerPools, ATaskThatNobodyHasBegunCanBeTakenBack) {
  std::promise<void> gate;
  const std::shared_future<void> isOpen = gate.get_future().share();
  std::vector<std::shared_ptr<Promised>> blockers;
  pool.start();
  for (std::size_t i = 0; i < GetParam(); ++i) {
    std::promise<void> begun;
    blockers.push_back(std::make_shared<Promised>([&] {
      begun.set_value();
      isOpen.wait();
    }));
    pool.post(blockers.back());
    begun.get_future().wait();
  }
  std::atomic<bool> hasRun = false;
  const auto task = std::make_shared<Promised>([&] { hasRun = true; });
  pool.post(task);
  EXPECT_TRUE(pool.take(*task));
  EXPECT_FALSE(pool.take(*task));
  expectLoop(0, 100, 1);  // nobody helps, so this thread does it all
  gate.set_value();
  for (const auto& blocker : blockers) blocker->wait();
  EXPECT_FALSE(hasRun);
}

TEST_P(WorkerPools, EndAfterTheirLastTask) {
  std::atomic<int> runs = 0;
  {
    WorkerPool ending(GetParam());
    ending.start();
    for (int i = 0; i < 50; ++i) ending.post(std::make_shared<Promised>([&] { ++runs; }));
  }
  EXPECT_EQ(runs, 50);
}

TEST_P(WorkerPools, CopyAndFillWhole) {
  for (const std::size_t size : {std::size_t{1}, std::size_t{1000}, (std::size_t{3} << 20) + 17}) {
    std::vector<unsigned char> source(size), target(size);
    std::iota(source.begin(), source.end(), static_cast<unsigned char>(size));
    copyMemory(pool, target.data(), source.data(), size);
    EXPECT_TRUE(target == source);
  }
  const unsigned char pattern[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  for (const std::size_t width : {1u, 2u, 4u, 8u, 16u})
    for (const std::size_t count : {std::size_t{1}, std::size_t{100}, (std::size_t{2} << 20) / width + 3}) {
      std::vector<unsigned char> target(width * count + 1, 0xff);
      fillMemory(pool, target.data(), width * count, pattern, width);
      for (std::size_t i = 0; i < width * count; ++i) ASSERT_EQ(target[i], pattern[i % width]) << i;
      EXPECT_EQ(target.back(), 0xff);
    }
}

INSTANTIATE_TEST_SUITE_P(, WorkerPools, testing::Values(1, 2, 3, 8), testing::PrintToStringParamName());

}  // namespace
