#include "device_test.h"

#include <barrier>
#include <thread>

namespace nexus::conformance {

void DeviceTest::SetUp() {
  nxs_runtime* runtime = nullptr;
  ASSERT_OK(table().runtime_open(&runtime));
  runtime_.reset(runtime);
  ASSERT_OK(table().runtime_device(runtime, subject().deviceIndex, &device));
  ASSERT_NE(device, nullptr);
}

Owned<nxs_buffer> DeviceTest::createBuffer(std::uint64_t size, void* hostPointer) {
  const nxs_buffer_desc desc = {sizeof desc, size, hostPointer, 0, 0, 0, 0};
  nxs_buffer* buffer = nullptr;
  EXPECT_OK(table().buffer_create(device, &desc, &buffer)) << "a buffer of " << size << " bytes";
  return Owned<nxs_buffer>(buffer);
}

Owned<nxs_stream> DeviceTest::createStream() {
  nxs_stream* stream = nullptr;
  EXPECT_OK(table().stream_create(device, &stream));
  return Owned<nxs_stream>(stream);
}

Owned<nxs_event> DeviceTest::createEvent(std::uint64_t initial) {
  nxs_event* event = nullptr;
  EXPECT_OK(table().event_create(device, initial, &event));
  return Owned<nxs_event>(event);
}

Submission DeviceTest::submit(nxs_stream* stream, std::span<const nxs_command> commands, std::uint32_t flags) {
  Submission result = {NXS_SUCCESS, 0};
  result.status =
      table().stream_submit(stream, commands.data(), static_cast<std::uint32_t>(commands.size()), flags, &result.ticket);
  return result;
}

void DeviceTest::run(nxs_stream* stream, std::initializer_list<nxs_command> commands) {
  ASSERT_OK(submit(stream, commands).status);
  finish(stream);
}

std::uint64_t DeviceTest::completed(nxs_stream* stream) {
  std::uint64_t ticket = 0;
  EXPECT_OK(table().stream_query(stream, &ticket));
  return ticket;
}

std::uint64_t DeviceTest::valueOf(nxs_event* event) {
  std::uint64_t value = 0;
  EXPECT_OK(table().event_query(event, &value));
  return value;
}

nxs_stream* DeviceTest::transfers() {
  if (!transfers_) transfers_ = createStream();
  return transfers_.get();
}

void DeviceTest::write(nxs_buffer* buffer, std::span<const std::byte> bytes, std::uint64_t offset) {
  run(transfers(), {writeCommand(buffer, offset, bytes.data(), bytes.size())});
}

std::vector<std::byte> DeviceTest::read(nxs_buffer* buffer, std::uint64_t size, std::uint64_t offset) {
  return readAs<std::byte>(buffer, size, offset);
}

std::optional<std::int64_t> DeviceTest::intProperty(std::uint32_t property) const {
  nxs_value value = {};
  if (table().device_property(device, property, &value) != NXS_SUCCESS || value.type != NXS_VALUE_INT) return std::nullopt;
  return value.as.i;
}

std::optional<Size3> DeviceTest::size3Property(std::uint32_t property) const {
  nxs_value value = {};
  if (table().device_property(device, property, &value) != NXS_SUCCESS || value.type != NXS_VALUE_INT_VECTOR || value.count != 3)
    return std::nullopt;
  Size3 size;
  for (int d = 0; d < 3; ++d) size[d] = static_cast<std::uint64_t>(value.as.i_vec[d]);
  return size;
}

std::vector<std::byte> someBytes(std::size_t size, std::uint32_t seed) {
  std::vector<std::byte> bytes(size);
  std::uint32_t state = seed * 2654435761u + 1;
  for (std::byte& byte : bytes) {
    state = state * 1664525u + 1013904223u;
    byte = static_cast<std::byte>(state >> 24);
  }
  return bytes;
}

void onThreads(const std::function<void(int)>& body) {
  std::barrier start(threadCount);
  std::vector<std::jthread> threads;
  for (int i = 0; i < threadCount; ++i)
    threads.emplace_back([&, i] {
      start.arrive_and_wait();
      body(i);
    });
}

}  // namespace nexus::conformance
