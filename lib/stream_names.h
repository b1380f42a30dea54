#pragma once

#include <nexus/plugin.h>

#include <string>

namespace nexus::detail {

/// What a trace and the validation layer call a stream of a plugin, of which they see only the pointer: "cpu:0 stream 2".
void nameStream(const nxs_stream* stream, const std::string& name);
void forgetStream(const nxs_stream* stream) noexcept;
std::string streamName(const nxs_stream* stream);

}  // namespace nexus::detail
