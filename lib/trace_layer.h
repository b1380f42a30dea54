#pragma once

#include "layer.h"

#include <string>

namespace nexus::detail {

/// Measures what goes through a plugin's table. Between commands it puts others that note the time at which the stream comes there.
class TraceLayer {
 public:
  TraceLayer(const nxs_plugin_table& next, const std::string&) : next_(next) {}

  template <class Bind>
  static void list(Bind bind) {
    bind.template operator()<&TraceLayer::bufferCreate>(&nxs_plugin_table::buffer_create);
    bind.template operator()<&TraceLayer::libraryCreate>(&nxs_plugin_table::library_create);
    bind.template operator()<&TraceLayer::streamSubmit>(&nxs_plugin_table::stream_submit);
    bind.template operator()<&TraceLayer::streamSynchronize>(&nxs_plugin_table::stream_synchronize);
    bind.template operator()<&TraceLayer::eventWait>(&nxs_plugin_table::event_wait);
  }

 private:
  nxs_status bufferCreate(nxs_device* device, const nxs_buffer_desc* desc, nxs_buffer** buffer);
  nxs_status libraryCreate(nxs_device* device, const nxs_library_desc* desc, nxs_library** library);
  nxs_status streamSubmit(nxs_stream* stream, const nxs_command* commands, std::uint32_t count, std::uint32_t flags,
                          std::uint64_t* ticket);
  nxs_status streamSynchronize(nxs_stream* stream, std::uint64_t timeout);
  nxs_status eventWait(nxs_event* event, std::uint64_t value, std::uint64_t timeout);

  std::string describe(const nxs_command& command) const;

  const nxs_plugin_table next_;
};

}  // namespace nexus::detail
