#pragma once

#include <nexus/plugin.h>

#include <exception>
#include <new>
#include <string>

namespace nexus::plugin_support {

/// Thrown inside a plugin; guarded() turns it into a status at the border.
class PluginError : public std::exception {
 public:
  PluginError(nxs_status status, std::string message, std::int64_t nativeCode = 0)
      : status_(status), nativeCode_(nativeCode), message_(std::move(message)) {}
  nxs_status status() const noexcept { return status_; }
  std::int64_t nativeCode() const noexcept { return nativeCode_; }
  const std::string& message() const noexcept { return message_; }
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  nxs_status status_;
  std::int64_t nativeCode_;
  std::string message_;
};

/// Runs the body of an entry. Nothing is thrown across the plugin interface.
template <class Body>
nxs_status guarded(const nxs_host* host, Body&& body) noexcept {
  try {
    body();
    return NXS_SUCCESS;
  } catch (const PluginError& e) {
    return host->set_error(e.status(), e.nativeCode(), e.what());
  } catch (const std::bad_alloc&) {
    return host->set_error(NXS_OUT_OF_MEMORY, 0, "host memory ran out");
  } catch (const std::exception& e) {
    return host->set_error(NXS_INTERNAL, 0, e.what());
  } catch (...) {
    return host->set_error(NXS_INTERNAL, 0, "an exception that is no std::exception");
  }
}

}  // namespace nexus::plugin_support
