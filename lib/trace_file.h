#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <fstream>
#include <map>
#include <mutex>
#include <string>

namespace nexus::detail {

/// Nanoseconds of a clock that never steps, the one of nxs_timestamp.
std::uint64_t traceClock() noexcept;

/// The trace that is being written, in Chrome's JSON format. One for the process.
class TraceFile {
 public:
  static TraceFile& get();

  void open(const std::string& path);
  /// Waits a moment for commands that are not complete yet.
  void close();
  bool isOpen() const noexcept { return isOpen_.load(std::memory_order_relaxed); }
  /// Cheap enough for every launch.
  static bool isOn() noexcept { return on_.load(std::memory_order_relaxed); }

  /// Something that took from `start` to `end` on a line ("cpu:0 stream 1", "host thread 77"). Nothing if no trace is being written, or if
  /// there is no memory for it.
  void slice(const std::string& line, const std::string& name, const char* category, std::uint64_t start,
             std::uint64_t end) noexcept;
  /// The same on the line of the calling thread.
  void hostSlice(const std::string& name, std::uint64_t start, std::uint64_t end) noexcept;

  /// Something that the trace is going to tell of later; close() waits for it.
  class Expected {
   public:
    Expected();
    Expected(const Expected&) = delete;
    Expected& operator=(const Expected&) = delete;
    ~Expected();
  };

 private:
  int lineNumber(const std::string& line);
  void write(const std::string& event);

  static inline std::atomic<bool> on_{false};
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::size_t expected_ = 0;
  std::atomic<bool> isOpen_{false};
  std::string path_;
  std::ofstream file_;
  std::map<std::string, int> lines_;
  std::uint64_t origin_ = 0;
};

}  // namespace nexus::detail
