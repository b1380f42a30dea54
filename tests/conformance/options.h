#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace nexus::conformance {

struct Options {
  std::string plugin;
  std::optional<std::uint32_t> device;  ///< nothing: all
  std::string filter = "*";
  std::string expectedFailures;
  std::string kernels;
  std::string language;  ///< of the kernels' source; "": they are a binary
  bool isVerbose = false;
  bool isList = false;
};

extern const char* const usage;

/// Throws std::invalid_argument that says which argument is wrong.
Options parseOptions(int count, char** arguments);

}  // namespace nexus::conformance
