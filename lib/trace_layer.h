#pragma once

#include "layer.h"

#include <map>
#include <mutex>
#include <string>

namespace nexus::detail {

/// Measures what goes through a plugin's table. Commands are measured by host calls put between them, so that the times are those of the
/// device's own order of execution.
class TraceLayer {
 public:
  TraceLayer(const nxs_plugin_table& next, std::string name) : next_(next), name_(std::move(name)) {}

  template <class Bind>
  static void list(Bind bind) {
    bind.template operator()<&TraceLayer::runtimeDevice>(&nxs_plugin_table::runtime_device);
    bind.template operator()<&TraceLayer::bufferCreate>(&nxs_plugin_table::buffer_create);
    bind.template operator()<&TraceLayer::libraryCreate>(&nxs_plugin_table::library_create);
    bind.template operator()<&TraceLayer::streamCreate>(&nxs_plugin_table::stream_create);
    bind.template operator()<&TraceLayer::streamSubmit>(&nxs_plugin_table::stream_submit);
    bind.template operator()<&TraceLayer::streamSynchronize>(&nxs_plugin_table::stream_synchronize);
    bind.template operator()<&TraceLayer::eventWait>(&nxs_plugin_table::event_wait);
  }

 private:
  nxs_status runtimeDevice(nxs_runtime* runtime, std::uint32_t index, nxs_device** device);
  nxs_status bufferCreate(nxs_device* device, const nxs_buffer_desc* desc, nxs_buffer** buffer);
  nxs_status libraryCreate(nxs_device* device, const nxs_library_desc* desc, nxs_library** library);
  nxs_status streamCreate(nxs_device* device, nxs_stream** stream);
  nxs_status streamSubmit(nxs_stream* stream, const nxs_command* commands, std::uint32_t count, std::uint32_t flags, std::uint64_t* ticket);
  nxs_status streamSynchronize(nxs_stream* stream, std::uint64_t timeout);
  nxs_status eventWait(nxs_event* event, std::uint64_t value, std::uint64_t timeout);

  std::string describe(const nxs_command& command) const;
  std::string lineOf(nxs_stream* stream);

  const nxs_plugin_table next_;
  const std::string name_;
  std::mutex mutex_;
  std::map<nxs_device*, std::string> devices_;
  std::map<nxs_stream*, std::string> lines_;
  int streams_ = 0;
};

}  // namespace nexus::detail
