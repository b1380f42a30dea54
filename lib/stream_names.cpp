#include "stream_names.h"

#include "per_process.h"

#include <map>
#include <mutex>

namespace nexus::detail {

namespace {

struct Names {
  std::mutex mutex;
  std::map<const nxs_stream*, std::string> all;
};

}  // namespace

void nameStream(const nxs_stream* stream, const std::string& name) {
  Names& names = perProcess<Names>();
  std::lock_guard lock(names.mutex);
  names.all[stream] = name;
}

void forgetStream(const nxs_stream* stream) noexcept {
  Names& names = perProcess<Names>();
  std::lock_guard lock(names.mutex);
  names.all.erase(stream);
}

std::string streamName(const nxs_stream* stream) {
  Names& names = perProcess<Names>();
  std::lock_guard lock(names.mutex);
  const auto found = names.all.find(stream);
  return found == names.all.end() ? "stream" : found->second;
}

}  // namespace nexus::detail
