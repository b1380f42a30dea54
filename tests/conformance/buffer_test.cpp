// Memory of the device.
#include "device_test.h"

#include <cstring>

namespace nexus::conformance {
namespace {

constexpr std::uint64_t kibi = 1024, mebi = 1024 * kibi;

std::string sizeName(const testing::TestParamInfo<std::uint64_t>& info) { return std::to_string(info.param) + "Bytes"; }

using Buffer = DeviceTest;

class BufferOfSize : public DeviceTest, public testing::WithParamInterface<std::uint64_t> {};

TEST_P(BufferOfSize, KeepsItsBytes) {
  const auto buffer = createBuffer(GetParam());
  ASSERT_TRUE(buffer);
  const auto bytes = someBytes(GetParam(), 1);
  write(buffer.get(), bytes);
  EXPECT_TRUE(read(buffer.get(), GetParam()) == bytes);
}

INSTANTIATE_TEST_SUITE_P(Buffer, BufferOfSize,
                         testing::Values(1, 2, 3, 7, 15, 31, 63, 64, 65, 127, 255, 1000, 4095, 4096, 4097, 65'537, mebi - 1, mebi,
                                         mebi + 1, 2 * mebi - 1, 2 * mebi + 1, 16 * mebi + 3, 64 * mebi),
                         sizeName);

class WrappedBuffer : public DeviceTest, public testing::WithParamInterface<std::uint64_t> {};

TEST_P(WrappedBuffer, IsTheHostsMemory) {
  auto memory = someBytes(GetParam(), 2);
  const auto original = memory;
  const nxs_buffer_desc desc = {sizeof desc, memory.size(), memory.data(), 0, 0, 0, 0};
  nxs_buffer* created = nullptr;
  const nxs_status status = table().buffer_create(device, &desc, &created);
  if (status == NXS_UNSUPPORTED) GTEST_SKIP() << "buffer_create with host memory: " << reportedError().message;
  ASSERT_OK(status);
  Owned<nxs_buffer> buffer(created);
  EXPECT_TRUE(read(buffer.get(), memory.size()) == original) << "the contents are those of the host memory";
  const auto changed = someBytes(GetParam(), 3);
  write(buffer.get(), changed);
  buffer.reset();
  EXPECT_TRUE(memory == changed) << "what the device wrote is in the host memory";
}

INSTANTIATE_TEST_SUITE_P(Buffer, WrappedBuffer, testing::Values(1, 13, 64, 4096, 5000, mebi + 5), sizeName);

class HugeBuffer : public DeviceTest, public testing::WithParamInterface<std::uint64_t> {};

TEST_P(HugeBuffer, IsOutOfMemory) {
  const nxs_buffer_desc desc = {sizeof desc, GetParam(), nullptr, 0, 0, 0, 0};
  nxs_buffer* const untouched = reinterpret_cast<nxs_buffer*>(std::uintptr_t{0x55});
  nxs_buffer* buffer = untouched;
  EXPECT_TRUE(failsWith(NXS_OUT_OF_MEMORY, [&] { return table().buffer_create(device, &desc, &buffer); }));
  EXPECT_EQ(buffer, untouched) << "a failing call writes nothing";
  const auto small = createBuffer(64);
  EXPECT_TRUE(small) << "the device must still work";
}

INSTANTIATE_TEST_SUITE_P(Buffer, HugeBuffer,
                         testing::Values(std::uint64_t{1} << 50, std::uint64_t{1} << 62, (std::uint64_t{1} << 63) - 1,
                                         std::uint64_t{1} << 63, UINT64_MAX - 4096, UINT64_MAX - 63, UINT64_MAX),
                         sizeName);

TEST_F(Buffer, StartsAligned) {
  const auto alignment = intProperty(NXS_PROPERTY_BufferAlignment);
  if (!alignment) GTEST_SKIP() << "the device does not know the property BufferAlignment";
  if (!table().buffer_host_pointer && !table().buffer_device_pointer)
    GTEST_SKIP() << "the plugin has neither buffer_host_pointer nor buffer_device_pointer";
  for (const std::uint64_t size : {std::uint64_t{1}, std::uint64_t{3}, 100 * kibi, 3 * mebi, std::uint64_t{1}}) {
    const auto buffer = createBuffer(size);
    void* host = nullptr;
    if (table().buffer_host_pointer && table().buffer_host_pointer(buffer.get(), &host) == NXS_SUCCESS) {
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(host) % static_cast<std::uint64_t>(*alignment), 0u) << size;
    }
    std::uint64_t address = 0;
    if (table().buffer_device_pointer && table().buffer_device_pointer(buffer.get(), &address) == NXS_SUCCESS) {
      EXPECT_EQ(address % static_cast<std::uint64_t>(*alignment), 0u) << size;
    }
  }
}

TEST_F(Buffer, HostPointerShowsTheContents) {
  NEXUS_REQUIRE_ENTRY(buffer_host_pointer);
  const auto buffer = createBuffer(1000);
  const auto bytes = someBytes(1000, 4);
  write(buffer.get(), bytes);
  void* pointer = nullptr;
  const nxs_status status = table().buffer_host_pointer(buffer.get(), &pointer);
  if (status == NXS_UNSUPPORTED) GTEST_SKIP() << "buffer_host_pointer returns Unsupported: the memory is not visible to the host";
  ASSERT_OK(status);
  ASSERT_NE(pointer, nullptr);
  EXPECT_EQ(std::memcmp(pointer, bytes.data(), bytes.size()), 0);
  std::memset(pointer, 7, 1000);
  EXPECT_TRUE(read(buffer.get(), 1000) == std::vector<std::byte>(1000, std::byte{7})) << "what the host wrote";
  void* again = nullptr;
  ASSERT_OK(table().buffer_host_pointer(buffer.get(), &again));
  EXPECT_EQ(again, pointer);
}

TEST_F(Buffer, HostVisibilityAgreesWithTheProperty) {
  const auto isVisible = intProperty(NXS_PROPERTY_MemoryIsHostVisible);
  if (!isVisible) GTEST_SKIP() << "the device does not know the property MemoryIsHostVisible";
  const auto buffer = createBuffer(16);
  void* pointer = nullptr;
  const nxs_status status =
      table().buffer_host_pointer ? table().buffer_host_pointer(buffer.get(), &pointer) : nxs_status{NXS_UNSUPPORTED};
  EXPECT_EQ(status, *isVisible ? NXS_SUCCESS : NXS_UNSUPPORTED);
  if (status != NXS_SUCCESS) {
    EXPECT_EQ(pointer, nullptr) << "a failing call writes nothing";
  }
}

TEST_F(Buffer, DevicePointersDiffer) {
  NEXUS_REQUIRE_ENTRY(buffer_device_pointer);
  const auto a = createBuffer(256), b = createBuffer(256);
  std::uint64_t first = 0, second = 0;
  const nxs_status status = table().buffer_device_pointer(a.get(), &first);
  if (status == NXS_UNSUPPORTED) GTEST_SKIP() << "buffer_device_pointer returns Unsupported";
  ASSERT_OK(status);
  ASSERT_OK(table().buffer_device_pointer(b.get(), &second));
  EXPECT_GE(first < second ? second - first : first - second, 256u);
}

TEST_F(Buffer, WrappedPointerIsTheHosts) {
  NEXUS_REQUIRE_ENTRY(buffer_host_pointer);
  alignas(4096) static char memory[4096];
  const nxs_buffer_desc desc = {sizeof desc, sizeof memory, memory, 0, 0, 0, 0};
  nxs_buffer* created = nullptr;
  const nxs_status status = table().buffer_create(device, &desc, &created);
  if (status == NXS_UNSUPPORTED) GTEST_SKIP() << "buffer_create with host memory: " << reportedError().message;
  ASSERT_OK(status);
  const Owned<nxs_buffer> buffer(created);
  void* pointer = nullptr;
  ASSERT_OK(table().buffer_host_pointer(buffer.get(), &pointer));
  EXPECT_EQ(pointer, memory);
}

TEST_F(Buffer, ManyDoNotOverlap) {
  std::vector<Owned<nxs_buffer>> buffers;
  const auto stream = createStream();
  for (std::uint32_t i = 0; i < 500; ++i) {
    buffers.push_back(createBuffer(1 + i));
    ASSERT_TRUE(buffers.back());
    ASSERT_OK(submit(stream.get(), {fillCommand(buffers.back().get(), 0, 1 + i, static_cast<std::uint8_t>(i))}).status);
  }
  finish(stream.get());
  for (std::uint32_t i = 0; i < 500; ++i)
    ASSERT_TRUE(read(buffers[i].get(), 1 + i) == std::vector<std::byte>(1 + i, static_cast<std::byte>(i))) << i;
}

TEST_F(Buffer, IsGivenBack) {
  // Together more than most devices have, but never more than one buffer at a time.
  const std::uint64_t size = 64 * mebi;
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(createBuffer(size)) << i;
}

TEST_F(Buffer, AreMadeAndDestroyedFromSeveralThreads) {
  onThreads([&](int thread) {
    const auto stream = createStream();
    for (std::uint64_t i = 0; i < 50; ++i) {
      const std::uint64_t size = 1 + i * 997;
      const auto buffer = createBuffer(size);
      ASSERT_TRUE(buffer);
      std::vector<std::uint8_t> out(size);
      run(stream.get(), {fillCommand(buffer.get(), 0, size, static_cast<std::uint8_t>(thread + 1)),
                         readCommand(out.data(), buffer.get(), 0, size)});
      ASSERT_TRUE(out == std::vector<std::uint8_t>(size, static_cast<std::uint8_t>(thread + 1)));
    }
  });
}

}  // namespace
}  // namespace nexus::conformance
