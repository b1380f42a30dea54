#pragma once

#include "commands.h"
#include "host_call_record.h"
#include "status_assertions.h"
#include "subject.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace nexus::conformance {

/// Nanoseconds after which a wait that must succeed has failed.
inline constexpr std::uint64_t patience = 60'000'000'000;
/// Nanoseconds for a wait that must time out.
inline constexpr std::uint64_t aMoment = 20'000'000;
inline constexpr int threadCount = 8;

/// Destroys objects of the plugin and checks that it works.
struct Destroy {
  void operator()(nxs_runtime* runtime) const { EXPECT_OK(table().runtime_close(runtime)); }
  void operator()(nxs_buffer* buffer) const { EXPECT_OK(table().buffer_destroy(buffer)); }
  void operator()(nxs_library* library) const { EXPECT_OK(table().library_destroy(library)); }
  void operator()(nxs_event* event) const { EXPECT_OK(table().event_destroy(event)); }
  void operator()(nxs_schedule* schedule) const { EXPECT_OK(table().schedule_destroy(schedule)); }
  /// Waits first, as the core does. A failure that nobody asked for is not lost: the test that caused it has looked at it.
  void operator()(nxs_stream* stream) const {
    const nxs_status status = table().stream_synchronize(stream, patience);
    EXPECT_NE(status, NXS_TIMEOUT) << "a stream does not finish its work";
    EXPECT_OK(table().stream_destroy(stream));
  }
};
template <class T>
using Owned = std::unique_ptr<T, Destroy>;

/// What a call of stream_submit or schedule_run gave.
struct Submission {
  nxs_status status;
  std::uint64_t ticket;
};

/// A test with the device under test. Objects that a test makes are destroyed before the runtime.
class DeviceTest : public testing::Test {
 protected:
  void SetUp() override;

  Owned<nxs_buffer> createBuffer(std::uint64_t size, void* hostPointer = nullptr);
  Owned<nxs_stream> createStream();
  Owned<nxs_event> createEvent(std::uint64_t initial = 0);

  static Submission submit(nxs_stream* stream, std::span<const nxs_command> commands, std::uint32_t flags = 0);
  static Submission submit(nxs_stream* stream, std::initializer_list<nxs_command> commands, std::uint32_t flags = 0) {
    return submit(stream, std::span(commands.begin(), commands.size()), flags);
  }
  /// Submits, waits, and expects both to succeed.
  static void run(nxs_stream* stream, std::initializer_list<nxs_command> commands);
  static void finish(nxs_stream* stream) { EXPECT_OK(table().stream_synchronize(stream, patience)); }
  static std::uint64_t completed(nxs_stream* stream);
  /// The value of an event that has not failed.
  static std::uint64_t valueOf(nxs_event* event);
  /// Makes the stream fail with InvalidArgument when it gets there: its event is at `value` already.
  static nxs_command failingCommand(nxs_event* event, std::uint64_t value) { return signalCommand(event, value); }

  /// Through a stream of their own.
  void write(nxs_buffer* buffer, std::span<const std::byte> bytes, std::uint64_t offset = 0);
  std::vector<std::byte> read(nxs_buffer* buffer, std::uint64_t size, std::uint64_t offset = 0);
  template <class T>
  std::vector<T> readAs(nxs_buffer* buffer, std::size_t count, std::uint64_t offset = 0) {
    std::vector<T> values(count);
    run(transfers(), {readCommand(values.data(), buffer, offset, count * sizeof(T))});
    return values;
  }
  template <class T>
  Owned<nxs_buffer> bufferOf(const std::vector<T>& values) {
    Owned<nxs_buffer> buffer = createBuffer(values.size() * sizeof(T));
    if (buffer) write(buffer.get(), std::as_bytes(std::span(values)));
    return buffer;
  }

  /// An integer property of the device; nothing if the device does not know it.
  std::optional<std::int64_t> intProperty(std::uint32_t property) const;
  /// The limits of MaxBlockDims or MaxGridDims; nothing if the device does not know them.
  std::optional<Size3> size3Property(std::uint32_t property) const;

  nxs_device* device = nullptr;

 private:
  nxs_stream* transfers();

  Owned<nxs_runtime> runtime_;
  Owned<nxs_stream> transfers_;
};

/// Bytes that look random and differ from seed to seed.
std::vector<std::byte> someBytes(std::size_t size, std::uint32_t seed);

/// Runs the body on `threadCount` threads at once, with the number of the thread.
void onThreads(const std::function<void(int)>& body);

}  // namespace nexus::conformance

/// Ends the test if the plugin lacks an optional entry.
#define NEXUS_REQUIRE_ENTRY(entry) \
  if (!::nexus::conformance::table().entry) GTEST_SKIP() << "the plugin has no " #entry
