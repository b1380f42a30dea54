#pragma once

#include <nexus/plugin.h>

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace faulty_plugin {

/// What was created and not destroyed.
class LiveObjects {
 public:
  void add();
  void remove();
  void addStream(nxs_stream* stream, nxs_device* device);
  void removeStream(nxs_stream* stream);
  void addEvent(nxs_event* event);
  void removeEvent(nxs_event* event);

  std::uint64_t count() const;
  nxs_device* deviceOf(nxs_stream* stream) const;
  /// Ends all work, as the loss of a device does: events fail, and streams run dry.
  void loseAll(const std::string& message) const;

 private:
  mutable std::mutex mutex_;
  std::uint64_t others_ = 0;
  std::map<nxs_stream*, nxs_device*> streams_;
  std::vector<nxs_event*> events_;
};

}  // namespace faulty_plugin
