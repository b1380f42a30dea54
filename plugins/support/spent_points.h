#pragma once

#include <array>
#include <cstddef>
#include <utility>

namespace nexus::plugin_support {

/// A few places of a driver's queue that have been reached and are of no more use. Freeing what the driver keeps of one takes about as
/// long as the plugin's part of a launch. Between a wait and the next launch that would keep the device idle, and a driver's thread
/// falls asleep meanwhile: it is done when the device has work again.
template <class Point>
class SpentPoints {
 public:
  void keep(Point point) {
    if (!point || count_ == points_.size()) return;
    points_[count_++] = std::move(point);
  }
  void giveBack() {
    while (count_ > 0) points_[--count_] = {};
  }

 private:
  std::array<Point, 4> points_;
  std::size_t count_ = 0;
};

}  // namespace nexus::plugin_support
