// Traces: what is written for commands, copies and waits.
#include "cpu_device.h"
#include "expect_error.h"
#include "plugin_records.h"
#include "temporary_folder.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <map>

namespace {

struct Slice {
  std::string line, name, category;
  double start, duration;  // microseconds
};

class Trace : public testing::Test {
 protected:
  const nexus::Device device = cpuDevice();
  const nexus::Stream stream = device.createStream();
  const nexus::Event event = device.createEvent();
  const nexus::Kernel spin = loadKernel(device, "basic", "spin"), throwing = loadKernel(device, "basic", "throws");
  const nexus::Buffer buffer = zeros<float>(device, 256), other = zeros<float>(device, 256);
  const TemporaryFolder folder;
  const std::string path = folder / "trace.json";

  ~Trace() override { nexus::stopTrace(); }

  std::vector<Slice> written() const {
    nexus::stopTrace();
    std::ifstream file(path);
    const nlohmann::json events = nlohmann::json::parse(file);
    std::map<int, std::string> lines;
    std::vector<Slice> slices;
    for (const auto& entry : events)
      if (entry["name"] == "thread_name") lines[entry["tid"]] = entry["args"]["name"];
    for (const auto& entry : events)
      if (entry["ph"] == "X") slices.push_back({lines.at(entry["tid"]), entry["name"], entry["cat"], entry["ts"], entry["dur"]});
    return slices;
  }
  /// What the trace tells of a line, in the order of time.
  static std::vector<Slice> on(const std::vector<Slice>& slices, const std::string& linePart) {
    std::vector<Slice> chosen;
    for (const Slice& slice : slices)
      if (slice.line.find(linePart) != std::string::npos) chosen.push_back(slice);
    std::sort(chosen.begin(), chosen.end(), [](const Slice& a, const Slice& b) { return a.start < b.start; });
    return chosen;
  }
  static std::vector<std::string> names(const std::vector<Slice>& slices) {
    std::vector<std::string> all;
    for (const Slice& slice : slices) all.push_back(slice.name);
    return all;
  }
};

TEST_F(Trace, TellsOfEveryCommandOfAStream) {
  std::vector<float> host(256);
  const nexus::Schedule schedule = device.createSchedule();
  schedule.createCommand(spin, {1'000}, {1}, {1});
  schedule.createCopyCommand(other, buffer);
  schedule.createFillCommand(buffer, 1);
  schedule.createCopyToHostCommand(host, buffer);
  schedule.createSignalCommand(event, 1);
  schedule.createWaitCommand(event, 1);
  schedule.createCallCommand([] {});
  nexus::startTrace(path);
  schedule.run(stream, false);
  EXPECT_TRUE(stream.synchronize(patience));
  const std::vector<Slice> slices = on(written(), "cpu:0 stream ");
  EXPECT_EQ(names(slices), (std::vector<std::string>{"spin", "copy 1024 B", "fill 1024 B", "copy to host 1024 B", "signal 1",
                                                     "wait for 1", "host call"}));
  EXPECT_GE(slices[0].duration, 1'000);
  for (std::size_t i = 1; i < slices.size(); ++i) EXPECT_GE(slices[i].start + 0.002, slices[i - 1].start + slices[i - 1].duration);
  for (const Slice& slice : slices) EXPECT_EQ(slice.category, "device");
}

TEST_F(Trace, TellsOfTimedRunsToo) {
  const nexus::Schedule schedule = device.createSchedule();
  const nexus::Command command = schedule.createCommand(spin, {2'000}, {1}, {1});
  schedule.createFillCommand(buffer, 1);
  schedule.setTimed(true);
  nexus::startTrace(path);
  schedule.run();
  const std::vector<Slice> slices = on(written(), "cpu:0 default stream");
  EXPECT_EQ(names(slices), (std::vector<std::string>{"spin", "fill 1024 B"}));
  EXPECT_GE(command.getDuration(), 2'000'000u);
  EXPECT_GE(schedule.getDuration(), command.getDuration());
  EXPECT_GE(slices[0].duration, 2'000);
  schedule.run();
  EXPECT_GE(command.getDuration(), 2'000'000u) << "without a trace the plugin measures";
}

TEST_F(Trace, TellsOfWaitsForOtherDevices) {
  const nexus::Device far = anotherCpuDevice();
  const nexus::Event farEvent = far.createEvent();
  nexus::startTrace(path);
  stream.wait(farEvent, 1);
  stream.signal(event, 1);
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  farEvent.signal(1);
  EXPECT_TRUE(event.wait(1, patience));
  const std::vector<Slice> all = written(), slices = on(all, "cpu:0 stream ");
  ASSERT_EQ(names(slices), (std::vector<std::string>{"wait for 1 of cpu:0", "signal 1"}));
  EXPECT_GE(slices[0].duration, 2'000);
  EXPECT_EQ(names(on(all, "host thread")), std::vector<std::string>{"wait for event to reach 1"});
}

TEST_F(Trace, TellsWhatFailedAndWhatWasSkipped) {
  nexus::startTrace(path);
  const nexus::Schedule schedule = device.createSchedule();
  schedule.createFillCommand(buffer, 1);
  schedule.createCommand(throwing, {1}, {1}, {1});
  schedule.createFillCommand(buffer, 2);
  schedule.run(stream, false);
  EXPECT_THROW(stream.synchronize(), nexus::LaunchFailedError);
  std::vector<std::string> categories;
  for (const Slice& slice : on(written(), "cpu:0 stream ")) categories.push_back(slice.category);
  EXPECT_EQ(categories, (std::vector<std::string>{"device", "failed", "skipped"}));
}

TEST_F(Trace, TellsOfBlockingRunsThatFail) {
  nexus::startTrace(path);
  spin.launch({1}, {1}, {1'000}, blocking());
  EXPECT_THROW(throwing.launch({1}, {1}, {1}, blocking()), nexus::LaunchFailedError);
  const std::vector<Slice> slices = on(written(), "cpu:0 default stream");
  ASSERT_EQ(names(slices), (std::vector<std::string>{"spin", "throws"}));
  EXPECT_EQ(slices[0].category, "device");
  EXPECT_GE(slices[0].duration, 1'000);
  EXPECT_EQ(slices[1].category, "failed");
}

TEST_F(Trace, TellsOfWhatIsSkippedBehindAFailureOfBefore) {
  throwing.launch({1}, {1}, {1}, onStream(stream));
  nexus::startTrace(path);
  spin.launch({1}, {1}, {1'000}, onStream(stream));
  EXPECT_THROW(stream.synchronize(), nexus::LaunchFailedError);
  const std::vector<Slice> slices = on(written(), "cpu:0 stream ");
  ASSERT_EQ(names(slices), std::vector<std::string>{"spin"});
  EXPECT_EQ(slices[0].category, "skipped");
}

TEST_F(Trace, TellsOfDevicesWithoutTimestampsByHostCalls) {
  const nexus::Device null = nexus::System::create({testPlugin("null")}).getDevice("null:0");
  EXPECT_THROW(null.getProperty<std::int64_t>("HasTimestamps"), nexus::NotFoundError);
  const nexus::Stream nullStream = null.createStream();
  const nexus::Event failed = null.createEvent(9);
  const nexus::Schedule schedule = null.createSchedule();
  const nexus::Command fill = schedule.createFillCommand(null.createBuffer({4}), 1);
  schedule.createCallCommand([] { std::this_thread::sleep_for(std::chrono::milliseconds(2)); });
  schedule.setTimed(true);
  nexus::startTrace(path);
  schedule.run(nullStream, true);
  EXPECT_GE(schedule.getDuration(), 2'000'000u);
  EXPECT_LT(fill.getDuration(), schedule.getDuration());
  nullStream.signal(failed, 5);
  EXPECT_THROW(nullStream.synchronize(), nexus::InvalidArgumentError);
  const std::vector<Slice> slices = on(written(), "null:0 stream ");
  ASSERT_EQ(names(slices), (std::vector<std::string>{"fill 16 B", "host call", "signal 5"}));
  EXPECT_EQ(slices[1].category, "device");
  EXPECT_GE(slices[1].duration, 2'000);
  EXPECT_EQ(slices[2].category, "failed");
}

TEST_F(Trace, StopWaitsForWhatWasSubmitted) {
  nexus::startTrace(path);
  spin.launch({1}, {1}, {20'000}, onStream(stream));
  EXPECT_EQ(names(on(written(), "cpu:0 stream ")), std::vector<std::string>{"spin"});
}

TEST_F(Trace, StopDoesNotWaitForEver) {
  nexus::startTrace(path);
  stream.wait(event, 1);
  EXPECT_TRUE(written().empty());
  event.signal(1);
  EXPECT_TRUE(stream.synchronize(patience));
}

TEST_F(Trace, OfAStreamThatFailsToSubmitIsStillGood) {
  nexus::startTrace(path);
  EXPECT_THROW(spin.launch({0}, {1}, {1}, onStream(stream)), nexus::InvalidArgumentError);
  EXPECT_TRUE(written().empty());
}

TEST_F(Trace, CannotBeStartedTwiceOrAnywhere) {
  EXPECT_TRUE(throws<nexus::UnavailableError>([] { nexus::startTrace("/no/such/folder/trace.json"); },
                                              {"cannot write the trace '/no/such/folder/trace.json'", "No such file"}));
  nexus::startTrace(path);
  EXPECT_TRUE(throws<nexus::InvalidArgumentError>([&] { nexus::startTrace(path + "2"); },
                                                  {path + "2'", "'" + path + "' is being written", "stop it"}));
  EXPECT_TRUE(written().empty());
  nexus::stopTrace();
  nexus::startTrace(path);
  buffer.fill(1);
  EXPECT_EQ(names(on(written(), "cpu:0 default stream")), std::vector<std::string>{"fill 1024 B"});
}

}  // namespace
