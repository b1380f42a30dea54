#pragma once

#include <nexus/plugin.h>

namespace nexus::detail {

class StreamObject;

/// Makes a stream known to the layers over its plugin, which see only the plugin's pointer.
void addKnownStream(const StreamObject& stream);
void removeKnownStream(const nxs_stream* stream) noexcept;
/// NULL if the core has not made it. The caller sees to it that the stream lives.
const StreamObject* findKnownStream(const nxs_stream* stream);

}  // namespace nexus::detail
