// Launches from C++ beside raw calls of the CUDA driver, in one process and in interleaved rounds.
#include "raw_cuda_peer.h"

#include <nexus.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

namespace {

constexpr long batch = 200;
constexpr int graphNodes = 100, rounds = 21;

constexpr const char* source = R"(extern "C" __global__ void empty(float* x, float* y, float a, unsigned n) {})";
// What the peer loads: the driver compiles it.
constexpr const char* ptx = R"(.version 7.0
.target sm_70
.address_size 64
.visible .entry empty(.param .u64 x, .param .u64 y, .param .f32 a, .param .u32 n) { ret; }
)";

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

struct Line {
  const char* title;
  double bar;
  double (*raw)(long);
  double (*nexus)(long);
  long count;
};

nexus::Device device;
nexus::Stream stream;
nexus::Kernel kernel;
nexus::Buffer x, y;
nexus::Schedule schedule;

void launch() { kernel.launch(1, 32, {x, y, 2.0f, 1u}, {.stream = stream}); }

double rawLaunches(long count) { return raw_launches(count, batch); }
double launches(long count) {
  double seconds = 0;
  for (long done = 0; done < count; done += batch) {
    const double start = now();
    for (long i = 0; i < std::min(batch, count - done); ++i) launch();
    seconds += now() - start;
    stream.synchronize();
  }
  return seconds;
}
double launchesAndWaits(long count) {
  const double start = now();
  for (long i = 0; i < count; ++i) {
    launch();
    stream.synchronize();
  }
  return now() - start;
}
double scheduleCalls(long count) {
  double seconds = 0;
  for (long i = 0; i < count; ++i) {
    const double start = now();
    schedule.run(stream, false);
    seconds += now() - start;
    stream.synchronize();
  }
  return seconds;
}
double schedulesToTheEnd(long count) {
  const double start = now();
  for (long i = 0; i < count; ++i) schedule.run(stream, true);
  return now() - start;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main() {
  try {
    device = nexus::getDevice("cuda:0");
  } catch (const nexus::Error& error) {
    std::printf("nothing to measure: %s\n", error.what());
    return 77;
  }
  std::printf("%s, driver %s\n", device.getProperty<std::string>("Name").c_str(),
              device.getProperty<std::string>("DriverVersion").c_str());
  if (const int failed = raw_open(ptx, "empty", graphNodes)) {
    std::printf("the driver refuses the peer: %d\n", failed);
    return 1;
  }
  stream = device.createStream();
  kernel = device.createLibrary(source, {.language = "cuda"}).getKernel("empty");
  x = device.createBuffer({256});
  y = device.createBuffer({256});
  schedule = device.createSchedule();
  const nexus::Argument arguments[] = {x, y, 2.0f, 1u};
  for (int i = 0; i < graphNodes; ++i) schedule.createCommand(kernel, arguments, 1, 32);

  const Line lines[] = {
      {"launch, asynchronous", 1.03, rawLaunches, launches, 4000},
      {"launch and wait", 1.1, raw_launches_and_waits, launchesAndWaits, 1000},
      {"schedule of 100, call", 1.1, raw_graph_calls, scheduleCalls, 200},
      {"schedule of 100, to the end", 1.1, raw_graphs_to_the_end, schedulesToTheEnd, 200},
  };
  std::printf("| %-28s | nexus us | raw us | ratio | bar |\n|---|---|---|---|---|\n", "measure (medians)");
  for (const Line& line : lines) {
    std::vector<double> ours, theirs, ratios;
    for (int round = 0; round < rounds; ++round) {
      double own = 0, other = 0;
      if (round % 2) own = line.nexus(line.count);
      other = line.raw(line.count);
      if (round % 2 == 0) own = line.nexus(line.count);
      if (round == 0) continue;  // warms up
      ours.push_back(own / static_cast<double>(line.count) * 1e6);
      theirs.push_back(other / static_cast<double>(line.count) * 1e6);
      ratios.push_back(own / other);
    }
    std::printf("| %-28s | %.3f | %.3f | %.3f | %.2f |\n", line.title, median(ours), median(theirs), median(ratios), line.bar);
  }
  // Before the plugin is unloaded.
  x = y = {};
  schedule = {};
  kernel = {};
  stream = {};
  device = {};
  return 0;
}
