// Many threads use one device in random order for a long time: no error, and no growth of memory.
#include "options.h"
#include "user.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <thread>

namespace {

using Clock = std::chrono::steady_clock;

// Pages that the allocators of so many threads keep, and nothing that grows with the operations.
constexpr double allowedGrowthMiB = 64;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool isMemoryMeasured = false;  // a sanitizer keeps what was freed
#else
constexpr bool isMemoryMeasured = true;
#endif

double residentMiB() {
  std::ifstream file("/proc/self/statm");
  double total = 0, resident = 0;
  file >> total >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

/// Runs the threads for so many operations each; returns whether all went well.
bool run(Shared& shared, const Options& options, std::uint64_t operations, double seconds, std::uint64_t seed) {
  std::atomic<bool> hasFailed{false};
  std::atomic<std::uint64_t> done{0};
  const auto start = Clock::now();
  const auto isTimeOver = [&] { return seconds > 0 && Clock::now() - start > std::chrono::duration<double>(seconds); };
  const auto use = [&](std::uint64_t number) {
    std::uint64_t i = 0;
    try {
      User user(shared, seed + number);
      for (; i < operations && !hasFailed && !isTimeOver(); ++i) user.act();
      user.finish();
    } catch (const std::exception& e) {
      std::fprintf(stderr, "thread %llu, operation %llu: %s\n", static_cast<unsigned long long>(number),
                   static_cast<unsigned long long>(i), e.what());
      hasFailed = true;
    }
    done += i;
  };
  std::vector<std::thread> threads;
  for (std::uint64_t i = 0; i < options.threads; ++i) threads.emplace_back(use, i);
  for (std::thread& thread : threads) thread.join();
  for (const nexus::Stream& stream : shared.streams) stream.synchronize();
  const double taken = std::chrono::duration<double>(Clock::now() - start).count();
  std::printf("%llu operations of %llu threads in %.1f s, %.0f MiB resident\n", static_cast<unsigned long long>(done.load()),
              static_cast<unsigned long long>(options.threads), taken, residentMiB());
  return !hasFailed;
}

/// The work of dropped streams may still be on its way.
bool addsUp(const Shared& shared) {
  const auto deadline = Clock::now() + std::chrono::seconds(30);
  std::vector<std::int64_t> sum(1);
  do {
    shared.sum.copyTo(sum);
    if (sum[0] == shared.expected) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  } while (Clock::now() < deadline);
  std::fprintf(stderr, "the launches added up to %lld instead of %lld\n", static_cast<long long>(sum[0]),
               static_cast<long long>(shared.expected.load()));
  return false;
}

int stress(const Options& options) {
  std::printf("seed %llu\n", static_cast<unsigned long long>(options.seed));
  std::fflush(stdout);
  const nexus::Device device = nexus::getDevice(options.device);
  const nexus::Device other = nexus::System::create({device.getRuntime().getPluginPath()}).getDevice(device.getRuntime().getName());
  Shared shared(device, other);

  // A first part as long as the ones that follow finds out how much memory the threads need at their peaks.
  constexpr std::uint64_t parts = 4;
  double peak = 0;
  for (std::uint64_t part = 0; part < parts; ++part) {
    const std::uint64_t operations = std::max<std::uint64_t>(1, options.operations / parts);
    if (!run(shared, options, operations, options.seconds / parts, options.seed + part * options.threads) || !addsUp(shared))
      return 1;
    const double resident = residentMiB();
    if (part == 0) peak = resident;
    if (isMemoryMeasured && resident > peak + allowedGrowthMiB) {
      std::fprintf(stderr, "memory grew from %.0f to %.0f MiB\n", peak, resident);
      return 1;
    }
  }
  return 0;
}

}  // namespace

int main(int count, char** texts) {
  try {
    return stress(parseOptions(count, texts));
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 2;
  }
}
