#include "janitor.h"

#include "per_process.h"
#include "stream_object.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <thread>

namespace nexus::detail {

namespace {

constexpr auto shortestPause = std::chrono::milliseconds(1);
constexpr auto longestPause = std::chrono::milliseconds(50);
/// So often it looks in vain before it ends: to start a thread costs more than what whoever submits next wants to do.
constexpr int idleLooks = 16;

/// The streams are chained through themselves, so that watching one needs no memory, which may have run out.
struct Janitor {
  std::mutex mutex;
  std::condition_variable looked;
  Ref first;
  bool isRunning = false;
  bool isLooking = false;  // at streams that it has taken out of the chain
};

const StreamObject& streamOf(const Ref& stream) noexcept { return static_cast<const StreamObject&>(*stream.get()); }

void prepend(Ref& chain, Ref stream) noexcept {
  streamOf(stream).nextWatched = std::move(chain);
  chain = std::move(stream);
}

Ref takeFirst(Ref& chain) noexcept {
  Ref first = std::move(chain);
  chain = std::move(streamOf(first).nextWatched);
  return first;
}

void work(Janitor& janitor) noexcept {
  auto pause = shortestPause;
  for (int idle = 0;;) {
    std::this_thread::sleep_for(pause);
    Ref watched, busy;
    {
      std::lock_guard lock(janitor.mutex);
      watched = std::move(janitor.first);
      janitor.isLooking = true;
    }
    idle = watched.get() ? 0 : idle + 1;
    bool isOneDone = false;
    while (watched.get()) {
      Ref stream = takeFirst(watched);
      if (streamOf(stream).endWatch())
        isOneDone = true;
      else
        prepend(busy, std::move(stream));
    }
    pause = isOneDone ? shortestPause : std::min(2 * pause, longestPause);
    std::lock_guard lock(janitor.mutex);
    while (busy.get()) prepend(janitor.first, takeFirst(busy));
    janitor.isLooking = false;
    janitor.looked.notify_all();
    if (idle >= idleLooks && !janitor.first.get()) {
      janitor.isRunning = false;
      return;
    }
  }
}

}  // namespace

void watchStream(Ref stream) noexcept {
  Janitor& janitor = perProcess<Janitor>();
  std::lock_guard lock(janitor.mutex);
  prepend(janitor.first, std::move(stream));
  if (janitor.isRunning) return;
  try {
    std::thread(work, std::ref(janitor)).detach();
    janitor.isRunning = true;
  } catch (const std::exception&) {  // no thread can be started now: the stream is kept, and the next one to be watched tries again
  }
}

bool awaitWatchedStreams(std::chrono::milliseconds timeout) noexcept {
  Janitor& janitor = perProcess<Janitor>();
  std::unique_lock lock(janitor.mutex);
  return janitor.looked.wait_for(lock, timeout, [&] { return !janitor.isLooking && !janitor.first.get(); });
}

}  // namespace nexus::detail
