#include "options.h"

#include <charconv>
#include <stdexcept>
#include <string_view>

namespace nexus::conformance {

const char* const usage =
    "usage: nexus-conformance --plugin FILE [option]...\n"
    "  --plugin FILE             the plugin to test, libnexus_plugin_<name>.so\n"
    "  --device N                test this device only; otherwise all devices one after another\n"
    "  --filter PATTERN          run these tests only, as for --gtest_filter: 'Buffer*:Event.*-*Large*'\n"
    "  --kernels FILE            the suite's kernels in the device's binary form; otherwise those for the CPU that were installed "
    "with it\n"
    "  --language LANGUAGE       the kernels are source text in this language, which the device's plugin compiles; with 'nexus', "
    "those that "
    "were installed are used if none are given\n"
    "  --expected-failures FILE  names or patterns of tests that fail, one a line, '#' begins a comment. Such a test fails the run "
    "if it passes\n"
    "  --verbose                 names each test when it begins: the last one is that which crashed or hangs\n"
    "  --list                    only list the tests\n"
    "Ends with 0 if all is as expected, 1 if not, 2 for wrong options, 77 if the plugin reports that there is no device.\n";

Options parseOptions(int count, char** arguments) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string_view name = arguments[i];
    const auto value = [&]() -> std::string {
      if (i + 1 == count) throw std::invalid_argument(std::string(name) + " needs a value");
      return arguments[++i];
    };
    if (name == "--plugin")
      options.plugin = value();
    else if (name == "--filter")
      options.filter = value();
    else if (name == "--kernels")
      options.kernels = value();
    else if (name == "--language")
      options.language = value();
    else if (name == "--expected-failures")
      options.expectedFailures = value();
    else if (name == "--verbose")
      options.isVerbose = true;
    else if (name == "--list")
      options.isList = true;
    else if (name == "--device") {
      const std::string text = value();
      std::uint32_t number = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (error != std::errc() || end != text.data() + text.size())
        throw std::invalid_argument("--device needs a number, not '" + text + "'");
      options.device = number;
    } else {
      throw std::invalid_argument("unknown option '" + std::string(name) + "'");
    }
  }
  if (options.plugin.empty()) throw std::invalid_argument("--plugin is missing");
  return options;
}

}  // namespace nexus::conformance
