#include "janitor.h"

#include "per_process.h"
#include "stream_object.h"

#include <algorithm>
#include <chrono>
#include <list>
#include <system_error>
#include <thread>

namespace nexus::detail {

namespace {

constexpr auto shortestPause = std::chrono::milliseconds(1);
constexpr auto longestPause = std::chrono::milliseconds(50);

/// The thread must not need memory that may have run out, so it moves streams between lists.
struct Janitor {
  std::mutex mutex;
  std::list<Ref> streams;
  bool isRunning = false;
};

void work(Janitor& janitor) noexcept {
  auto pause = shortestPause;
  for (;;) {
    std::this_thread::sleep_for(pause);
    std::list<Ref> streams;
    {
      std::lock_guard lock(janitor.mutex);
      streams.swap(janitor.streams);
    }
    const std::size_t done =
        streams.remove_if([](const Ref& stream) { return static_cast<const StreamObject&>(*stream.get()).reap(); });
    pause = done != 0 ? shortestPause : std::min(2 * pause, longestPause);
    std::lock_guard lock(janitor.mutex);
    janitor.streams.splice(janitor.streams.end(), streams);
    if (janitor.streams.empty()) {
      janitor.isRunning = false;
      return;
    }
  }
}

}  // namespace

void watchStream(Ref stream) {
  Janitor& janitor = perProcess<Janitor>();
  std::lock_guard lock(janitor.mutex);
  janitor.streams.push_back(std::move(stream));
  if (janitor.isRunning) return;
  try {
    std::thread(work, std::ref(janitor)).detach();
    janitor.isRunning = true;
  } catch (const std::system_error&) {  // no thread can be started now; the stream is kept, and the next one to be watched tries again
  }
}

}  // namespace nexus::detail
