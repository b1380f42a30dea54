#pragma once

#include <cstdint>
#include <string>

/// What the program is asked to do.
struct Options {
  std::uint64_t threads = 8;
  std::uint64_t operations = 100'000;  ///< of each thread
  double seconds = 0;                  ///< ends earlier after so many; 0: does not
  std::uint64_t seed = 0;              ///< 0: any
  std::string device = "cpu";
};

/// Throws std::invalid_argument that says how to call the program.
Options parseOptions(int count, char** texts);
