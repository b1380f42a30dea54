#pragma once

#include "plugins/support/plugin_error.h"
#include "plugins/support/timeline.h"

#include <nexus/plugin.h>

#include <atomic>
#include <memory>

namespace nexus::plugin_support {

/// The entries of the table for events that are timelines on the host. `host`: where the plugin keeps the services of the core.
template <std::atomic<const nxs_host*>& host>
struct EventEntries {
  static nxs_status create(nxs_device*, std::uint64_t initial, nxs_event** event) {
    return guarded(host, [&] { *event = new nxs_event{std::make_shared<Timeline>(initial)}; });
  }
  static nxs_status destroy(nxs_event* event) {
    delete event;
    return NXS_SUCCESS;
  }
  static nxs_status signal(nxs_event* event, std::uint64_t value) {
    // A waiter may destroy the event before this has returned.
    return guarded(host, [&] { std::shared_ptr(event->event)->signal(value); });
  }
  static nxs_status wait(nxs_event* event, std::uint64_t value, std::uint64_t timeout) {
    bool isDone = false;
    const nxs_status status = guarded(host, [&] { isDone = event->event->wait(value, timeout); });
    return status != NXS_SUCCESS || isDone ? status : nxs_status{NXS_TIMEOUT};
  }
  static nxs_status query(nxs_event* event, std::uint64_t* value) {
    return guarded(host, [&] { *value = event->event->value(); });
  }
  static nxs_status notify(nxs_event* event, std::uint64_t value, nxs_host_call call) {
    return guarded(host, [&] {
      const std::shared_ptr timeline(event->event);
      if (!timeline->notify(value, [call](nxs_status status) { call.function(call.user, status); }))
        call.function(call.user, timeline->status(value));
    });
  }
  static nxs_status fail(nxs_event* event, nxs_status status, const char* message) {
    return guarded(host, [&] { std::shared_ptr(event->event)->fail(PluginError(status, message)); });
  }
};

}  // namespace nexus::plugin_support
