#include "watchdog.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>

Watchdog::Watchdog(std::string where) : where_(std::move(where)), thread_([this] { watch(); }) {}

Watchdog::~Watchdog() {
  {
    std::lock_guard lock(mutex_);
    isOver_ = true;
  }
  over_.notify_all();
  thread_.join();
}

void Watchdog::watch() {
  constexpr auto longest = std::chrono::seconds(90);
  std::unique_lock lock(mutex_);
  if (over_.wait_for(lock, longest, [this] { return isOver_; })) return;
  std::fprintf(stderr, "hangs: %s\n", where_.c_str());
  std::abort();
}
