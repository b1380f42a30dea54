#pragma once

#include <nexus/export.h>

#include <string>

namespace nexus {

/// Writes every command, copy and wait of every device to a file from now on, for chrome://tracing or Perfetto. Command times are the
/// device's own, on the time line of the host. NEXUS_TRACE=FILE does the same from the start of the program. Throws UnavailableError if the file cannot be
/// written, InvalidArgumentError if a trace is being written already.
NEXUS_API void startTrace(const std::string& path);
/// Ends the trace and closes the file. Does nothing if there is none.
NEXUS_API void stopTrace();

}  // namespace nexus
