#pragma once

#include <nexus/handle.h>

namespace nexus::detail {

/// Looks after a stream with work in flight from a background thread, so that what the work uses is given back soon after it has completed
/// even if nobody calls Nexus again. The thread exists only while there is such a stream, and less than a second longer. A stream is not passed
/// again while it is watched.
void watchStream(Ref stream) noexcept;

}  // namespace nexus::detail
