// One line of the table for each measure. The C++ form of result.py and report.py.
#pragma once

#include "timing.h"

#include <cmath>
#include <cstdio>
#include <optional>
#include <string>

namespace benchmark {

/// Nanoseconds, microseconds or milliseconds.
struct Unit {
  const char* name;
  double scale;
};
inline constexpr Unit ns{"ns", 1e9}, us{"us", 1e6}, ms{"ms", 1e3};

/// What Nexus has to reach: a limit for the ratio to the peer, or for the figure itself.
struct Bar {
  enum class Of { Ratio, Speedup, Figure };
  double limit;
  Of of = Of::Ratio;
};

/// Somebody to compare with; without `run` if absent.
struct Peer {
  std::string name;
  Run run;
};

class Table {
 public:
  explicit Table(Effort effort) : effort_(effort) {
    print("measure", "nexus", "peer", "ratio", "bar", "met?");
    std::printf("|%s|%s|%s|%s|%s|%s|\n", line(62).c_str(), line(19).c_str(), line(34).c_str(), line(15).c_str(), line(10).c_str(),
                line(6).c_str());
  }

  /// Measures and prints one line: medians, with the best round in brackets. The ratio is the median of the ratios within the rounds.
  void measure(const std::string& title, const Unit& unit, const Run& nexus, const std::optional<Peer>& peer = {},
               std::optional<Bar> bar = {}) {
    std::vector<Run> runs{nexus};
    if (peer && peer->run) runs.push_back(peer->run);
    const auto samples = interleave(runs, effort_);
    std::optional<double> value;
    std::string ratio = "-", theirs = peer ? "- " + peer->name : "-";
    if (runs.size() == 2) {
      std::vector<double> quotients;
      for (std::size_t i = 0; i < samples[0].size(); ++i) quotients.push_back(samples[0][i] / samples[1][i]);
      const bool isSpeedup = bar && bar->of == Bar::Of::Speedup;
      const double ofBest = best(samples[0]) / best(samples[1]);
      value = isSpeedup ? 1 / median(quotients) : median(quotients);
      ratio = text("%.2f", *value) + " (" + text("%.2f", isSpeedup ? 1 / ofBest : ofBest) + ")";
      theirs = both(samples[1], unit) + " " + peer->name;
    }
    if (bar && bar->of == Bar::Of::Figure) value = median(samples[0]) * unit.scale;
    print(title + ", " + unit.name, both(samples[0], unit), theirs, ratio, bar ? describe(*bar, unit) : "-",
          !bar || !value        ? "-"
          : isMet(*bar, *value) ? "yes"
                                : "NO");
  }

 private:
  static double best(const std::vector<double>& values) { return *std::min_element(values.begin(), values.end()); }
  static bool isMet(const Bar& bar, double value) { return bar.of == Bar::Of::Speedup ? value >= bar.limit : value <= bar.limit; }
  static std::string line(std::size_t width) { return std::string(width, '-'); }
  static std::string text(const char* format, double value) {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, format, value);
    return buffer;
  }
  static std::string figure(double value) { return text(value >= 1000 ? "%.0f" : "%.3g", value); }
  static std::string both(const std::vector<double>& values, const Unit& unit) {
    return figure(median(values) * unit.scale) + " (" + figure(best(values) * unit.scale) + ")";
  }
  static std::string describe(const Bar& bar, const Unit& unit) {
    const std::string limit = figure(bar.limit);
    if (bar.of == Bar::Of::Figure) return "<= " + limit + " " + unit.name;
    return (bar.of == Bar::Of::Speedup ? ">= " : "<= ") + limit + "x";
  }
  static void print(const std::string& title, const std::string& nexus, const std::string& peer, const std::string& ratio,
                    const std::string& bar, const std::string& met) {
    std::printf("| %-60s | %-17s | %-32s | %-13s | %-8s | %-4s |\n", title.c_str(), nexus.c_str(), peer.c_str(), ratio.c_str(),
                bar.c_str(), met.c_str());
    std::fflush(stdout);
  }

  Effort effort_;
};

}  // namespace benchmark
