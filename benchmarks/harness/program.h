// The main function of the C++ benchmarks.
#pragma once

#include "table.h"

#include <cstdio>
#include <cstring>
#include <exception>
#include <stdexcept>

namespace benchmark {

/// Thrown by a benchmark whose device is not there.
struct NothingToMeasure : std::runtime_error {
  using runtime_error::runtime_error;
};

inline constexpr Effort quickEffort{5, 0.01};

/// Calls `measure(effort)`, with little effort after --quick. Returns the exit status: 77, skipped, if there is nothing to measure.
template <class Measure>
int runProgram(int argc, char** argv, Measure&& measure, const Effort& full = {}, const Effort& quick = quickEffort) {
  const bool isQuick = argc == 2 && std::strcmp(argv[1], "--quick") == 0;
  if (argc != 1 && !isQuick) {
    std::fprintf(stderr, "usage: %s [--quick]\n", argv[0]);
    return 2;
  }
  try {
    measure(isQuick ? quick : full);
    return 0;
  } catch (const NothingToMeasure& reason) {
    std::printf("nothing to measure: %s\n", reason.what());
    return 77;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}

}  // namespace benchmark
