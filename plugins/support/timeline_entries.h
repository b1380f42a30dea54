#pragma once

#include "plugins/support/plugin_table.h"
#include "plugins/support/timeline.h"

namespace nexus::plugin_support {

/// Entries of plugins whose events are timelines on the host.
struct TimelineEntries : CommonEntries {
  static nxs_status event_create(nxs_device*, uint64_t initial, nxs_event** event) {
    return guarded([&] { *event = new nxs_event{std::make_shared<Timeline>(initial)}; });
  }
  static nxs_status event_notify(nxs_event* event, uint64_t value, nxs_host_call call) {
    return guarded([&] {
      const std::shared_ptr timeline(event->event);
      if (!timeline->notify(value, [call](nxs_status status) { call.function(call.user, status); }))
        call.function(call.user, timeline->status(value));
    });
  }
};

}  // namespace nexus::plugin_support
