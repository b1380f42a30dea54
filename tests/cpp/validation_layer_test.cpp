// The validation layer itself, over the table of the null plugin: what the core never does is done here.
#include "lib/validation_layer.h"
#include "lib/plugin_module.h"
#include "tests/plugins/null/plugin.h"

#include <nexus/validation.h>

#include <gtest/gtest.h>

namespace {

std::string lastMessage;

nxs_status setError(nxs_status status, std::int64_t, const char* message) {
  lastMessage = message;
  return status;
}
const nxs_host host = {sizeof(nxs_host), NXS_ABI_MAJOR, NXS_ABI_MINOR, setError, [](std::int32_t, const char*, const char*) {}};

}  // namespace

// The one thing of the core that the layer calls.
nxs_status nexus::detail::PluginModule::setError(nxs_status status, const char* message) { return ::setError(status, 0, message); }

namespace {

using nexus::detail::LayerSlots;
using nexus::detail::ValidationLayer;

class Layer : public testing::Test {
 protected:
  const nxs_plugin plugin = null_plugin::makePlugin("null", &host);
  const nxs_plugin_table& table = *LayerSlots<ValidationLayer>::install(plugin.table, "null");
  nxs_runtime* runtime = nullptr;
  nxs_device* device = nullptr;

  Layer() {
    nexus::setCreationSite([] { return std::string("model.py:17"); });
    EXPECT_EQ(table.runtime_open(&runtime), NXS_SUCCESS);
    EXPECT_EQ(table.runtime_device(runtime, 0, &device), NXS_SUCCESS);
  }
  ~Layer() override {
    EXPECT_EQ(table.runtime_close(runtime), NXS_SUCCESS);
    nexus::setCreationSite(nullptr);
  }

  nxs_buffer* createBuffer(std::uint64_t size) {
    const nxs_buffer_desc desc = {sizeof desc, size, nullptr, 0, 0, 0, 0};
    nxs_buffer* buffer = nullptr;
    EXPECT_EQ(table.buffer_create(device, &desc, &buffer), NXS_SUCCESS);
    return buffer;
  }
  nxs_stream* createStream() {
    nxs_stream* stream = nullptr;
    EXPECT_EQ(table.stream_create(device, &stream), NXS_SUCCESS);
    return stream;
  }
  nxs_event* createEvent() {
    nxs_event* event = nullptr;
    EXPECT_EQ(table.event_create(device, 0, &event), NXS_SUCCESS);
    return event;
  }
  nxs_status submit(nxs_stream* stream, const nxs_command& command) {
    std::uint64_t ticket = 0;
    return table.stream_submit(stream, &command, 1, 0, &ticket);
  }
  static nxs_command fill(nxs_buffer* buffer, std::uint64_t offset, std::uint64_t size) {
    nxs_command command{};
    command.kind = NXS_COMMAND_FILL;
    command.as.fill = {buffer, offset, size, {1}, 1};
    return command;
  }
  static testing::AssertionResult refused(nxs_status status, const std::string& part) {
    if (status != NXS_INVALID_ARGUMENT) return testing::AssertionFailure() << "status " << status;
    if (lastMessage.find(part) == std::string::npos) return testing::AssertionFailure() << lastMessage;
    return testing::AssertionSuccess();
  }
};

TEST_F(Layer, RefusesWhatIsNotAlive) {
  nxs_buffer* buffer = createBuffer(16);
  nxs_stream* stream = createStream();
  nxs_event* event = createEvent();
  EXPECT_EQ(table.buffer_destroy(buffer), NXS_SUCCESS);
  EXPECT_TRUE(refused(table.buffer_destroy(buffer), "validation: the buffer at"));
  EXPECT_TRUE(refused(submit(stream, fill(buffer, 0, 16)), "is not alive: it was given back"));
  EXPECT_TRUE(
      refused(table.event_signal(reinterpret_cast<nxs_event*>(stream), 1), "made at model.py:17, is a stream, not an event"));
  EXPECT_EQ(table.event_destroy(event), NXS_SUCCESS);
  EXPECT_TRUE(refused(table.event_destroy(event), "the event at"));
  EXPECT_EQ(table.stream_destroy(stream), NXS_SUCCESS);
}

TEST_F(Layer, RefusesRangesBeyondTheBuffer) {
  nxs_buffer* buffer = createBuffer(16);
  nxs_stream* stream = createStream();
  EXPECT_TRUE(refused(submit(stream, fill(buffer, 8, 9)), "the buffer made at model.py:17 has 16 bytes; bytes 8 to 17 are used"));
  EXPECT_TRUE(refused(submit(stream, fill(buffer, UINT64_MAX, 1)), "has 16 bytes"));
  nxs_command copy{};
  copy.kind = NXS_COMMAND_COPY;
  copy.as.copy.destination = copy.as.copy.source = buffer;
  copy.as.copy.destination_offset = 4;
  copy.as.copy.size = 8;
  EXPECT_TRUE(refused(submit(stream, copy), "a copy's source and destination overlap"));
  copy.as.copy.destination_offset = 8;
  EXPECT_EQ(submit(stream, copy), NXS_SUCCESS) << lastMessage;
  EXPECT_EQ(table.stream_synchronize(stream, NXS_FOREVER), NXS_SUCCESS);
  EXPECT_EQ(table.stream_destroy(stream), NXS_SUCCESS);
  EXPECT_EQ(table.buffer_destroy(buffer), NXS_SUCCESS);
}

TEST_F(Layer, RefusesCommandsThatAreNone) {
  nxs_stream* stream = createStream();
  nxs_command command{};
  command.kind = 77;
  EXPECT_TRUE(refused(submit(stream, command), "there is no command of kind 77"));
  command.kind = NXS_COMMAND_HOST_CALL;
  EXPECT_TRUE(refused(submit(stream, command), "a host call has no function"));
  command.kind = NXS_COMMAND_TIMESTAMP;
  EXPECT_TRUE(refused(submit(stream, command), "a timestamp has nowhere to go"));
  EXPECT_EQ(table.stream_destroy(stream), NXS_SUCCESS);
}

TEST_F(Layer, LeavesItToALaunchToSayThatTheDeviceIsLost) {
  nxs_plugin_table lost = plugin.table;
  lost.kernel_info = [](nxs_kernel*, nxs_kernel_info*) -> nxs_status { return NXS_DEVICE_LOST; };
  lost.stream_submit = [](nxs_stream*, const nxs_command*, std::uint32_t, std::uint32_t, std::uint64_t*) -> nxs_status {
    return NXS_DEVICE_LOST;
  };
  const nxs_plugin_table* const layer = LayerSlots<ValidationLayer>::install(lost, "lost");
  nxs_stream* stream = nullptr;
  ASSERT_EQ(layer->stream_create(device, &stream), NXS_SUCCESS);
  nxs_command launch{};
  launch.kind = NXS_COMMAND_LAUNCH;
  std::uint64_t ticket = 0;
  EXPECT_EQ(layer->stream_submit(stream, &launch, 1, 0, &ticket), NXS_DEVICE_LOST);
  EXPECT_EQ(layer->stream_destroy(stream), NXS_SUCCESS);
  LayerSlots<ValidationLayer>::remove(layer);
}

TEST_F(Layer, WarnsOfLeaksWithTheirCreationSite) {
  nxs_event* event = createEvent();
  testing::internal::CaptureStderr();
  LayerSlots<ValidationLayer>::forEach([](const ValidationLayer& layer) { layer.warnOfLeaks(); });
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "nexus: validation: null: an event made at model.py:17 was never given back\n");
  EXPECT_EQ(table.event_destroy(event), NXS_SUCCESS);
}

TEST_F(Layer, NamesTheCallingModuleIfNoLanguageTellsMore) {
  nexus::setCreationSite(nullptr);
  nxs_event* event = createEvent();
  testing::internal::CaptureStderr();
  LayerSlots<ValidationLayer>::forEach([](const ValidationLayer& layer) { layer.warnOfLeaks(); });
  EXPECT_NE(testing::internal::GetCapturedStderr().find("was never given back"), std::string::npos);
  EXPECT_EQ(table.event_destroy(event), NXS_SUCCESS);
}

}  // namespace
