// Cost of Nexus on the CPU from C++, beside OpenMP in C and plain memory functions. See README.md; launch_cpu.py is the same from Python.
//
//     bench_launch_cpu [--quick]

#include "harness/program.h"
#include "openmp_peer.h"

#include <nexus.h>

#include <sys/mman.h>

#include <barrier>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <stdexcept>

namespace {

using namespace benchmark;

constexpr std::size_t commandsOfBatch = 100;
constexpr std::int64_t smallSize = 1024, smallBlock = 32, largeBlock = 1024, mega = 1 << 20;
constexpr std::size_t largeBytes = std::size_t{64} << 20;

#if defined(NEXUS_BENCHMARK_OPENMP)
constexpr bool hasOpenMp = true;
#else
constexpr bool hasOpenMp = false;
int peer_threads() { return 0; }
double peer_empty(std::size_t) { return 0; }
double peer_vadd(std::size_t, const float*, const float*, float*, std::size_t) { return 0; }
double peer_vadd_alone(std::size_t, const float*, const float*, float*, std::size_t) { return 0; }
double peer_saxpy(std::size_t, const float*, float*, float, std::size_t) { return 0; }
#endif

Peer openMp(Run run) { return {"OpenMP C", hasOpenMp ? std::move(run) : Run()}; }

/// Three buffers for a vector add. The peer works on the same memory.
struct Vectors {
  nexus::Buffer a, b, c;
  std::int64_t size;

  Vectors(const nexus::Device& device, std::int64_t n)
      : a(device.createBuffer({n})), b(device.createBuffer({n})), c(device.createBuffer({n})), size(n) {
    a.fill(1);
    b.fill(2);
    c.fill(0);
  }
  static float* pointer(const nexus::Buffer& buffer) { return static_cast<float*>(buffer.getHostPointer()); }
  Run peer() const {
    return [a_ = pointer(a), b_ = pointer(b), c_ = pointer(c), n = static_cast<std::size_t>(size)](std::size_t count) {
      return peer_vadd(count, a_, b_, c_, n);
    };
  }
};

class Benchmark {
 public:
  explicit Benchmark(const Effort& effort) : effort_(effort) {}

  void run() {
    std::printf("device: %s, %lld threads; OpenMP: %s, %d threads\n\n", device_.getProperty<std::string>("Name").c_str(),
                static_cast<long long>(device_.getProperty<std::int64_t>("ThreadCount")), hasOpenMp ? "present" : "absent",
                peer_threads());
    Table table(effort_);
    properties(table);
    smallCommands(table);
    largeCommands(table);
    twoThreads(table);
    directCalls(table);
    memory(table);
  }

 private:
  nexus::Schedule vectorAdds(const Vectors& data, std::size_t commands, std::int64_t block) const {
    const nexus::Schedule schedule = device_.createSchedule();
    for (std::size_t i = 0; i < commands; ++i)
      schedule.createCommand(vadd_, {data.a, data.b, data.c, data.size}, (data.size + block - 1) / block, block);
    schedule.run();
    for (std::int64_t i = 0; i < data.size; ++i)
      if (Vectors::pointer(data.c)[i] != 3.0f) throw std::runtime_error("the vector add is wrong");
    return schedule;
  }

  void properties(Table& table) const {
    table.measure("read a property by name", ns, looped([&] { (void)device_.getProperty<std::int64_t>("CoreCount"); }));
  }

  void smallCommands(Table& table) const {
    const nexus::Schedule empty = device_.createSchedule();
    empty.createCommand(library_.getKernel("noop"), {}, 1, 1);
    table.measure("blocking run of a prepared one-block command", ns, looped([&] { empty.run(); }), openMp(peer_empty), Bar{1.0});
    const Vectors data(device_, smallSize);
    const nexus::Schedule one = vectorAdds(data, 1, smallBlock);
    table.measure("vector add of 1024 floats as 32x32, replay", ns, looped([&] { one.run(); }), openMp(data.peer()), Bar{1.2});
    const nexus::Schedule many = vectorAdds(data, commandsOfBatch, smallBlock);
    table.measure("the same, 100 commands in one schedule, per command", ns, batched(commandsOfBatch, [&] { many.run(); }),
                  openMp(data.peer()), Bar{1.0});
  }

  void largeCommands(Table& table) const {
    constexpr float factor = 0.5f;
    const nexus::Buffer x = device_.createBuffer({mega}), y = device_.createBuffer({mega});
    x.fill(1);
    y.fill(0);
    const nexus::Schedule saxpy = device_.createSchedule();
    saxpy.createCommand(library_.getKernel("saxpy"), {x, y, factor, mega}, mega / largeBlock, largeBlock);
    const Run peer = [x_ = Vectors::pointer(x), y_ = Vectors::pointer(y)](std::size_t count) {
      return peer_saxpy(count, x_, y_, factor, mega);
    };
    table.measure("saxpy of 1M floats", us, looped([&] { saxpy.run(); }), openMp(peer), Bar{1.05});
    const Vectors data(device_, 64 * mega);
    const nexus::Schedule large = vectorAdds(data, 1, largeBlock);
    table.measure("vector add of 64M floats", ms, looped([&] { large.run(); }), openMp(data.peer()), Bar{1.05});
  }

  /// Time of one command when several threads do their own work at once; each item of `work` does that many commands.
  using Work = std::function<void(std::size_t)>;
  static Run together(std::vector<Work> work) {
    return [work](std::size_t count) {
      using Clock = std::chrono::steady_clock;
      const std::size_t each = std::max<std::size_t>(commandsOfBatch, count / work.size() / commandsOfBatch * commandsOfBatch);
      std::vector<Clock::time_point> starts(work.size()), ends(work.size());
      std::barrier ready(static_cast<std::ptrdiff_t>(work.size()));
      std::vector<std::thread> threads;
      for (std::size_t t = 0; t < work.size(); ++t)
        threads.emplace_back([&, t] {
          ready.arrive_and_wait();
          starts[t] = Clock::now();
          work[t](each);
          ends[t] = Clock::now();
        });
      for (std::thread& thread : threads) thread.join();
      const double took = std::chrono::duration<double>(std::ranges::max(ends) - std::ranges::min(starts)).count();
      return took * static_cast<double>(count) / static_cast<double>(each * work.size());
    };
  }

  Work launches(std::size_t commands) const {
    const Vectors data(device_, smallSize);
    return [schedule = vectorAdds(data, commands, smallBlock), stream = device_.createStream(), commands](std::size_t count) {
      for (std::size_t done = 0; done < count; done += commands) schedule.run(stream);
    };
  }

  Work plainAdds() const {
    return [data = Vectors(device_, smallSize)](std::size_t count) {
      peer_vadd_alone(count, Vectors::pointer(data.a), Vectors::pointer(data.b), Vectors::pointer(data.c), smallSize);
    };
  }

  void twoThreads(Table& table) const {
    const auto measure = [&](const std::string& title, const Work& first, const Work& second, std::optional<Bar> bar) {
      table.measure(title, ns, together({first, second}), Peer{"one thread", together({first})}, bar);
    };
    const Bar bar{1.8, Bar::Of::Speedup};
    measure("two threads, 100 vector adds a run, per command", launches(commandsOfBatch), launches(commandsOfBatch), bar);
    measure("two threads, one vector add a run, per command", launches(1), launches(1), bar);
    if (hasOpenMp) measure("two threads of plain C, what the machine can do", plainAdds(), plainAdds(), bar);
  }

  void directCalls(Table& table) const {
    const Vectors data(device_, smallSize);
    const nexus::Stream stream = device_.getDefaultStream();
    const nexus::Schedule schedule = vectorAdds(data, 1, smallBlock);
    table.measure("launch with 3 buffers and 1 int, one item", ns,
                  looped([&] { vadd_.launch(1, 1, {data.a, data.b, data.c, data.size}); }));
    table.measure("launch of the vector add, then synchronize", ns, looped([&] {
                    vadd_.launch(smallSize / smallBlock, smallBlock, {data.a, data.b, data.c, data.size});
                    stream.synchronize();
                  }));
    table.measure("asynchronous run of its schedule, then synchronize", ns, looped([&] {
                    schedule.run(stream, false);
                    stream.synchronize();
                  }));
  }

  /// What NumPy does for a copy: memory on huge pages where there are any, then memcpy.
  static void copyOnHugePages(const std::vector<float>& source) {
    const std::unique_ptr<void, decltype(&std::free)> memory(std::aligned_alloc(std::size_t{2} << 20, largeBytes), std::free);
#if defined(MADV_HUGEPAGE)
    madvise(memory.get(), largeBytes, MADV_HUGEPAGE);
#endif
    std::memcpy(memory.get(), source.data(), largeBytes);
    asm volatile("" : : "r"(memory.get()) : "memory");
  }

  void memory(Table& table) const {
    const std::vector<float> source(largeBytes / sizeof(float), 1.0f);
    std::vector<float> destination(source.size());
    const Peer copy{"memcpy", looped([&] { std::memcpy(destination.data(), source.data(), largeBytes); })};
    table.measure("createBuffer of 64 MiB from memory, and drop", ms, looped([&] { device_.createBuffer(source); }),
                  Peer{"huge pages + memcpy", looped([&] { copyOnHugePages(source); })}, Bar{1.2});
    table.measure("buffer of 1024 floats, create and drop", ns, looped([&] { device_.createBuffer({smallSize}); }),
                  Peer{"malloc, free", looped([] {
                         void* memory = std::malloc(static_cast<std::size_t>(smallSize) * sizeof(float));
                         asm volatile("" : : "r"(memory) : "memory");
                         std::free(memory);
                       })});
    const nexus::Buffer buffer = device_.createBuffer(source);
    table.measure("copy 64 MiB in", ms, looped([&] { buffer.copyFrom(source); }), copy);
    table.measure("copy 64 MiB out", ms, looped([&] { buffer.copyTo(destination); }), copy);
    table.measure("fill 64 MiB", ms, looped([&] { buffer.fill(1.5); }),
                  Peer{"std::fill", looped([&] { std::fill(destination.begin(), destination.end(), 1.5f); })});
  }

  Effort effort_;
  nexus::Device device_ = nexus::getDevice("cpu:0");
  nexus::Library library_ = device_.loadLibrary(NEXUS_BENCHMARK_KERNELS);
  nexus::Kernel vadd_ = library_.getKernel("vadd");
};

}  // namespace

int main(int argc, char** argv) {
  return runProgram(argc, argv, [](const Effort& effort) { Benchmark(effort).run(); });
}
