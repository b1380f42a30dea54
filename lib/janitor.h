#pragma once

#include <nexus/handle.h>

#include <chrono>

namespace nexus::detail {

/// Looks after a stream with work in flight from a background thread, so that what the work uses is given back soon after it has completed
/// even if nobody calls Nexus again. The thread exists only while there is such a stream, and less than a second longer. A stream is not passed
/// again while it is watched.
void watchStream(Ref stream) noexcept;

/// Waits until no stream is watched, so that what completed work has used is given back. Returns false if the time is over first.
bool awaitWatchedStreams(std::chrono::milliseconds timeout) noexcept;

}  // namespace nexus::detail
