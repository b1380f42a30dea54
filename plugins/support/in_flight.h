#pragma once

#include "plugins/support/driver_plan.h"
#include "plugins/support/plugin_error.h"
#include "plugins/support/timeline.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nexus::plugin_support {

template <class Queue>
class DriverStream;

/// What fails a stream whose wait for `value` has ended with that status.
inline PluginError failedWait(std::uint64_t value, nxs_status status) {
  return {status, "an event that the stream waited for failed before it reached " + std::to_string(value)};
}

/// What the host does when the driver has come to a place: raises an event, takes note of one that the driver has waited for, calls a
/// function or reads the timers of a run.
template <class Queue>
struct DriverAction {
  std::shared_ptr<Timeline> event;  // raise it, or take note if `isWait`
  std::uint64_t value = 0;
  bool isWait = false;
  std::weak_ptr<DriverStream<Queue>> signaller;  // of such an event
  nxs_host_call call = {};                       // or call this, and go on with what is held back if `isParking`
  bool isParking = false;
  std::shared_ptr<DriverTimes> times;  // or read the timers
  std::vector<typename Queue::Timer> timers;
  std::optional<PluginError> failure;  // of the stream before this

  /// Returns what failed.
  std::optional<PluginError> perform() const {
    if (isWait) {
      if (const auto stream = signaller.lock()) stream->reapUntil(*event, value);
      if (const nxs_status status = event->status(value); status != NXS_SUCCESS) return failedWait(value, status);
    } else if (event) {
      try {
        if (failure)
          event->fail(*failure);
        else
          event->signal(value);
      } catch (const PluginError& error) {
        return error;
      }
    } else if (call.function) {
      call.function(call.user, failure ? failure->status() : nxs_status{NXS_SUCCESS});
    } else if (times && !failure) {
      std::vector<std::uint64_t> nanoseconds;
      for (const typename Queue::Timer& timer : timers) nanoseconds.push_back(Queue::nanoseconds(timer));
      std::lock_guard lock(times->mutex);
      times->nanoseconds = std::move(nanoseconds);
    }
    return std::nullopt;
  }
};

/// Something that follows when the driver has reached a point: a ticket is complete, an action is due.
template <class Queue>
struct DriverEntry {
  /// A time to be told when the driver has reached it.
  struct Timestamp {
    typename Queue::Stamp stamp;
    std::uint64_t* nanoseconds;
    std::uint64_t enqueuedAt;
  };
  typename Queue::Point point;
  std::uint64_t ticket = 0;
  std::unique_ptr<DriverAction<Queue>> action;
  bool isReached = false;
  bool isWatched = false;
  std::vector<Timestamp> timestamps = {};  // before this
};

/// What follows on that which the driver has, in order. Tickets grow along the list.
template <class Queue>
class InFlight {
 public:
  using Entry = DriverEntry<Queue>;
  using Point = typename Queue::Point;

  bool empty() const noexcept { return entries_.empty(); }
  std::size_t size() const noexcept { return entries_.size(); }
  Entry& operator[](std::size_t i) { return entries_[i]; }
  Entry& front() { return entries_.front(); }
  /// Other entries stay where they are.
  void push(Entry entry) { entries_.push_back(std::move(entry)); }
  void pop() { entries_.pop_front(); }

  /// Everything up to that ticket is known to be over.
  void noteReached(std::uint64_t ticket) {
    for (Entry& entry : entries_) {
      if (entry.ticket > ticket) break;
      entry.isReached = true;
    }
  }
  /// Index of the entry that completes the ticket; the number of entries if that is held back.
  std::size_t findTicket(std::uint64_t ticket) const {
    std::size_t found = entries_.size();
    for (std::size_t i = entries_.size(); i-- > 0 && (entries_[i].ticket == 0 || entries_[i].ticket >= ticket);)
      if (entries_[i].ticket != 0) found = i;
    return found;
  }
  /// The place in the driver's queue that an entry stands for: its own, or that of those before it if nothing was enqueued since.
  Point pointOf(std::size_t index) const {
    for (std::size_t i = index + 1; i-- > 0 && !entries_[i].isReached;)
      if (entries_[i].point) return entries_[i].point;
    return {};
  }

 private:
  std::deque<Entry> entries_;
};

}  // namespace nexus::plugin_support
