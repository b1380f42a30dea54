#pragma once

#include <nexus/event.h>

namespace nexus {

/// An in-order queue of a device: what is submitted to one stream runs one after another, different streams run independently. Several
/// threads may submit to one stream. Dropping the last handle waits for nothing: what was submitted still runs.
class NEXUS_API Stream : public Handle {
 public:
  Stream() = default;
  Device getDevice() const;
  /// Blocks until everything submitted before has completed; returns false if `timeout` seconds pass first. Throws what failed if a
  /// command failed; the stream is usable again then.
  bool synchronize(double timeout = forever) const;
  /// Whether everything submitted so far has completed. Never blocks.
  bool query() const;
  /// Raises an event to `value` when everything submitted before has completed.
  void signal(const Event& event, std::uint64_t value) const;
  /// Holds back what is submitted afterwards until the event reaches `value`.
  void wait(const Event& event, std::uint64_t value) const;

 private:
  friend struct detail::Access;
  using Handle::Handle;
};

}  // namespace nexus
