// Runtimes and their devices; runtimes beside each other.
#include "device_test.h"

#include <set>

namespace nexus::conformance {
namespace {

Owned<nxs_runtime> openRuntime() {
  nxs_runtime* runtime = nullptr;
  EXPECT_OK(table().runtime_open(&runtime));
  return Owned<nxs_runtime>(runtime);
}

std::uint32_t deviceCount(nxs_runtime* runtime) {
  std::uint32_t count = 0;
  EXPECT_OK(table().runtime_device_count(runtime, &count));
  return count;
}

nxs_device* deviceAt(nxs_runtime* runtime, std::uint32_t index) {
  nxs_device* device = nullptr;
  EXPECT_OK(table().runtime_device(runtime, index, &device));
  return device;
}

std::string stringProperty(nxs_runtime* runtime, std::uint32_t property) {
  nxs_value value = {};
  EXPECT_OK(table().runtime_property(runtime, property, &value));
  return value.type == NXS_VALUE_STRING ? value.as.s : "";
}

/// Enough use of a device to make its context.
void useDevice(nxs_device* device) {
  nxs_stream* stream = nullptr;
  ASSERT_OK(table().stream_create(device, &stream));
  const Owned<nxs_stream> owned(stream);
  const nxs_buffer_desc desc = {sizeof desc, 64, nullptr, 0, 0, 0, 0};
  nxs_buffer* buffer = nullptr;
  ASSERT_OK(table().buffer_create(device, &desc, &buffer));
  const Owned<nxs_buffer> ownedBuffer(buffer);
  std::uint64_t out = 0;
  const nxs_command commands[] = {fillCommand(buffer, 0, 64, std::uint64_t{77}), readCommand(&out, buffer, 8, 8)};
  std::uint64_t ticket = 0;
  ASSERT_OK(table().stream_submit(stream, commands, 2, 0, &ticket));
  ASSERT_OK(table().stream_synchronize(stream, patience));
  EXPECT_EQ(out, 77u);
}

TEST(Runtime, HasDevicesOfItsOwn) {
  const auto runtime = openRuntime();
  const std::uint32_t count = deviceCount(runtime.get());
  ASSERT_GE(count, 1u);
  std::set<nxs_device*> devices;
  for (std::uint32_t i = 0; i < count; ++i) {
    nxs_device* device = deviceAt(runtime.get(), i);
    ASSERT_NE(device, nullptr);
    devices.insert(device);
    EXPECT_EQ(deviceAt(runtime.get(), i), device) << "the order is stable";
  }
  EXPECT_EQ(devices.size(), count);
}

TEST(Runtime, NameIsThePluginsName) { EXPECT_EQ(stringProperty(openRuntime().get(), NXS_PROPERTY_Name), subject().plugin->name); }

TEST(Runtime, VersionIsThePluginsVersion) {
  EXPECT_EQ(stringProperty(openRuntime().get(), NXS_PROPERTY_Version), subject().plugin->version);
}

TEST(Runtime, DeviceCountPropertyAgrees) {
  const auto runtime = openRuntime();
  nxs_value value = {};
  if (table().runtime_property(runtime.get(), NXS_PROPERTY_DeviceCount, &value) == NXS_NOT_FOUND)
    GTEST_SKIP() << "the runtime does not know the property DeviceCount";
  EXPECT_EQ(value.as.i, deviceCount(runtime.get()));
}

TEST(Runtime, OpensTwiceAtOnce) {
  const auto first = openRuntime(), second = openRuntime();
  EXPECT_NE(first.get(), second.get());
  EXPECT_NE(deviceAt(first.get(), 0), deviceAt(second.get(), 0));
  useDevice(deviceAt(first.get(), subject().deviceIndex));
  useDevice(deviceAt(second.get(), subject().deviceIndex));
}

TEST(Runtime, ClosingOneLeavesTheOther) {
  auto first = openRuntime(), second = openRuntime();
  first.reset();
  useDevice(deviceAt(second.get(), subject().deviceIndex));
  first = openRuntime();
  second.reset();
  useDevice(deviceAt(first.get(), subject().deviceIndex));
}

TEST(Runtime, OpensAHundredTimes) {
  for (int i = 0; i < 100; ++i) ASSERT_GE(deviceCount(openRuntime().get()), 1u);
}

TEST(Runtime, OpensAndWorksAgainAndAgain) {
  for (int i = 0; i < 20; ++i) useDevice(deviceAt(openRuntime().get(), subject().deviceIndex));
}

TEST(Runtime, OpensFromSeveralThreads) {
  onThreads([](int) {
    for (int i = 0; i < 5; ++i) useDevice(deviceAt(openRuntime().get(), subject().deviceIndex));
  });
}

TEST(Runtime, ClosesWithoutBeingUsed) {
  const auto runtime = openRuntime();
  deviceAt(runtime.get(), 0);
}

}  // namespace
}  // namespace nexus::conformance
