#pragma once

#include "script.h"

#include <array>
#include <condition_variable>
#include <mutex>

namespace faulty_plugin {

/// What is to happen at one place.
struct Verdict {
  nxs_status status = NXS_SUCCESS;  ///< other than NXS_SUCCESS: fail
  bool hangs = false;
  bool losesDevice = false;  ///< the device is lost from now on
  std::string message;
};

/// Counts calls and commands and knows which of them are to fail.
class Injector {
 public:
  void setScript(std::vector<Fault> faults);
  /// Counts one call of an entry, or one command.
  Verdict enter(Place place);
  std::uint64_t count(Place place) const;
  std::vector<Place> failures() const;
  void release();
  /// Returns false if nothing was released before the time was over.
  bool waitForRelease(std::uint64_t timeoutNanoseconds);

 private:
  std::uint64_t countUp(Place place) { return ++counts_[static_cast<std::size_t>(place)]; }
  Verdict fail(Place place, Place where, nxs_status status);

  mutable std::mutex mutex_;
  std::condition_variable released_;
  std::vector<Fault> faults_;
  std::array<std::uint64_t, static_cast<std::size_t>(Place::count)> counts_{};
  std::vector<Place> failures_;
  bool isLost_ = false;
  bool isReleased_ = false;
};

}  // namespace faulty_plugin
