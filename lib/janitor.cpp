#include "janitor.h"

#include "per_process.h"
#include "stream_object.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <vector>

namespace nexus::detail {

namespace {

constexpr auto shortestPause = std::chrono::milliseconds(1);
constexpr auto longestPause = std::chrono::milliseconds(50);

struct Janitor {
  std::mutex mutex;
  std::vector<Ref> streams;
  bool isRunning = false;
};

void work(Janitor& janitor) {
  auto pause = shortestPause;
  for (;;) {
    std::this_thread::sleep_for(pause);
    std::vector<Ref> streams;
    {
      std::lock_guard lock(janitor.mutex);
      streams = std::exchange(janitor.streams, {});
    }
    const std::size_t before = streams.size();
    std::erase_if(streams, [](const Ref& stream) { return static_cast<const StreamObject&>(*stream.get()).reap(); });
    pause = streams.size() < before ? shortestPause : std::min(2 * pause, longestPause);
    std::lock_guard lock(janitor.mutex);
    janitor.streams.insert(janitor.streams.end(), std::make_move_iterator(streams.begin()), std::make_move_iterator(streams.end()));
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
  std::thread(work, std::ref(janitor)).detach();
  janitor.isRunning = true;
}

}  // namespace nexus::detail
