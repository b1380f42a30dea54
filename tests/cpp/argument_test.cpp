// What a kernel is given is checked against what it takes before anything runs.
#include "cpu_device.h"
#include "expect_error.h"

#include <gtest/gtest.h>

namespace {

using nexus::Argument;
using nexus::DType;
using nexus::InvalidArgumentError;

class Arguments : public testing::Test {
 protected:
  const nexus::Device device = cpuDevice();
  const nexus::Kernel saxpy = loadKernel(device, "basic", "saxpy");
  const nexus::Buffer x = zeros<float>(device, 4), y = zeros<float>(device, 4);

  testing::AssertionResult refuses(const nexus::Kernel& kernel, std::initializer_list<Argument> arguments,
                                   const std::vector<std::string>& texts) {
    const testing::AssertionResult launched =
        throws<InvalidArgumentError>([&] { kernel.launch({1}, {1}, arguments, blocking()); }, texts);
    if (!launched) return launched;
    // A schedule checks in the same way, and at once.
    return throws<InvalidArgumentError>([&] { device.createSchedule().createCommand(kernel, arguments, {1}, {1}); }, texts);
  }
};

TEST_F(Arguments, TooFewOrTooMany) {
  EXPECT_TRUE(refuses(saxpy, {}, {"kernel 'saxpy' takes 4 arguments (x, y, a, n), but 0 were given"}));
  EXPECT_TRUE(refuses(saxpy, {x, y, 1.0f}, {"4 arguments (x, y, a, n)", "3 were given"}));
  EXPECT_TRUE(refuses(saxpy, {x, y, 1.0f, 4, 5}, {"4 arguments (x, y, a, n)", "5 were given"}));
  EXPECT_TRUE(refuses(loadKernel(device, "basic", "noop"), {1}, {"kernel 'noop' takes 0 arguments ()", "1 were given"}));
}

TEST_F(Arguments, ANumberForABuffer) {
  EXPECT_TRUE(refuses(saxpy, {x, 3.0, 1.0f, 4}, {"kernel 'saxpy', argument 1 'y' takes a buffer, but a number was given"}));
}

TEST_F(Arguments, ABufferForANumber) {
  EXPECT_TRUE(refuses(saxpy, {x, y, x, 4}, {"kernel 'saxpy', argument 2 'a' takes a float32", "Buffer (4,) float32 on cpu:0"}));
}

TEST_F(Arguments, ABufferOfAnotherElementType) {
  EXPECT_TRUE(
      refuses(saxpy, {zeros<double>(device, 4), y, 1.0f, 4}, {"argument 0 'x' takes a buffer of float32", "Buffer (4,) float64"}));
  EXPECT_TRUE(refuses(saxpy, {x, device.createBuffer({2, 2}, DType::Int32), 1.0f, 4}, {"argument 1 'y'", "Buffer (2, 2) int32"}));
}

TEST_F(Arguments, AnUntypedParameterTakesEveryElementType) {
  const nexus::Kernel kernel = loadKernel(device, "arguments", "take_untyped");
  for (const DType dtype : {DType::Int32, DType::Float32, DType::BFloat16}) {
    const nexus::Buffer result = device.createBuffer({4}, dtype);
    kernel.launch({1}, {1}, {result, 77}, blocking());
    EXPECT_EQ(*static_cast<std::int32_t*>(result.getHostPointer()), 77);
  }
}

TEST_F(Arguments, ABufferOfAnotherDevice) {
  const nexus::Device other = anotherCpuDevice();
  EXPECT_TRUE(
      refuses(saxpy, {x, zeros<float>(other, 4), 1.0f, 4}, {"argument 1 'y'", "the buffer is on cpu:0, the kernel on cpu:0"}));
}

TEST_F(Arguments, AStreamOfAnotherDevice) {
  const nexus::LaunchOptions options = onStream(anotherCpuDevice().createStream());
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { saxpy.launch({1}, {1}, {x, y, 1.0f, 4}, options); },
                                           {"kernel 'saxpy'", "the stream is on"}));
}

TEST_F(Arguments, ReadOnlyMemoryThatTheKernelWrites) {
  const nexus::Kernel kernel = loadKernel(device, "arguments", "read_write");
  std::vector<float> memory(4);
  const nexus::Buffer readOnly = device.wrap(std::span<const float>(memory)), writable = device.wrap(memory);
  EXPECT_TRUE(refuses(kernel, {x, readOnly, y}, {"Buffer (4,) float32", "read-only"}));
  EXPECT_TRUE(refuses(kernel, {x, y, readOnly}, {"Buffer (4,) float32", "read-only"}));
  poke(writable, 2.5f);
  kernel.launch({1}, {1}, {readOnly, x, y}, blocking());
  EXPECT_EQ(peek<float>(x), 2.5f);
  kernel.launch({1}, {1}, {x, writable, writable}, blocking());
  EXPECT_EQ(memory[0], 5.0f);
}

TEST_F(Arguments, AValueThatIsNoNumber) {
  EXPECT_TRUE(refuses(loadKernel(device, "arguments", "take_pair"), {1},
                      {"kernel 'take_pair', argument 0 'pair' takes a value of 8 bytes"}));
}

TEST_F(Arguments, EmptyHandles) {
  EXPECT_TRUE(refuses(saxpy, {nexus::Buffer(), y, 1.0f, 4}, {"Buffer handle is empty"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { nexus::Kernel().launch({1}, {1}, {}); }, {"Kernel handle is empty"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { nexus::Library().getKernel("saxpy"); }, {"Library handle is empty"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { nexus::Device().createStream(); }, {"Device handle is empty"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { nexus::Runtime().getDevice(0); }, {"Runtime handle is empty"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { nexus::Stream().synchronize(); }, {"Stream handle is empty"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { nexus::Event().getValue(); }, {"Event handle is empty"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { nexus::Schedule().run(); }, {"Schedule handle is empty"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { nexus::Command().getKind(); }, {"Command handle is empty"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { nexus::Info().getKind(); }, {"Info handle is empty"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { nexus::System().getDevice(); }, {"System handle is empty"}));
  EXPECT_TRUE(
      throws<InvalidArgumentError>([&] { device.createSchedule().createCommand(nexus::Kernel()); }, {"Kernel handle is empty"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { device.createStream().wait(nexus::Event(), 1); }, {"Event handle is empty"}));
  EXPECT_EQ(nexus::Buffer().getHostPointer(), nullptr);
  nexus::Buffer moved = x;
  const nexus::Buffer target = std::move(moved);
  EXPECT_TRUE(target == x);
}

TEST_F(Arguments, ARefusedLaunchRunsNothing) {
  poke(x, 1.0f);
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { saxpy.launch({1}, {1}, {x, y, 1.0f, -1}, blocking()); }, {"argument 3 'n'"}));
  EXPECT_EQ(contents<float>(y), std::vector<float>(4));
  EXPECT_TRUE(device.getDefaultStream().synchronize(patience));
}

TEST_F(Arguments, MoreThanALaunchHasPlacesReady) {
  const nexus::Buffer result = zeros<std::int64_t>(device, 1);
  std::vector<Argument> arguments = {result};
  std::int64_t expected = 0;
  for (int i = 1; i <= 19; ++i) {
    arguments.emplace_back(100 - i);
    expected += (100 - i) * i;
  }
  const nexus::Kernel kernel = loadKernel(device, "arguments", "take_many");
  kernel.launch({1}, {1}, arguments, blocking());
  EXPECT_EQ(contents<std::int64_t>(result)[0], expected);
  arguments.pop_back();
  EXPECT_TRUE(
      throws<InvalidArgumentError>([&] { kernel.launch({1}, {1}, arguments, blocking()); }, {"20 arguments", "19 were given"}));
}

}  // namespace
