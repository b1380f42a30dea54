#include "janitor.h"

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
  std::uint32_t generation = forkGeneration();
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

/// Never destroyed, since its thread may outlive static destructors. A forked child has no such thread and starts with a new one.
Janitor& janitor() {
  static std::atomic<Janitor*> current{new Janitor};
  Janitor* found = current.load(std::memory_order_acquire);
  if (found->generation != forkGeneration()) {
    auto* fresh = new Janitor;
    if (current.compare_exchange_strong(found, fresh, std::memory_order_acq_rel)) return *fresh;
    delete fresh;
  }
  return *found;
}

}  // namespace

void watchStream(Ref stream) {
  Janitor& found = janitor();
  std::lock_guard lock(found.mutex);
  found.streams.push_back(std::move(stream));
  if (found.isRunning) return;
  std::thread(work, std::ref(found)).detach();
  found.isRunning = true;
}

}  // namespace nexus::detail
