// A device that stops working: every call says so, and everything can be dropped.
#include "faulty_plugin.h"
#include "watchdog.h"

#include "tests/cpp/expect_error.h"

#include <gtest/gtest.h>

#include <thread>

using namespace nexus;

namespace {

class DeviceLost : public testing::Test {
 protected:
  void SetUp() override { faulty::setScript(""); }
  void TearDown() override { faulty::setScript(""); }
};

TEST_F(DeviceLost, EveryLaterCallSaysSo) {
  const Watchdog watchdog("calls of a lost device");
  {
    const Device device = faulty::device();
    const std::vector<float> values(16);
    std::vector<float> result(16);
    const Library library = device.loadLibrary(kernelFile("basic"));
    const Kernel kernel = library.getKernel("noop");
    const Buffer buffer = device.createBuffer(values);
    const Stream stream = device.createStream();
    const Event event = device.createEvent();
    const Schedule schedule = device.createSchedule();
    schedule.createFillCommand(buffer, 1);
    schedule.createCallCommand([] {});  // is always queued, so that the stream must ask for its end
    schedule.run();
    schedule.run(stream, false);
    faulty::setScript("device:1=DEVICE_LOST");
    const std::pair<const char*, std::function<void()>> calls[] = {
        {"event_create", [&] { device.createEvent(); }},
        {"stream_create", [&] { device.createStream(); }},
        {"buffer_create", [&] { device.createBuffer(Shape{4}); }},
        {"library_create", [&] { device.loadLibrary(kernelFile("order")); }},
        {"library_kernel_count", [&] { library.getKernels(); }},
        {"library_kernel", [&] { library.getKernel("saxpy"); }},
        {"launch", [&] { kernel.launch(1, 1, {}); }},
        {"blocking launch", [&] { kernel.launch(1, 1, {}, blocking()); }},
        {"copy from", [&] { buffer.copyFrom(values); }},
        {"copy to", [&] { buffer.copyTo(result); }},
        {"fill", [&] { buffer.fill(1); }},
        {"query", [&] { stream.query(); }},
        {"synchronize", [&] { stream.synchronize(); }},
        {"synchronize with a timeout", [&] { stream.synchronize(0.01); }},
        {"stream signal", [&] { stream.signal(event, 2); }},
        {"stream wait", [&] { stream.wait(event, 2); }},
        {"event value", [&] { event.getValue(); }},
        {"event signal", [&] { event.signal(2); }},
        {"event wait", [&] { event.wait(2); }},
        {"run", [&] { schedule.run(); }},
        {"queued run", [&] { schedule.run(stream, false); }},
        {"live property", [&] { device.getPropertyValue(Property::MemoryFree); }},
    };
    for (const auto& [name, call] : calls)
      EXPECT_TRUE(throws<DeviceLostError>(call, {"faulty:0", "fails on purpose with DEVICE_LOST"})) << name;
  }
  EXPECT_TRUE(faulty::isClean());
}

TEST_F(DeviceLost, EndsWorkInFlight) {
  const Watchdog watchdog("work of a lost device");
  {
    const Device device = faulty::device();
    const Event never = device.createEvent(), done = device.createEvent();
    const Stream stream = device.createStream();
    const Buffer buffer = zeros<float>(device, 16);
    const Schedule schedule = device.createSchedule();
    schedule.createWaitCommand(never, 1);
    schedule.createFillCommand(buffer, 1);
    schedule.createSignalCommand(done, 1);
    schedule.run(stream, false);
    std::thread waiting([&] { EXPECT_THROW(done.wait(1), DeviceLostError); });
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    faulty::setScript("device:1=DEVICE_LOST");
    EXPECT_THROW(device.createEvent(), DeviceLostError);
    waiting.join();
  }
  EXPECT_TRUE(faulty::isClean());
}

TEST_F(DeviceLost, LeavesOtherDevicesAlone) {
  const Watchdog watchdog("a device beside a lost one");
  const System system = System::create({faulty::path(), getRuntime("cpu").getPluginPath()});
  const Device lost = system.getDevice("faulty:0"), other = system.getDevice("cpu:0");
  const Stream stream = other.createStream();
  const Event event = lost.createEvent();
  stream.wait(event, 1);
  const Buffer buffer = zeros<float>(other, 4);
  loadKernel(other, "basic", "noop").launch(1, 1, {}, onStream(stream));
  faulty::setScript("device:1=DEVICE_LOST");
  EXPECT_THROW(lost.createEvent(), DeviceLostError);
  EXPECT_TRUE(throws<DeviceLostError>([&] { stream.synchronize(); }, {"cpu:0", "faulty:0", "event"}));
  EXPECT_TRUE(stream.synchronize());
  buffer.fill(2);
  EXPECT_EQ(peek<float>(buffer), 2);
}

TEST_F(DeviceLost, IsFoundAgainByANewSystem) {
  faulty::setScript("device:1=DEVICE_LOST");
  EXPECT_THROW(faulty::device().createEvent(), DeviceLostError);
  faulty::setScript("");
  EXPECT_NO_THROW(faulty::device().createEvent());
  EXPECT_TRUE(faulty::isClean());
}

}  // namespace
