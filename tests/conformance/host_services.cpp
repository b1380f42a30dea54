#include "host_services.h"

#include <cstdint>

namespace nexus::conformance {

namespace {

nxs_status setError(nxs_status status, std::int64_t, const char* message) {
  ReportedError& error = reportedError();
  ++error.count;
  error.status = status;
  error.message = message ? message : "";
  return status;
}

void log(std::int32_t, const char*, const char*) {}

}  // namespace

ReportedError& reportedError() {
  static thread_local ReportedError error;
  return error;
}

const nxs_host& hostServices() {
  static const nxs_host host = {sizeof(nxs_host), NXS_ABI_MAJOR, NXS_ABI_MINOR, setError, log};
  return host;
}

std::string statusName(nxs_status status) {
  switch (status) {
    case NXS_SUCCESS: return "Success";
#define NEXUS_STATUS(name, constant, value, python_base, meaning) \
  case NXS_##constant: return #name;
#include <nexus/status_table.h>
#undef NEXUS_STATUS
    default: return "status " + std::to_string(status);
  }
}

}  // namespace nexus::conformance
