#include "session.h"

#include "tests/cpp/cpu_device.h"

#include <exception>
#include <memory>
#include <stdexcept>

using namespace nexus;

namespace {

constexpr std::size_t count = 256;

void expect(bool isRight, const char* what) {
  if (!isRight) throw std::logic_error(std::string("nothing failed, but ") + what);
}

void expectAll(const std::vector<float>& values, float wanted, const char* what) {
  for (const float value : values) expect(value == wanted, what);
}

/// Lets what waits for an event go on if the session ends early. What raises the event itself has a moment to do so first: what waits for it may use the
/// same memory.
class Released {
 public:
  explicit Released(Event event, double moment = 0) : event_(std::move(event)), moment_(moment) {}
  Released(const Released&) = delete;
  Released& operator=(const Released&) = delete;
  ~Released() {
    if (std::uncaught_exceptions() == before_) return;
    try {
      if (moment_ > 0) event_.wait(1, moment_);
      event_.signal(std::uint64_t{1} << 40);
    } catch (const std::exception&) {  // it has failed, so nothing waits for it any more
    }
  }

 private:
  Event event_;
  const double moment_;
  int before_ = std::uncaught_exceptions();
};

/// Host memory that lives until nothing uses it.
struct HostArray {
  std::shared_ptr<std::vector<float>> values = std::make_shared<std::vector<float>>(count, 0.0f);
  ArrayView view() const { return ArrayView(*values); }
  std::function<void()> release() const {
    return [kept = values] {};
  }
};

void readProperties(const Runtime& runtime, const Device& device) {
  expect(!runtime.getProperties().empty(), "the runtime has no properties");
  const std::vector<Property> known = device.getProperties();
  expect(known.size() > 10, "the device has hardly any properties");
  for (const Property property : known) device.getPropertyValue(property);
}

void copyAndFill(const Device& device) {
  const std::vector<float> ones(count, 1.0f);
  const Buffer a = device.createBuffer(ones);
  const Buffer b = device.createBuffer(Shape{count});
  b.copyFrom(ones);
  expectAll(contents<float>(b), 1, "what was copied in did not come out");
  b.fill(3);
  expectAll(contents<float>(b), 3, "what was filled did not come out");
}

void wrapMemory(const Device& device) {
  const HostArray array;
  const Buffer wrapped = device.wrap(array.view(), array.release());
  wrapped.fill(2);
  expectAll(*array.values, 2, "wrapped memory was not filled");
}

void launchOnDefaultStream(const Device& device, const Kernel& saxpy) {
  const Buffer x = device.createBuffer(std::vector<float>(count, 1.0f)), y = zeros<float>(device, count);
  saxpy.launch(count / 64, 64, {x, y, 2.0f, count}, blocking());
  saxpy.launch(count / 64, 64, {x, y, 2.0f, count});
  expect(device.getDefaultStream().synchronize(), "an endless wait timed out");
  expectAll(contents<float>(y), 4, "two launches did not add up");
}

void useStreamsAndEvents(const Device& device, const Kernel& saxpy) {
  const Buffer x = device.createBuffer(std::vector<float>(count, 1.0f)), y = zeros<float>(device, count);
  const Event start = device.createEvent(), done = device.createEvent();
  const Released ends(done, 0.05), starts(start);
  const Stream first = device.createStream(), second = device.createStream();
  first.wait(start, 1);
  saxpy.launch(count / 64, 64, {x, y, 1.0f, count}, onStream(first));
  first.signal(done, 1);
  second.wait(done, 1);
  saxpy.launch(count / 64, 64, {x, y, 1.0f, count}, onStream(second));
  second.signal(done, 2);
  expect(!done.wait(1, 0), "work ran before it was let go");
  start.signal(1);
  // An event whose stream fails before it comes to the signal fails as well, so this ends in any case.
  expect(done.wait(2), "an endless wait timed out");
  expect(done.getValue() == 2, "the event has another value");
  expect(first.synchronize() && second.synchronize(), "an endless wait timed out");
  expect(first.query() && second.query(), "a stream is busy after a wait for it");
  expectAll(contents<float>(y), 2, "launches on two streams did not add up");
}

void runSchedules(const Device& device, const Kernel& saxpy) {
  const Buffer x = device.createBuffer(Shape{count}), y = device.createBuffer(Shape{count}), z = device.createBuffer(Shape{count});
  const HostArray in, out;
  in.values->assign(count, 5.0f);
  const Event event = device.createEvent();
  const Released released(event);
  const auto calls = std::make_shared<std::atomic<int>>(0);
  const Stream stream = device.createStream();
  const Schedule schedule = device.createSchedule();
  schedule.createCopyFromHostCommand(x, in.view(), in.release());
  schedule.createFillCommand(y, 1);
  const Command launch = schedule.createCommand(saxpy, {x, y, 1.0f, count}, count / 64, 64);
  schedule.createCopyCommand(z, y);
  schedule.createCopyToHostCommand(out.view(), z, out.release());
  schedule.createCallCommand([calls] { ++*calls; });
  schedule.run();
  expectAll(*out.values, 6, "a schedule computed something else");
  launch.setArg(2, 2.0f);
  schedule.setTimed(true);
  schedule.run(stream, false);
  expect(stream.synchronize(), "an endless wait timed out");
  expectAll(*out.values, 11, "a changed schedule computed something else");
  expect(*calls == 2, "the function was not called twice");
  expect(schedule.getDuration() >= launch.getDuration(), "a part took longer than the whole");

  const Schedule waiting = device.createSchedule();
  waiting.createWaitCommand(event, 1);
  waiting.createFillCommand(x, 7);
  waiting.createSignalCommand(event, 2);
  waiting.run(stream, false);
  event.signal(1);
  expect(event.wait(2), "an endless wait timed out");
  expect(stream.synchronize(), "an endless wait timed out");
  expectAll(contents<float>(x), 7, "a schedule that waited did not run");
}

}  // namespace

Library loadForCpu(const Device& device) { return device.loadLibrary(kernelFile("basic")); }

void runSession(const std::string& pluginPath, const std::string& deviceId, const LibraryLoader& load) {
  const System system = System::create({pluginPath});
  const Device device = system.getDevice(deviceId);
  expect(system.getRuntimes().size() == 1 && device.getRuntime().getDevices().size() != 0,
         "the runtime or its devices are missing");
  readProperties(device.getRuntime(), device);
  const Library library = load(device);
  expect(library.getKernels().size() > 1, "the library has hardly any kernels");
  const Kernel saxpy = library.getKernel("saxpy");
  copyAndFill(device);
  wrapMemory(device);
  launchOnDefaultStream(device, saxpy);
  useStreamsAndEvents(device, saxpy);
  runSchedules(device, saxpy);
}

void runTwoDevices(const Device& first, const Device& second) {
  const Buffer a = zeros<float>(first, count), b = zeros<float>(second, count);
  const Stream onFirst = first.createStream(), onSecond = second.createStream();
  const Event ofFirst = first.createEvent(), ofSecond = second.createEvent();
  const Released firstReleased(ofFirst), secondReleased(ofSecond);

  // second waits for an event of first, fills, and raises an event of first, for which first waits
  onSecond.wait(ofFirst, 1);
  const Schedule fill = second.createSchedule();
  fill.createFillCommand(b, 4);
  fill.createSignalCommand(ofFirst, 2);
  fill.run(onSecond, false);
  onSecond.signal(ofSecond, 1);
  onFirst.wait(ofSecond, 1);
  const Schedule copy = first.createSchedule();
  copy.createWaitCommand(ofFirst, 2);
  copy.createCopyCommand(a, b);
  copy.createSignalCommand(ofSecond, 2);
  copy.run(onFirst, false);
  ofFirst.signal(1);
  expect(ofSecond.wait(2), "an endless wait timed out");
  expect(onSecond.synchronize() && onFirst.synchronize(), "an endless wait timed out");
  expectAll(contents<float>(a), 4, "a copy between devices brought something else");
}
