#pragma once

#include <nexus/plugin.h>

#include <string>

namespace nexus::conformance {

/// What the plugin reported through set_error on this thread.
struct ReportedError {
  int count = 0;  ///< calls since the last clear
  nxs_status status = NXS_SUCCESS;
  std::string message;
};

/// The calling thread's own.
ReportedError& reportedError();

/// The suite's side of the handshake.
const nxs_host& hostServices();

/// "OutOfMemory" for NXS_OUT_OF_MEMORY, "status 77" for a number that is none.
std::string statusName(nxs_status status);

}  // namespace nexus::conformance
