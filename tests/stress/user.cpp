#include "user.h"

#include <iterator>
#include <memory>
#include <stdexcept>

using namespace nexus;

namespace {

constexpr std::size_t elements = 1024;
constexpr std::size_t mostAwaited = 8;

void expect(bool isRight, const char* what) {
  if (!isRight) throw std::logic_error(what);
}

LaunchOptions on(const Stream& stream, bool isBlocking = false) {
  LaunchOptions options;
  options.stream = stream;
  options.blocking = isBlocking;
  return options;
}

}  // namespace

Shared::Shared(const Device& device_, const Device& other_) : device(device_), other(other_) {
  add = device.loadLibrary(std::string(NEXUS_TEST_KERNEL_DIR) + "/order.so").getKernel("add_atomically");
  noop = device.loadLibrary(std::string(NEXUS_TEST_KERNEL_DIR) + "/basic.so").getKernel("noop");
  sum = device.createBuffer(std::vector<std::int64_t>(1));
  for (int i = 0; i < 4; ++i) streams.push_back(device.createStream());
}

const User::Row User::actions[] = {
    {"launch", 8, &User::launch},
    {"launch and wait", 4, &User::launchAndWait},
    {"copy", 4, &User::copy},
    {"fill", 4, &User::fill},
    {"drop a buffer", 3, &User::dropBuffer},
    {"drop a stream", 2, &User::dropStream},
    {"drop a schedule", 1, &User::dropSchedule},
    {"signal from the host", 3, &User::signalFromHost},
    {"wait in a stream", 3, &User::waitInStream},
    {"wait on the host", 3, &User::waitOnHost},
    {"signal across devices", 1, &User::signalAcrossDevices},
    {"run a schedule", 6, &User::runSchedule},
    {"change arguments", 3, &User::changeArguments},
    {"wrap memory", 1, &User::wrapMemory},
    {"synchronize", 1, &User::synchronize},
};

User::User(Shared& shared, std::uint64_t seed) : shared_(shared), random_(seed), event_(shared.device.createEvent()) {
  for (int i = 0; i < 8; ++i) buffers_.push_back(shared_.device.createBuffer(Shape{elements}));
  for (int i = 0; i < 3; ++i) streams_.push_back(shared_.device.createStream());
  for (int i = 0; i < 3; ++i) schedules_.push_back(record());
}

void User::act() {
  static const std::uint64_t total = [] {
    std::uint64_t sum = 0;
    for (const Row& row : actions) sum += row.weight;
    return sum;
  }();
  std::uint64_t left = below(total);
  const Row* row = std::begin(actions);
  for (; left >= row->weight; ++row) left -= row->weight;
  try {
    (this->*row->action)();
  } catch (const std::exception& e) {
    throw std::logic_error(std::string(row->name) + ": " + e.what());
  }
}

void User::finish() {
  release();
  for (const Stream& stream : streams_) stream.synchronize();
  shared_.device.getDefaultStream().synchronize();
}

const Stream& User::anyStream() {
  const std::uint64_t i = below(streams_.size() + shared_.streams.size());
  return i < streams_.size() ? streams_[i] : shared_.streams[i - streams_.size()];
}

void User::release() {
  for (const Event& event : awaited_) event.signal(1);
  awaited_.clear();
}

void User::launch() {
  const auto value = static_cast<std::int64_t>(below(100));
  shared_.add.launch(1, 1, {shared_.sum, value}, on(anyStream()));
  addsUp(value);
}

void User::launchAndWait() {
  release();
  shared_.noop.launch(1 + static_cast<std::int64_t>(below(4)), 16, {}, on(anyStream(), true));
}

void User::copy() {
  release();
  const Buffer& buffer = buffers_[below(buffers_.size())];
  const std::vector<float> values(elements, static_cast<float>(below(1000)));
  std::vector<float> result(elements);
  buffer.copyFrom(values);
  buffer.copyTo(result);
  expect(result == values, "what was copied in did not come out");
}

void User::fill() {
  release();
  const Buffer& buffer = buffers_[below(buffers_.size())];
  const auto value = static_cast<float>(below(1000));
  buffer.fill(value);
  std::vector<float> result(elements);
  buffer.copyTo(result);
  expect(result.front() == value && result.back() == value, "what was filled did not come out");
}

void User::dropBuffer() { buffers_[below(buffers_.size())] = shared_.device.createBuffer(Shape{elements}); }
void User::dropStream() { streams_[below(streams_.size())] = shared_.device.createStream(); }
void User::dropSchedule() { schedules_[below(schedules_.size())] = record(); }

void User::signalFromHost() {
  event_.signal(++value_);
  expect(event_.wait(value_, 0), "a signalled event was not at its value");
}

void User::waitInStream() {
  if (awaited_.size() == mostAwaited) release();
  const Event event = shared_.device.createEvent(), done = shared_.device.createEvent();
  const Stream& stream = anyStream();
  stream.wait(event, 1);
  launch();
  stream.signal(done, 1);
  expect(!done.wait(1, 0), "a stream went on before the event");
  awaited_.push_back(event);
  if (below(2) == 0) return;
  release();
  expect(done.wait(1), "an endless wait timed out");
}

void User::waitOnHost() {
  expect(!event_.wait(value_ + 1, 1e-6), "an event reached a value by itself");
  expect(event_.getValue() == value_, "an event has another value");
}

void User::signalAcrossDevices() {
  release();
  const Event here = shared_.device.createEvent(), there = shared_.other.createEvent();
  const Stream far = shared_.other.createStream();
  const Stream& near = anyStream();
  near.wait(there, 1);
  near.signal(here, 1);
  far.wait(here, 1);
  far.signal(there, 2);
  there.signal(1);
  expect(there.wait(2), "an endless wait timed out");
}

User::Recorded User::record() {
  Recorded recorded;
  recorded.schedule = shared_.device.createSchedule();
  const bool isOnAnyStream = below(2) == 0;
  // Runs on several streams at once must not write the same memory.
  const auto fill = [&] {
    if (!isOnAnyStream) recorded.schedule.createFillCommand(shared_.device.createBuffer(Shape{elements}), 1);
  };
  if (!isOnAnyStream) recorded.stream = anyStream();
  fill();
  recorded.value = static_cast<std::int64_t>(below(100));
  recorded.add = recorded.schedule.createCommand(shared_.add, {shared_.sum, recorded.value}, 1, 1);
  if (below(2) == 0) recorded.schedule.createCallCommand([] {});
  fill();
  return recorded;
}

void User::runSchedule() {
  const Recorded& recorded = schedules_[below(schedules_.size())];
  const bool isBlocking = below(3) == 0;
  if (isBlocking) release();
  recorded.schedule.run(recorded.stream ? recorded.stream : anyStream(), isBlocking);
  addsUp(recorded.value);
}

void User::changeArguments() {
  Recorded& recorded = schedules_[below(schedules_.size())];
  recorded.value = static_cast<std::int64_t>(below(100));
  if (below(2) == 0)
    recorded.add.setArg(1, recorded.value);
  else
    recorded.add.setArgs({shared_.sum, recorded.value});
}

void User::wrapMemory() {
  const auto memory = std::make_shared<std::vector<float>>(elements, 0.0f);
  const Buffer wrapped = shared_.device.wrap(ArrayView(*memory), [memory] {});
  const Schedule schedule = shared_.device.createSchedule();
  schedule.createFillCommand(wrapped, 3);
  schedule.createCopyToHostCommand(ArrayView(*memory), shared_.device.createBuffer(std::vector<float>(elements)), [memory] {});
  schedule.run(anyStream(), false);
}

void User::synchronize() {
  release();
  expect(anyStream().synchronize(), "an endless wait timed out");
}
