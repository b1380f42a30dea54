#pragma once

#include <nexus/plugin.h>

#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <string>

namespace nexus::plugin_support {

/// Thrown inside a plugin; guarded() turns it into a status at the border. Copies cannot fail, so that a failure can be passed on when memory
/// has run out.
class PluginError : public std::exception {
 public:
  PluginError(nxs_status status, std::string message, std::int64_t nativeCode = 0)
      : status_(status), nativeCode_(nativeCode), message_(std::make_shared<const std::string>(std::move(message))) {}
  /// Needs no memory.
  static PluginError outOfMemory() noexcept { return PluginError(); }

  nxs_status status() const noexcept { return status_; }
  std::int64_t nativeCode() const noexcept { return nativeCode_; }
  std::string message() const { return what(); }
  const char* what() const noexcept override { return message_ ? message_->c_str() : "host memory ran out"; }

 private:
  PluginError() noexcept = default;

  nxs_status status_ = NXS_OUT_OF_MEMORY;
  std::int64_t nativeCode_ = 0;
  std::shared_ptr<const std::string> message_;
};

}  // namespace nexus::plugin_support
