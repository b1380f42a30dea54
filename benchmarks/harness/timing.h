// Timing of contestants side by side: interleaved rounds, so that all of them meet the same disturbances. The C++ form of timing.py.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <thread>
#include <vector>

namespace benchmark {

/// Does its operation that many times and returns the seconds it took.
using Run = std::function<double(std::size_t)>;

/// How long to measure.
struct Effort {
  std::size_t rounds = 21;
  double sampleSeconds = 0.03;
  /// Pause before a sample: OpenMP's threads spin for milliseconds after their last region and would take a core.
  std::chrono::milliseconds settle{50};
};

inline double secondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Makes a Run of a function.
template <class Operation>
Run looped(Operation operation) {
  return [operation](std::size_t count) {
    const auto start = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < count; ++i) operation();
    return secondsSince(start);
  };
}

/// Makes a Run, which counts commands, of a function that does `commands` of them.
template <class Batch>
Run batched(std::size_t commands, Batch batch) {
  return [commands, run = looped(batch)](std::size_t count) {
    const std::size_t batches = std::max<std::size_t>(1, count / commands);
    return run(batches) * static_cast<double>(count) / static_cast<double>(batches * commands);
  };
}

/// How many operations take about that long. Leaves threads and caches warm.
inline std::size_t countFor(const Run& run, double seconds) {
  run(1);
  for (std::size_t count = 1;; count *= 4)
    if (const double took = run(count); took >= seconds / 4)
      return std::max<std::size_t>(1, static_cast<std::size_t>(static_cast<double>(count) * seconds / took));
}

/// Seconds per operation of every contestant in every round. Each is the first one in turn, with warm threads and caches.
inline std::vector<std::vector<double>> interleave(const std::vector<Run>& runs, const Effort& effort) {
  std::vector<std::vector<double>> samples(runs.size());
  for (std::size_t round = 0; round < effort.rounds; ++round)
    for (std::size_t turn = 0; turn < runs.size(); ++turn) {
      const std::size_t i = (round + turn) % runs.size();
      std::this_thread::sleep_for(effort.settle);
      const std::size_t count = countFor(runs[i], effort.sampleSeconds);
      samples[i].push_back(runs[i](count) / static_cast<double>(count));
    }
  return samples;
}

inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 != 0 ? values[half] : (values[half - 1] + values[half]) / 2;
}

}  // namespace benchmark
