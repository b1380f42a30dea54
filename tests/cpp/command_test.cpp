// Commands of a schedule: how they are made, what is refused, and what a refusal leaves behind.
#include "cpu_device.h"
#include "expect_error.h"

#include <gtest/gtest.h>

namespace {

using nexus::CommandKind;
using nexus::DType;
using nexus::InvalidArgumentError;

class Commands : public testing::Test {
 protected:
  const nexus::Device device = cpuDevice();
  const nexus::Schedule schedule = device.createSchedule();
  const nexus::Kernel saxpy = loadKernel(device, "basic", "saxpy"), store = loadKernel(device, "order", "store");
  const nexus::Buffer result = zeros<std::int32_t>(device, 4);
};

TEST_F(Commands, KnowWhatTheyAre) {
  const nexus::Event event = device.createEvent();
  const std::vector<nexus::Command> made = {
      schedule.createCommand(store, {result, 1}, {1}, {1}), schedule.createCopyCommand(zeros<std::int32_t>(device, 4), result),
      schedule.createFillCommand(result, 0), schedule.createSignalCommand(event, 1), schedule.createWaitCommand(event, 1)};
  const CommandKind kinds[] = {CommandKind::Launch, CommandKind::Copy, CommandKind::Fill, CommandKind::Signal, CommandKind::Wait};
  const std::vector<nexus::Command> listed = schedule.getCommands();
  ASSERT_EQ(listed.size(), made.size());
  for (std::size_t i = 0; i < made.size(); ++i) {
    EXPECT_EQ(made[i].getKind(), kinds[i]);
    EXPECT_TRUE(listed[i] == made[i]);
    EXPECT_TRUE(made[i].getSchedule() == schedule);
  }
  EXPECT_TRUE(made[0].getKernel() == store);
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { made[1].getKernel(); }, {"command 1 (copy) is not a launch"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { made[2].setArg(0, 1); }, {"command 2 (fill) is not a launch"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { made[3].setArgs({1}); }, {"command 3 (signal) is not a launch"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { made[4].finalize({1}, {1}); }, {"command 4 (wait) is not a launch"}));
}

TEST_F(Commands, AreBuiltStepByStep) {
  const nexus::Command command = schedule.createCommand(store);
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { schedule.run(); },
                                           {"command 0 (kernel 'store') was not finalized", "finalize(grid, block)"}));
  EXPECT_TRUE(
      throws<InvalidArgumentError>([&] { command.finalize({1}, {1}); }, {"kernel 'store', argument 0 'result' was not set"}));
  command.setArg(1, 9);
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { command.finalize({1}, {1}); }, {"argument 0 'result' was not set"}));
  command.setArg(0, result);
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { command.finalize({0}, {1}); }, {"grid"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { schedule.run(); }, {"was not finalized"}));
  command.finalize({2}, {2});
  schedule.run();
  EXPECT_EQ(contents<std::int32_t>(result), std::vector<std::int32_t>(4, 9));
}

TEST_F(Commands, RefuseAnIndexThatTheKernelDoesNotHave) {
  const nexus::Command command = schedule.createCommand(store);
  for (const std::int64_t index :
       {std::int64_t{2}, std::int64_t{-1}, std::int64_t{1} << 40, std::numeric_limits<std::int64_t>::min()})
    EXPECT_TRUE(throws<InvalidArgumentError>([&] { command.setArg(index, 1); },
                                             {"kernel 'store' has no argument " + std::to_string(index) + ";", "0 to 1"}));
  const nexus::Command noop = schedule.createCommand(loadKernel(device, "basic", "noop"));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { noop.setArg(0, 1); }, {"no argument 0; it takes none"}));
}

TEST_F(Commands, OfAKernelWithoutMetadataTakeWhatTheyAreGiven) {
  const nexus::Command command = schedule.createCommand(loadKernel(device, "plain", "scale_index"));
  const nexus::Buffer values = zeros<double>(device, 4);
  command.setArg(1, 0.5);
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { command.finalize({1}, {4}); }, {"argument 0 was not set"}));
  command.setArg(0, values);
  command.finalize({1}, {4});
  schedule.run();
  EXPECT_EQ(contents<double>(values), (std::vector<double>{0, 0.5, 1, 1.5}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { command.setArg(64, 1); }, {"no argument 64"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { command.setArg(-1, 1); }, {"no argument -1"}));
}

TEST_F(Commands, ARefusedChangeLeavesTheCommandAsItWas) {
  const nexus::Command command = schedule.createCommand(store, {result, 1}, {4}, {1});
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { command.setArg(1, std::int64_t{1} << 40); },
                                           {"argument 1 'value'", "does not fit int32"}));
  EXPECT_TRUE(
      throws<InvalidArgumentError>([&] { command.setArgs({zeros<std::int32_t>(device, 4), 1.5}); }, {"argument 1 'value'"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { command.setArgs({result}); }, {"takes 2 arguments", "1 were given"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { command.finalize({1}, {5000}); }, {"block"}));
  schedule.run();
  EXPECT_EQ(contents<std::int32_t>(result), std::vector<std::int32_t>(4, 1));
}

TEST_F(Commands, ARefusedOneIsNotAdded) {
  schedule.createCommand(store, {result, 1}, {4}, {1});
  schedule.run();
  const nexus::Buffer x = zeros<float>(device, 4);
  const nexus::Device other = anotherCpuDevice();
  const nexus::Buffer foreign = zeros<std::int32_t>(other, 4);
  const std::vector<std::int32_t> memory(4);
  const nexus::Buffer readOnly = device.wrap(memory);
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { schedule.createCommand(store, {x, 1}, {1}, {1}); }, {"buffer of int32"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { schedule.createCommand(store, {result, 1}, {1}, {0}); }, {"block"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { schedule.createCommand(loadKernel(other, "order", "store")); },
                                           {"kernel 'store' is on cpu:0, the schedule on cpu:0"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { schedule.createCopyCommand(foreign, zeros<std::int32_t>(other, 4)); },
                                           {"neither is on cpu:0"}));
  EXPECT_TRUE(
      throws<InvalidArgumentError>([&] { schedule.createCopyCommand(result, x); },
                                   {"cannot copy Buffer (4,) float32 on cpu:0 to Buffer (4,) int32 on cpu:0", "must be equal"}));
  EXPECT_TRUE(
      throws<InvalidArgumentError>([&] { schedule.createCopyCommand(zeros<std::int32_t>(device, 5), result); }, {"must be equal"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { schedule.createCopyCommand(result, result); }, {"they overlap"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { schedule.createCopyCommand(readOnly, result); }, {"read-only"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { schedule.createFillCommand(readOnly, 1); }, {"read-only"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { schedule.createFillCommand(foreign, 1); }, {"cannot be used in a schedule"}));
  EXPECT_TRUE(
      throws<InvalidArgumentError>([&] { schedule.createFillCommand(result, 0.5); }, {"cannot fill Buffer (4,) int32", "0.5"}));
  EXPECT_TRUE(
      throws<InvalidArgumentError>([&] { schedule.createCopyFromHostCommand(result, std::vector<float>(4)); }, {"float32"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { schedule.createCopyToHostCommand(memory, result); }, {"read-only"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { schedule.createCallCommand({}); }, {"function", "empty"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { schedule.createWaitCommand(nexus::Event(), 1); }, {"Event handle is empty"}));
  EXPECT_EQ(schedule.getCommands().size(), 1u);
  schedule.run();
  EXPECT_EQ(contents<std::int32_t>(result), std::vector<std::int32_t>(4, 1));
}

TEST_F(Commands, CopyBetweenShapesOfEqualSize) {
  const nexus::Buffer wide = device.createBuffer({2, 3}, DType::Int32), tall = device.createBuffer({3, 2}, DType::Int32);
  wide.copyFrom(nexus::ArrayView(std::vector<std::int32_t>{1, 2, 3, 4, 5, 6}.data(), DType::Int32, {6}));
  schedule.createCopyCommand(tall, wide);
  schedule.run();
  EXPECT_EQ(contents<std::int32_t>(tall), (std::vector<std::int32_t>{1, 2, 3, 4, 5, 6}));
}

TEST_F(Commands, KeepTheirScheduleAlive) {
  nexus::Schedule dropped = device.createSchedule();
  const nexus::Command command = dropped.createCommand(store, {result, 1}, {4}, {1});
  dropped = nexus::Schedule();
  command.setArg(1, 6);
  command.getSchedule().run();
  EXPECT_EQ(contents<std::int32_t>(result), std::vector<std::int32_t>(4, 6));
}

TEST_F(Commands, KeepWhatTheyUseAlive) {
  std::vector<std::int32_t> memory(1);
  std::atomic<int> releases = 0;
  nexus::Command command = device.createSchedule().createCommand(loadKernel(device, "order", "store"));
  command.setArgs({device.wrap(memory, [&] { ++releases; }), 4});
  command.finalize({1}, {1});
  EXPECT_EQ(releases, 0);
  command.getSchedule().run();
  EXPECT_EQ(memory[0], 4);
  command.setArg(0, result);
  EXPECT_EQ(releases, 1) << "nothing is in flight";
  command = nexus::Command();
}

TEST_F(Commands, UseTheirArgumentsUpToManyOfThem) {
  const nexus::Kernel kernel = loadKernel(device, "arguments", "take_many");
  const nexus::Buffer sum = zeros<std::int64_t>(device, 1);
  const nexus::Command command = schedule.createCommand(kernel);
  command.setArg(0, sum);
  for (int i = 1; i <= 19; ++i) command.setArg(i, i);
  command.finalize({1}, {1});
  schedule.run();
  command.setArg(19, 0);
  schedule.run();
  std::int64_t expected = 0;
  for (std::int64_t i = 1; i <= 18; ++i) expected += i * i;
  EXPECT_EQ(contents<std::int64_t>(sum)[0], expected);
}

}  // namespace
