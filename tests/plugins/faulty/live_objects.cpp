#include "live_objects.h"

#include "target.h"

#include <algorithm>

namespace faulty_plugin {

void LiveObjects::add() {
  std::lock_guard lock(mutex_);
  ++others_;
}

void LiveObjects::remove() {
  std::lock_guard lock(mutex_);
  --others_;
}

void LiveObjects::addStream(nxs_stream* stream, nxs_device* device) {
  std::lock_guard lock(mutex_);
  streams_[stream] = device;
}

void LiveObjects::removeStream(nxs_stream* stream) {
  std::lock_guard lock(mutex_);
  streams_.erase(stream);
}

void LiveObjects::addEvent(nxs_event* event) {
  std::lock_guard lock(mutex_);
  events_.push_back(event);
}

void LiveObjects::removeEvent(nxs_event* event) {
  std::lock_guard lock(mutex_);
  events_.erase(std::find(events_.begin(), events_.end(), event));
}

std::uint64_t LiveObjects::count() const {
  std::lock_guard lock(mutex_);
  return others_ + streams_.size() + events_.size();
}

nxs_device* LiveObjects::deviceOf(nxs_stream* stream) const {
  std::lock_guard lock(mutex_);
  return streams_.at(stream);
}

void LiveObjects::loseAll(const std::string& message) const {
  constexpr std::uint64_t longest = 5'000'000'000;
  std::lock_guard lock(mutex_);
  for (nxs_event* event : events_)
    if (target().event_fail) target().event_fail(event, NXS_DEVICE_LOST, message.c_str());
  for (const auto& [stream, device] : streams_) target().stream_synchronize(stream, longest);
}

}  // namespace faulty_plugin
