// The null plugin through its own table, without the core: what the core relies on when it is tested with this plugin.
#include "plugin.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstring>
#include <future>
#include <thread>
#include <vector>

namespace {

thread_local std::string last_message;

nxs_status setError(nxs_status status, std::int64_t, const char* message) {
  last_message = message;
  return status;
}

void ignoreLog(std::int32_t, const char*, const char*) {}

constexpr nxs_host host = {sizeof(nxs_host), NXS_ABI_MAJOR, NXS_ABI_MINOR, setError, ignoreLog};
constexpr std::uint64_t a_moment = 20'000'000;  // ns

nxs_command waitCommand(nxs_event* event, std::uint64_t value) {
  return {.kind = NXS_COMMAND_WAIT, .reserved = 0, .as = {.event = {event, value}}};
}

nxs_command signalCommand(nxs_event* event, std::uint64_t value) {
  return {.kind = NXS_COMMAND_SIGNAL, .reserved = 0, .as = {.event = {event, value}}};
}

nxs_command copyOut(void* destination, nxs_buffer* source, std::uint64_t size) {
  return {.kind = NXS_COMMAND_COPY, .reserved = 0, .as = {.copy = {nullptr, source, destination, nullptr, 0, 0, size}}};
}

nxs_command hostCall(void (*function)(void*, nxs_status), void* user) {
  return {.kind = NXS_COMMAND_HOST_CALL, .reserved = 0, .as = {.host_call = {function, user}}};
}

class NullPlugin : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(table.runtime_open(&runtime), NXS_SUCCESS);
    ASSERT_EQ(table.runtime_device(runtime, 0, &device), NXS_SUCCESS);
    ASSERT_EQ(table.stream_create(device, &stream), NXS_SUCCESS);
    ASSERT_EQ(table.event_create(device, 0, &event), NXS_SUCCESS);
  }
  void TearDown() override {
    if (stream) {
      EXPECT_EQ(table.stream_destroy(stream), NXS_SUCCESS);
    }
    if (event) {
      EXPECT_EQ(table.event_destroy(event), NXS_SUCCESS);
    }
    if (runtime) {
      EXPECT_EQ(table.runtime_close(runtime), NXS_SUCCESS);
    }
  }

  nxs_status submit(nxs_stream* to, std::vector<nxs_command> commands, std::uint32_t flags = 0) {
    return table.stream_submit(to, commands.data(), static_cast<std::uint32_t>(commands.size()), flags, &ticket);
  }
  nxs_buffer* createBuffer(std::uint64_t size, void* host_pointer = nullptr) {
    const nxs_buffer_desc desc = {sizeof desc, size, host_pointer, 0, 0, 0, 0};
    nxs_buffer* buffer = nullptr;
    EXPECT_EQ(table.buffer_create(device, &desc, &buffer), NXS_SUCCESS);
    return buffer;
  }
  std::int64_t freeMemory() {
    nxs_value value;
    EXPECT_EQ(table.device_property(device, NXS_PROPERTY_MemoryFree, &value), NXS_SUCCESS);
    return value.as.i;
  }

  const nxs_plugin plugin = null_plugin::makePlugin("null", &host);
  const nxs_plugin_table& table = plugin.table;
  nxs_runtime* runtime = nullptr;
  nxs_device* device = nullptr;
  nxs_stream* stream = nullptr;
  nxs_event* event = nullptr;
  std::uint64_t ticket = 99;
};

TEST_F(NullPlugin, CopiesAndFillsAtOnce) {
  nxs_buffer* buffer = createBuffer(8);
  nxs_command copy_in = {.kind = NXS_COMMAND_COPY, .reserved = 0, .as = {.copy = {buffer, nullptr, nullptr, "abcdef", 1, 0, 6}}};
  nxs_command fill = {.kind = NXS_COMMAND_FILL, .reserved = 0, .as = {.fill = {buffer, 2, 4, {'x', 'y'}, 2}}};
  char out[8] = {};
  ASSERT_EQ(submit(stream, {copy_in, fill, copyOut(out, buffer, 7)}), NXS_SUCCESS);
  EXPECT_EQ(ticket, 0u) << "everything has completed already";
  EXPECT_STREQ(out + 1, "axyxyf");
  table.buffer_destroy(buffer);
}

TEST_F(NullPlugin, WrapsHostMemoryWithoutACopy) {
  std::array<char, 4> memory = {'a', 'b', 'c', 'd'};
  const std::int64_t before = freeMemory();
  nxs_buffer* buffer = createBuffer(memory.size(), memory.data());
  void* pointer = nullptr;
  ASSERT_EQ(table.buffer_host_pointer(buffer, &pointer), NXS_SUCCESS);
  EXPECT_EQ(pointer, memory.data());
  EXPECT_EQ(freeMemory(), before);
  table.buffer_destroy(buffer);
}

TEST_F(NullPlugin, RunsOutOfMemory) {
  const std::int64_t all = freeMemory();
  nxs_buffer* small = createBuffer(4096);
  EXPECT_EQ(freeMemory(), all - 4096);
  const nxs_buffer_desc desc = {sizeof desc, static_cast<std::uint64_t>(all), nullptr, 0, 0, 0, 0};
  nxs_buffer* large = nullptr;
  EXPECT_EQ(table.buffer_create(device, &desc, &large), NXS_OUT_OF_MEMORY);
  EXPECT_EQ(large, nullptr);
  EXPECT_NE(last_message.find("1 GiB"), std::string::npos) << last_message;
  EXPECT_EQ(freeMemory(), all - 4096);
  table.buffer_destroy(small);
  EXPECT_EQ(freeMemory(), all);
}

TEST_F(NullPlugin, AWaitHoldsBackWhatFollows) {
  nxs_buffer* buffer = createBuffer(1);
  void* byte = nullptr;
  table.buffer_host_pointer(buffer, &byte);
  std::memset(byte, 1, 1);
  char out = 0;
  ASSERT_EQ(submit(stream, {waitCommand(event, 2), copyOut(&out, buffer, 1)}), NXS_SUCCESS);
  EXPECT_EQ(ticket, 2u);
  EXPECT_EQ(out, 0);
  EXPECT_EQ(table.stream_synchronize(stream, a_moment), NXS_TIMEOUT);
  ASSERT_EQ(table.event_signal(event, 1), NXS_SUCCESS);
  EXPECT_EQ(out, 0) << "1 is not what the stream waits for";
  ASSERT_EQ(table.event_signal(event, 5), NXS_SUCCESS);
  EXPECT_EQ(out, 1);
  std::uint64_t completed = 0;
  ASSERT_EQ(table.stream_query(stream, &completed), NXS_SUCCESS);
  EXPECT_EQ(completed, 2u);
  EXPECT_EQ(table.stream_synchronize(stream, 0), NXS_SUCCESS);
  table.buffer_destroy(buffer);
}

TEST_F(NullPlugin, StreamsReleaseEachOther) {
  nxs_stream* other = nullptr;
  ASSERT_EQ(table.stream_create(device, &other), NXS_SUCCESS);
  ASSERT_EQ(submit(stream, {waitCommand(event, 1), signalCommand(event, 2), waitCommand(event, 3), signalCommand(event, 4)}),
            NXS_SUCCESS);
  ASSERT_EQ(submit(other, {waitCommand(event, 2), signalCommand(event, 3), waitCommand(event, 4), signalCommand(event, 5)}),
            NXS_SUCCESS);
  ASSERT_EQ(table.event_signal(event, 1), NXS_SUCCESS);
  EXPECT_EQ(table.event_wait(event, 5, NXS_FOREVER), NXS_SUCCESS);
  EXPECT_EQ(table.stream_synchronize(stream, NXS_FOREVER), NXS_SUCCESS);
  EXPECT_EQ(table.stream_synchronize(other, NXS_FOREVER), NXS_SUCCESS);
  table.stream_destroy(other);
}

TEST_F(NullPlugin, AnInlineSubmitReturnsTheFailureAndEndsIt) {
  ASSERT_EQ(table.event_signal(event, 3), NXS_SUCCESS);
  EXPECT_EQ(submit(stream, {signalCommand(event, 2)}, NXS_SUBMIT_INLINE), NXS_INVALID_ARGUMENT);
  EXPECT_NE(last_message.find('2'), std::string::npos) << last_message;
  EXPECT_EQ(table.stream_synchronize(stream, NXS_FOREVER), NXS_SUCCESS);
}

TEST_F(NullPlugin, AFailureSkipsWhatFollowsAndFailsItsEvents) {
  nxs_event* skipped = nullptr;
  ASSERT_EQ(table.event_create(device, 7, &skipped), NXS_SUCCESS);
  ASSERT_EQ(table.event_signal(event, 1), NXS_SUCCESS);
  ASSERT_EQ(submit(stream, {signalCommand(event, 1), waitCommand(event, 1000), signalCommand(skipped, 8)}), NXS_SUCCESS);
  EXPECT_EQ(ticket, 3u) << "0 would tell the core that there is nothing left to wait for";
  std::uint64_t value = 0;
  EXPECT_EQ(table.event_query(skipped, &value), NXS_INVALID_ARGUMENT);
  EXPECT_EQ(table.event_wait(skipped, 8, NXS_FOREVER), NXS_INVALID_ARGUMENT);
  EXPECT_EQ(table.event_wait(skipped, 7, NXS_FOREVER), NXS_SUCCESS) << "7 was reached before";
  EXPECT_EQ(table.stream_synchronize(stream, NXS_FOREVER), NXS_INVALID_ARGUMENT);
  EXPECT_EQ(table.stream_synchronize(stream, NXS_FOREVER), NXS_SUCCESS) << "the first wait ends the failure";
  ASSERT_EQ(submit(stream, {waitCommand(skipped, 8)}), NXS_SUCCESS);
  EXPECT_EQ(table.stream_synchronize(stream, NXS_FOREVER), NXS_INVALID_ARGUMENT) << "waiting for a failed event fails too";
  table.event_destroy(skipped);
}

TEST_F(NullPlugin, AnEventOnlyGrowsAndTimesOut) {
  ASSERT_EQ(table.event_signal(event, 4), NXS_SUCCESS);
  EXPECT_EQ(table.event_signal(event, 4), NXS_INVALID_ARGUMENT);
  std::uint64_t value = 0;
  EXPECT_EQ(table.event_query(event, &value), NXS_SUCCESS);
  EXPECT_EQ(value, 4u);
  EXPECT_EQ(table.event_wait(event, 5, a_moment), NXS_TIMEOUT);
  std::thread signaller([&] { table.event_signal(event, 5); });
  EXPECT_EQ(table.event_wait(event, 5, NXS_FOREVER), NXS_SUCCESS);
  signaller.join();
}

TEST_F(NullPlugin, NotifiesOnceWhetherBeforeOrAfter) {
  std::atomic<int> calls = 0;
  const nxs_host_call count = {[](void* user, nxs_status status) {
                                 EXPECT_EQ(status, NXS_SUCCESS);
                                 ++*static_cast<std::atomic<int>*>(user);
                               },
                               &calls};
  ASSERT_EQ(table.event_notify(event, 2, count), NXS_SUCCESS);
  EXPECT_EQ(calls, 0);
  table.event_signal(event, 2);
  EXPECT_EQ(calls, 1);
  table.event_signal(event, 3);
  EXPECT_EQ(calls, 1);
  ASSERT_EQ(table.event_notify(event, 1, count), NXS_SUCCESS);
  EXPECT_EQ(calls, 2);
}

TEST_F(NullPlugin, HostCallsRunInOrderOnAThreadOfThePlugin) {
  std::promise<std::thread::id> called;
  const auto function = [](void* user, nxs_status) {
    static_cast<std::promise<std::thread::id>*>(user)->set_value(std::this_thread::get_id());
  };
  ASSERT_EQ(submit(stream, {waitCommand(event, 1), hostCall(function, &called), signalCommand(event, 2)}), NXS_SUCCESS);
  std::future<std::thread::id> thread = called.get_future();
  EXPECT_EQ(thread.wait_for(std::chrono::nanoseconds(a_moment)), std::future_status::timeout);
  table.event_signal(event, 1);
  EXPECT_EQ(table.event_wait(event, 2, NXS_FOREVER), NXS_SUCCESS);
  ASSERT_EQ(thread.wait_for(std::chrono::seconds(0)), std::future_status::ready) << "the signal came before the host call";
  EXPECT_NE(thread.get(), std::this_thread::get_id());
}

TEST_F(NullPlugin, AHostCallBehindAWaitThatNeverComesIsMadeAtTheLatestWhenTheRuntimeIsClosed) {
  std::atomic<nxs_status> status = NXS_SUCCESS;
  const auto function = [](void* user, nxs_status s) { *static_cast<std::atomic<nxs_status>*>(user) = s; };
  ASSERT_EQ(submit(stream, {waitCommand(event, 1), hostCall(function, &status)}), NXS_SUCCESS);
  table.stream_destroy(std::exchange(stream, nullptr));
  table.event_destroy(std::exchange(event, nullptr));
  table.runtime_close(std::exchange(runtime, nullptr));
  EXPECT_EQ(status, NXS_UNAVAILABLE);
}

TEST_F(NullPlugin, ADestroyedStreamStillCompletes) {
  ASSERT_EQ(submit(stream, {waitCommand(event, 1), signalCommand(event, 2)}), NXS_SUCCESS);
  table.stream_destroy(std::exchange(stream, nullptr));
  table.event_signal(event, 1);
  EXPECT_EQ(table.event_wait(event, 2, NXS_FOREVER), NXS_SUCCESS);
}

TEST_F(NullPlugin, SubmittedFromSeveralThreadsAllCommandsRunOnce) {
  constexpr int threads = 4;
  constexpr std::uint64_t turns = 500;
  std::array<nxs_event*, threads> events = {};
  std::vector<std::thread> submitters;
  for (nxs_event*& own : events) {
    ASSERT_EQ(table.event_create(device, 0, &own), NXS_SUCCESS);
    submitters.emplace_back([this, own] {
      for (std::uint64_t turn = 0; turn < turns; ++turn) {
        const nxs_command commands[] = {signalCommand(own, 2 * turn + 1), signalCommand(own, 2 * turn + 2)};
        std::uint64_t own_ticket = 0;
        EXPECT_EQ(table.stream_submit(stream, commands, 2, 0, &own_ticket), NXS_SUCCESS);
      }
    });
  }
  for (std::thread& submitter : submitters) submitter.join();
  EXPECT_EQ(table.stream_synchronize(stream, NXS_FOREVER), NXS_SUCCESS);
  std::uint64_t completed = 0;
  table.stream_query(stream, &completed);
  EXPECT_EQ(completed, threads * turns * 2);
  for (nxs_event* own : events) {
    std::uint64_t value = 0;
    EXPECT_EQ(table.event_query(own, &value), NXS_SUCCESS);
    EXPECT_EQ(value, 2 * turns);
    table.event_destroy(own);
  }
}

TEST_F(NullPlugin, OffersOneKernelWithoutMetadata) {
  const nxs_library_desc desc = {sizeof desc, "/no/such/file", nullptr, 0, nullptr, nullptr, nullptr};
  nxs_library* library = nullptr;
  ASSERT_EQ(table.library_create(device, &desc, &library), NXS_SUCCESS);
  std::uint32_t count = 0;
  EXPECT_EQ(table.library_kernel_count(library, &count), NXS_SUCCESS);
  EXPECT_EQ(count, 1u);
  nxs_kernel* by_name = nullptr;
  nxs_kernel* by_index = nullptr;
  EXPECT_EQ(table.library_kernel(library, "other", &by_name), NXS_NOT_FOUND);
  EXPECT_EQ(table.library_kernel(library, "noop", &by_name), NXS_SUCCESS);
  EXPECT_EQ(table.library_kernel_at(library, 0, &by_index), NXS_SUCCESS);
  EXPECT_EQ(by_name, by_index);
  nxs_kernel_info info = {};
  info.struct_size = offsetof(nxs_kernel_info, has_arguments);
  info.has_arguments = 77;
  EXPECT_EQ(table.kernel_info(by_name, &info), NXS_SUCCESS);
  EXPECT_STREQ(info.name, "noop");
  EXPECT_EQ(info.has_arguments, 77u) << "behind struct_size, nothing may be written";
  info.struct_size = sizeof info;
  EXPECT_EQ(table.kernel_info(by_name, &info), NXS_SUCCESS);
  EXPECT_EQ(info.has_arguments, 0u);
  table.library_destroy(library);
}

TEST_F(NullPlugin, PropertiesHaveTheTypesOfTheTable) {
  constexpr std::uint32_t String = NXS_VALUE_STRING, Int = NXS_VALUE_INT, Float = NXS_VALUE_FLOAT;
  constexpr std::uint32_t StringVector = NXS_VALUE_STRING_VECTOR, IntVector = NXS_VALUE_INT_VECTOR;
  int known = 0;
#define NEXUS_PROPERTY(id, name, property_type, change, unit, meaning)                                  \
  for (const bool of_device : {false, true}) {                                                          \
    nxs_value value = {};                                                                               \
    const nxs_status status = of_device ? table.device_property(device, NXS_PROPERTY_##name, &value)    \
                                        : table.runtime_property(runtime, NXS_PROPERTY_##name, &value); \
    if (status == NXS_NOT_FOUND) continue;                                                              \
    ++known;                                                                                            \
    EXPECT_EQ(status, NXS_SUCCESS) << #name;                                                            \
    EXPECT_EQ(value.type, property_type) << #name;                                                      \
    EXPECT_GE(value.count, 1u) << #name;                                                                \
  }
#include <nexus/property_table.h>
#undef NEXUS_PROPERTY
  EXPECT_GE(known, 15);
}

}  // namespace
