#include "options.h"

#include <random>
#include <stdexcept>

Options parseOptions(int count, char** texts) {
  Options options;
  const std::string usage = "usage: nexus_stress_test [--threads N] [--operations N] [--seconds S] [--seed N] [--device ID]";
  for (int i = 1; i < count; i += 2) {
    const std::string name = texts[i];
    if (i + 1 == count) throw std::invalid_argument(usage);
    const std::string value = texts[i + 1];
    if (name == "--threads")
      options.threads = std::stoull(value);
    else if (name == "--operations")
      options.operations = std::stoull(value);
    else if (name == "--seconds")
      options.seconds = std::stod(value);
    else if (name == "--seed")
      options.seed = std::stoull(value);
    else if (name == "--device")
      options.device = value;
    else
      throw std::invalid_argument(usage);
  }
  if (options.seed == 0) options.seed = std::random_device{}() + 1ull;
  return options;
}
