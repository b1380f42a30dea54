#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

/// Ends the program, saying where, if it lives for too long: a hang must not look like a slow test.
class Watchdog {
 public:
  explicit Watchdog(std::string where);
  ~Watchdog();

 private:
  void watch();

  std::string where_;
  std::mutex mutex_;
  std::condition_variable over_;
  bool isOver_ = false;
  std::thread thread_;
};
