#include "injector.h"

#include "plugins/support/deadline.h"

#include <algorithm>

namespace faulty_plugin {

namespace {

bool isOfRuntime(Place place) { return place <= Place::runtime_device; }

}  // namespace

void Injector::setScript(std::vector<Fault> faults) {
  std::lock_guard lock(mutex_);
  faults_ = std::move(faults);
  counts_.fill(0);
  failures_.clear();
  isLost_ = false;
  isReleased_ = false;
}

Verdict Injector::fail(Place place, Place where, nxs_status status) {
  failures_.push_back(place);
  Verdict verdict;
  verdict.status = status;
  verdict.losesDevice = status == NXS_DEVICE_LOST && !isCommand(place) && !isOfRuntime(place) && !isLost_;
  verdict.message = std::string(placeName(where)) + " number " + std::to_string(counts_[static_cast<std::size_t>(where)]) +
                    (where == place ? "" : std::string(" (") + placeName(place) + ")") + " fails on purpose with " +
                    statusText(status);
  isLost_ |= verdict.losesDevice;
  return verdict;
}

Verdict Injector::enter(Place place) {
  std::lock_guard lock(mutex_);
  countUp(place);
  if (!isCommand(place)) {
    countUp(Place::any);
    if (!isOfRuntime(place)) countUp(Place::device);
    if (isLost_ && !isOfRuntime(place)) return fail(place, place, NXS_DEVICE_LOST);
  }
  for (const Fault& fault : faults_) {
    const bool isSum = fault.place == Place::any || fault.place == Place::device;
    if (fault.place != place && (!isSum || isCommand(place) || (fault.place == Place::device && isOfRuntime(place)))) continue;
    const std::uint64_t reached = counts_[static_cast<std::size_t>(fault.place)];
    if (fault.status == NXS_SUCCESS) {
      const bool hangs = isCommand(place) ? reached == fault.number : reached >= fault.number;
      if (hangs && !isReleased_) {
        Verdict verdict;
        verdict.hangs = true;
        return verdict;
      }
    } else if (reached == fault.number) {
      return fail(place, fault.place, fault.status);
    }
  }
  return {};
}

std::uint64_t Injector::count(Place place) const {
  std::lock_guard lock(mutex_);
  return counts_[static_cast<std::size_t>(place)];
}

std::vector<Place> Injector::failures() const {
  std::lock_guard lock(mutex_);
  return failures_;
}

void Injector::release() {
  std::lock_guard lock(mutex_);
  isReleased_ = true;
  released_.notify_all();
}

bool Injector::waitForRelease(std::uint64_t timeout) {
  std::unique_lock lock(mutex_);
  return nexus::plugin_support::waitFor(released_, lock, timeout, [this] { return isReleased_; });
}

}  // namespace faulty_plugin
