#pragma once

#include "plugin_error.h"

#include <dlfcn.h>

#include <initializer_list>
#include <string>
#include <vector>

namespace nexus::plugin_support {

/// A vendor's library, opened at run time. It is never closed: drivers do not survive that.
///
/// A plugin lists what it calls once, in an X-macro of REQUIRED and OPTIONAL functions, and resolves each row with resolve().
class DriverLibrary {
 public:
  /// Tries the names in order. Returns false if none can be opened; reason() then says why.
  bool open(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      handle_ = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
      if (handle_) {
        name_ = name;
        return true;
      }
      const char* error = dlerror();
      reason_ += (reason_.empty() ? "" : "; ") + std::string(error ? error : name);
    }
    return false;
  }

  template <class Function>
  void resolve(Function*& function, const char* symbol, bool isRequired) {
    function = reinterpret_cast<Function*>(dlsym(handle_, symbol));
    if (function || !isRequired) return;
    missing_ += (missing_.empty() ? "" : ", ") + std::string(symbol);
  }

  /// Throws Unavailable if a required function was not found; the message lists all of them.
  void requireComplete() const {
    if (!missing_.empty())
      throw PluginError(NXS_UNAVAILABLE,
                        name_ + " lacks " + missing_ + "; it is older than this plugin needs, install a newer driver");
  }

  const std::string& name() const noexcept { return name_; }
  const std::string& reason() const noexcept { return reason_; }

 private:
  void* handle_ = nullptr;
  std::string name_, reason_, missing_;
};

/// The values of NEED in such a table.
inline constexpr bool REQUIRED = true, OPTIONAL = false;

}  // namespace nexus::plugin_support
