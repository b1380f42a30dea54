#include "known_streams.h"

#include "per_process.h"
#include "stream_object.h"

#include <map>
#include <mutex>

namespace nexus::detail {

namespace {

struct KnownStreams {
  std::mutex mutex;
  std::map<const nxs_stream*, const StreamObject*> all;
};

}  // namespace

void addKnownStream(const StreamObject& stream) {
  auto& known = perProcess<KnownStreams>();
  std::lock_guard lock(known.mutex);
  known.all[stream.native()] = &stream;
}

void removeKnownStream(const nxs_stream* stream) noexcept {
  auto& known = perProcess<KnownStreams>();
  std::lock_guard lock(known.mutex);
  known.all.erase(stream);
}

const StreamObject* findKnownStream(const nxs_stream* stream) {
  auto& known = perProcess<KnownStreams>();
  std::lock_guard lock(known.mutex);
  const auto found = known.all.find(stream);
  return found == known.all.end() ? nullptr : found->second;
}

}  // namespace nexus::detail
