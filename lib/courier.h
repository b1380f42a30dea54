#pragma once

#include <nexus/plugin.h>

namespace nexus::detail {

/// What is to be done after a plugin has called back. In the callback itself the plugin must not be called and nothing may fail, so
/// everything that this needs exists before: it is only handed to a background thread, which runs one after another and deletes
/// them.
class FollowUp {
 public:
  /// Starts the thread if there is none yet. Throws if that fails.
  FollowUp();
  FollowUp(const FollowUp&) = delete;
  FollowUp& operator=(const FollowUp&) = delete;
  virtual ~FollowUp() = default;

  virtual void run(nxs_status status) noexcept = 0;
  /// For the plugin, which owns this once it has accepted the call.
  nxs_host_call hostCall() noexcept { return {calledBack, this}; }

 private:
  friend struct Courier;
  static void calledBack(void* user, nxs_status status);

  nxs_status status_ = NXS_SUCCESS;
  FollowUp* next_ = nullptr;
};

}  // namespace nexus::detail
