#pragma once

#include "clock.h"

#include <cstdint>
#include <deque>
#include <memory>

namespace nexus::gpu_plugin {

/// The time stamps of a stream that somebody waits to be told. Used under the stream's lock.
class Timestamps {
 public:
  explicit Timestamps(Device& device) : device_(device) {}
  Timestamps(const Timestamps&) = delete;
  Timestamps& operator=(const Timestamps&) = delete;
  ~Timestamps();

  /// Records one in the stream, for the submission of that ticket. Needs the context to be current.
  void record(StreamHandle stream, std::uint64_t* nanoseconds, std::uint64_t ticket);
  /// That submission has been refused.
  void forget(std::uint64_t ticket) noexcept;
  /// Tells those of submissions up to that ticket. The device has passed them, unless it is lost.
  void tell(std::uint64_t ticket) noexcept {
    if (!pending_.empty()) [[unlikely]]
      tellPending(ticket);
  }

 private:
  struct Pending {
    EventHandle handle;
    std::shared_ptr<const Clock::Base> base;
    std::uint64_t* nanoseconds;
    std::uint64_t ticket, recordedAt;
  };
  void tellPending(std::uint64_t ticket) noexcept;
  bool read(const Pending& stamp, std::uint64_t& time) const noexcept;

  Device& device_;
  std::deque<Pending> pending_;
  // The last one that was told, and when it was: by the device's clock, and what was told.
  EventHandle last_ = nullptr;
  std::uint64_t lastTime_ = 0, lastTold_ = 0;
};

}  // namespace nexus::gpu_plugin
