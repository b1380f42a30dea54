// Every call of the driver in a typical session fails once, in every way: nothing crashes, hangs, leaks or passes in silence.
#include "watched_plugin.h"

#include "tests/cpp/cpu_device.h"
#include "tests/faults/session.h"
#include "tests/faults/watchdog.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <future>
#include <iterator>
#include <memory>
#include <set>
#include <sstream>
#include <thread>

namespace {

using Names = std::set<std::string>;

/// What may fail without an error: what gives back, and what has a way round. Memory that is short is asked for again after what was freed has gone back.
/// A session that comes to its end has checked what it computed.
const Names silentNames = {
    // gives back; the context of another library is made current again
    "primaryContextRelease", "memoryFree", "poolDestroy", "poolFree", "hostFree", "hostUnregister", "moduleUnload", "streamDestroy",
    "eventDestroy", "graphDestroy", "graphExecutableDestroy", "poolTrim", "contextSetCurrent",
    // the context is then made current without asking
    "contextGetCurrent",
    // without pools the driver's plain memory is used, without the property it is not there
    "poolCreate", "poolSetAttribute", "deviceAttribute", "devicePciBusId", "deviceUuid", "memoryInfo", "deviceProperties",
    "devicePropertiesOld", "functionParameter",
    // any version of the run-time compiler is taken then
    "driverVersion",
    // a new graph takes the place of one that cannot be changed
    "graphSetKernel", "graphSetFill",
    // threads that ask how far the device is ask again
    "streamQuery", "eventQuery", "eventCreate", "eventRecord"};

constexpr int outOfMemory = 2, invalidHandle = 400, launchFailure = 719;

/// How often they are called depends on time.
const Names polledNames = {"streamQuery", "eventQuery", "contextGetCurrent", "contextSetCurrent"};
constexpr unsigned mostOfPolled = 25;

nexus::Library compile(const nexus::Device& device) {
  std::ifstream file(NEXUS_TEST_KERNEL_SOURCE);
  const std::string source{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  return device.createLibrary(source, {.language = "nexus"});
}

void usePinnedMemory(const nexus::Device& device) {
  const nexus::Buffer pinned = device.createHostBuffer({64}), buffer = device.createBuffer(std::vector<float>(64, 3.0f));
  pinned.copyFrom(buffer);
  buffer.fill(0);
  buffer.copyFrom(pinned);
  if (contents<float>(buffer) != std::vector<float>(64, 3.0f)) throw std::logic_error("pinned memory has other contents");
}

void oneDevice() {
  runSession(NEXUS_WATCHED_PLUGIN, NEXUS_WATCHED_RUNTIME ":0", compile);
  usePinnedMemory(nexus::System::create({NEXUS_WATCHED_PLUGIN}).getDevice(NEXUS_WATCHED_RUNTIME ":0"));
}
void twoDevices() {
  const nexus::System system = nexus::System::create({NEXUS_WATCHED_PLUGIN});
  runTwoDevices(system.getDevice(NEXUS_WATCHED_RUNTIME ":0"), system.getDevice(NEXUS_WATCHED_RUNTIME ":1"));
}

/// Runs a session with ever later failures of one function, until none happens any more. Returns the number of failures.
unsigned walk(const std::string& name, int code, void (*session)()) {
  for (unsigned number = 1;; ++number) {
    const std::string where = name + " " + std::to_string(number) + " = " + std::to_string(code);
    SCOPED_TRACE(where);
    const Watchdog watchdog(where);
    const std::string before = watchedCalls().live();
    watchedCalls().fail(name.c_str(), number, code);
    std::string error;
    try {
      session();
    } catch (const nexus::Error& e) {
      error = e.what();
    }
    const bool isLast = !watchedCalls().hasFailed();
    if (isLast)
      EXPECT_EQ(error, "");
    else
      EXPECT_TRUE(!error.empty() || silentNames.contains(name) || (code == outOfMemory && name == "poolAllocate"))
          << "nobody was told";
    // What is in a context that cannot be made current any more goes with it.
    const bool isClean = name == "contextSetCurrent" || eventually([&] { return watchedCalls().live() == before; });
    EXPECT_TRUE(isClean) << watchedCalls().live() << " not given back; the error: " << error;
    if (isLast || (polledNames.contains(name) && number == mostOfPolled)) return number - isLast;
  }
}

void walkAll(int code, void (*session)()) {
  watchedCalls();
  session();  // compiles the kernels
  ASSERT_TRUE(eventually([] { return *watchedCalls().live() == '\0'; })) << watchedCalls().live();
  std::istringstream list(watchedCalls().names());
  std::vector<std::string> names{std::istream_iterator<std::string>(list), {}};
  // Last, because it may leave something behind.
  std::stable_partition(names.begin(), names.end(), [](const std::string& name) { return name != "contextSetCurrent"; });
  unsigned failures = 0;
  for (const std::string& name : names) failures += walk(name, code, session);
  watchedCalls().fail(nullptr, 0, 0);
  EXPECT_GT(failures, 100u);
  testing::Test::RecordProperty("failures", static_cast<int>(failures));
}

TEST(DriverFailure, OfMemoryOnOneDevice) { walkAll(outOfMemory, oneDevice); }
TEST(DriverFailure, OfMemoryOnTwoDevices) { walkAll(outOfMemory, twoDevices); }
TEST(DriverFailure, OfAHandleOnOneDevice) { walkAll(invalidHandle, oneDevice); }
TEST(DriverFailure, ThatBreaksTheDevice) { walkAll(launchFailure, oneDevice); }
TEST(DriverFailure, ThatBreaksOneOfTwoDevices) { walkAll(launchFailure, twoDevices); }

TEST(DriverFailure, ThatBreaksTheDeviceLeavesWhatAStreamHoldsBackUntilItIsTold) {
  const nexus::Device device = nexus::System::create({NEXUS_WATCHED_PLUGIN}).getDevice(NEXUS_WATCHED_RUNTIME ":0");
  std::promise<void> begun, go;
  auto kept = std::make_shared<int>();
  const std::weak_ptr<int> used = kept;
  {
    const nexus::Schedule schedule = device.createSchedule();
    schedule.createCallCommand([&] {
      begun.set_value();
      go.get_future().wait();
    });
    schedule.createCallCommand([kept = std::move(kept)] {});
    schedule.run(device.getDefaultStream(), false);
  }
  begun.get_future().wait();
  watchedCalls().fail("hostAllocate", 1, launchFailure);
  EXPECT_THROW(device.createHostBuffer({64}), nexus::DeviceLostError);
  // Objects are given back by a thread that looks now and then.
  for (int i = 0; i < 20 && !used.expired(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_FALSE(used.expired());
  go.set_value();
  EXPECT_TRUE(eventually([&] { return used.expired(); }));
}

}  // namespace
