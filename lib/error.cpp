#include <nexus/error.h>

namespace nexus {

const char* statusName(Status status) noexcept {
  switch (status) {
    case Status::Success: return "Success";
#define NEXUS_STATUS(name, constant, value, python_base, meaning) \
  case Status::name: return #name;
#include <nexus/status_table.h>
#undef NEXUS_STATUS
  }
  return "Unknown";
}

const char* statusMeaning(Status status) noexcept {
  switch (status) {
    case Status::Success: return "The call did what it was asked to.";
#define NEXUS_STATUS(name, constant, value, python_base, meaning) \
  case Status::name: return meaning;
#include <nexus/status_table.h>
#undef NEXUS_STATUS
  }
  return "Not a status of this version of Nexus.";
}

Error::Error(Status status, const std::string& message, std::int64_t nativeCode)
    : std::runtime_error(message), status_(status), nativeCode_(nativeCode) {}
Error::~Error() = default;

#define NEXUS_STATUS(name, constant, value, python_base, meaning)                                                             \
  name##Error::name##Error(const std::string& message, std::int64_t nativeCode) : Error(Status::name, message, nativeCode) {} \
  name##Error::~name##Error() = default;
#include <nexus/status_table.h>
#undef NEXUS_STATUS

void throwError(Status status, const std::string& message, std::int64_t nativeCode) {
  switch (status) {
#define NEXUS_STATUS(name, constant, value, python_base, meaning) \
  case Status::name: throw name##Error(message, nativeCode);
#include <nexus/status_table.h>
#undef NEXUS_STATUS
    case Status::Success: break;
  }
  throw InternalError(
      message + " (status " + std::to_string(static_cast<int>(status)) + ", which is not a failure that Nexus knows)", nativeCode);
}

Interrupted::~Interrupted() = default;
const char* Interrupted::what() const noexcept { return "interrupted"; }

}  // namespace nexus
