// Launches from C++ beside raw calls of the CUDA driver, in one process and in interleaved rounds.
#include "harness/program.h"
#include "raw_cuda_peer.h"

#include <nexus.h>

namespace {

using namespace benchmark;

constexpr std::size_t launchesPerWait = 200, runsPerWait = 10;
constexpr int graphNodes = 100;

constexpr const char* source = R"(extern "C" __global__ void empty(float* x, float* y, float a, unsigned n) {})";
// What the peer loads: the driver compiles it.
constexpr const char* ptx = R"(.version 7.0
.target sm_70
.address_size 64
.visible .entry empty(.param .u64 x, .param .u64 y, .param .f32 a, .param .u32 n) { ret; }
)";

nexus::Device device() {
  try {
    return nexus::getDevice("cuda:0");
  } catch (const nexus::Error& error) {
    throw NothingToMeasure(error.what());
  }
}

void measure(const Effort& effort) {
  const nexus::Device gpu = device();
  std::printf("%s, driver %s\n\n", gpu.getProperty<std::string>("Name").c_str(),
              gpu.getProperty<std::string>("DriverVersion").c_str());
  if (const int failed = raw_open(ptx, "empty", graphNodes))
    throw std::runtime_error("the driver refuses the peer: " + std::to_string(failed));
  const nexus::Stream stream = gpu.createStream();
  const nexus::Kernel kernel = gpu.createLibrary(source, {.language = "cuda"}).getKernel("empty");
  const nexus::Buffer x = gpu.createBuffer({256}), y = gpu.createBuffer({256});
  const nexus::Schedule schedule = gpu.createSchedule();
  for (int i = 0; i < graphNodes; ++i) schedule.createCommand(kernel, {x, y, 2.0f, 1u}, 1, 32);
  const nexus::LaunchOptions options{.stream = stream};
  const auto launch = [&] { kernel.launch(1, 32, {x, y, 2.0f, 1u}, options); };
  /// Seconds of `count` calls; every `perWait` of them the stream is waited for, which is not counted.
  const auto calls = [&](auto call, std::size_t perWait) -> Run {
    return [=](std::size_t count) {
      double seconds = 0;
      for (std::size_t done = 0; done < count; done += perWait) {
        seconds += looped(call)(std::min(perWait, count - done));
        stream.synchronize();
      }
      return seconds;
    };
  };
  const auto raw = [](auto run) { return Peer{"C", [run](std::size_t count) { return run(static_cast<long>(count)); }}; };

  Table table(effort);
  table.measure("launch, asynchronous", us, calls(launch, launchesPerWait),
                raw([](long count) { return raw_launches(count, launchesPerWait); }), Bar{1.03});
  table.measure("launch and wait", us, looped([&] {
                  launch();
                  stream.synchronize();
                }),
                raw(raw_launches_and_waits), Bar{1.1});
  table.measure("schedule of 100, call", us, calls([&] { schedule.run(stream, false); }, runsPerWait),
                raw([](long count) { return raw_graph_calls(count, runsPerWait); }), Bar{1.1});
  table.measure("schedule of 100, to the end", us, looped([&] { schedule.run(stream, true); }), raw(raw_graphs_to_the_end),
                Bar{1.1});
}

}  // namespace

int main(int argc, char** argv) { return runProgram(argc, argv, measure); }
