#pragma once

#include <nexus/export.h>

#include <cstdint>
#include <stdexcept>
#include <string>

namespace nexus {

/// Why a call failed, chosen by what the caller can do about it. See nexus/status_table.h for each meaning.
enum class Status : std::int32_t {
  Success = 0,
#define NEXUS_STATUS(name, constant, value, python_base, meaning) name = value,
#include <nexus/status_table.h>
#undef NEXUS_STATUS
};

/// Name of a status, such as "InvalidArgument".
NEXUS_API const char* statusName(Status status) noexcept;
/// What a status means.
NEXUS_API const char* statusMeaning(Status status) noexcept;

/// Base of every exception that Nexus throws. The message says what failed, on which object, what was expected and found, and what to do.
class NEXUS_API Error : public std::runtime_error {
 public:
  Error(Status status, const std::string& message, std::int64_t nativeCode = 0);
  ~Error() override;
  Status status() const noexcept { return status_; }
  /// The driver's own error number, 0 if there is none.
  std::int64_t nativeCode() const noexcept { return nativeCode_; }

 private:
  Status status_;
  std::int64_t nativeCode_;
};

#define NEXUS_STATUS(name, constant, value, python_base, meaning)                  \
  class NEXUS_API name##Error : public Error {                                     \
   public:                                                                         \
    explicit name##Error(const std::string& message, std::int64_t nativeCode = 0); \
    ~name##Error() override;                                                       \
  };
#include <nexus/status_table.h>
#undef NEXUS_STATUS

/// Throws the exception class that belongs to `status`.
[[noreturn]] NEXUS_API void throwError(Status status, const std::string& message, std::int64_t nativeCode = 0);

/// Thrown out of a blocking call when the interrupt check says so.
class NEXUS_API Interrupted : public std::exception {
 public:
  ~Interrupted() override;
  const char* what() const noexcept override;
};

/// Installs a function that blocking waits call about every 50 ms; if it returns true, the wait ends with Interrupted and what was
/// waited for goes on. Language bindings use it for Ctrl-C. NULL removes it.
NEXUS_API void setInterruptCheck(bool (*check)()) noexcept;

}  // namespace nexus
