#pragma once

#include "moments.h"
#include "stream_object.h"

#include <atomic>

namespace nexus::detail {

/// Measures the commands of one run that the plugin does not measure: notes the times between them.
class RunTimes : public Object {
 public:
  RunTimes(const StreamObject& stream, std::size_t commands)
      : stream_(stream.reference()), moments_(stream.device(), commands + 1) {}

  /// What the submissions of the run must keep: measures while it lives.
  class Measuring : public Object {
   public:
    explicit Measuring(Ref times) : times_(std::move(times)) {}
    /// To be submitted before command `index`, and once more behind the last one.
    nxs_command stamp(std::size_t index) const noexcept { return times().moments_.stamp(index); }

   private:
    ~Measuring() override { times().isOver_.store(true, std::memory_order_release); }
    const RunTimes& times() const noexcept { return static_cast<const RunTimes&>(*times_.get()); }
    const Ref times_;
  };

  /// Its stream, which knows when the run is over once it has looked at what completed.
  const Ref& stream() const noexcept { return stream_; }
  bool isOver() const noexcept { return isOver_.load(std::memory_order_acquire); }
  /// Of a run that is over: whether nothing failed or was skipped.
  bool isComplete() const noexcept;
  /// Nanoseconds of the first `count` commands; nothing if there are less. For a complete run.
  std::vector<std::uint64_t> durations(std::size_t count) const;

 private:
  const Ref stream_;
  mutable Moments moments_;
  mutable std::atomic<bool> isOver_{false};
};

}  // namespace nexus::detail
