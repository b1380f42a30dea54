// The function table: every entry is counted, fails if the script says so, and otherwise does what the other plugin does.
#include "control.h"
#include "live_objects.h"
#include "recorded_schedule.h"
#include "target.h"

#include "plugins/support/host.h"

#include <algorithm>
#include <cstdlib>
#include <mutex>

using namespace faulty_plugin;
using nexus::plugin_support::guarded;
using nexus::plugin_support::PluginError;

namespace {

// Never destroyed: at the end of the process, background threads of the core may still give something back.
Injector& injector() {
  static auto& instance = *new Injector;
  return instance;
}
LiveObjects& liveObjects() {
  static auto& instance = *new LiveObjects;
  return instance;
}
CommandFaults& commandFaults() {
  static auto& instance = *new CommandFaults;
  return instance;
}

template <Place place>
struct At {};

constexpr bool destroys(Place place) {
  return place == Place::runtime_close || place == Place::buffer_destroy || place == Place::library_destroy ||
         place == Place::stream_destroy || place == Place::event_destroy || place == Place::schedule_destroy;
}

RecordedSchedule& recorded(nxs_schedule* schedule) { return *reinterpret_cast<RecordedSchedule*>(schedule); }

nxs_status counted(nxs_status status) {
  if (status == NXS_SUCCESS) liveObjects().add();
  return status;
}

// What an entry does beyond calling the other plugin's.

template <Place place, class Entry, class... A>
nxs_status forward(At<place>, Entry entry, A... arguments) {
  return entry(arguments...);
}

nxs_status forward(At<Place::runtime_open>, decltype(nxs_plugin_table::runtime_open) entry, nxs_runtime** runtime) {
  return counted(entry(runtime));
}
nxs_status forward(At<Place::runtime_close>, decltype(nxs_plugin_table::runtime_close) entry, nxs_runtime* runtime) {
  std::uint32_t count = 0;
  target().runtime_device_count(runtime, &count);
  for (std::uint32_t i = 0; i < count; ++i)
    if (nxs_device* device = nullptr; target().runtime_device(runtime, i, &device) == NXS_SUCCESS) commandFaults().forget(device);
  liveObjects().remove();
  return entry(runtime);
}

nxs_status forward(At<Place::buffer_create>, decltype(nxs_plugin_table::buffer_create) entry, nxs_device* device,
                   const nxs_buffer_desc* desc, nxs_buffer** buffer) {
  return counted(entry(device, desc, buffer));
}
nxs_status forward(At<Place::buffer_destroy>, decltype(nxs_plugin_table::buffer_destroy) entry, nxs_buffer* buffer) {
  liveObjects().remove();
  return entry(buffer);
}

nxs_status forward(At<Place::library_create>, decltype(nxs_plugin_table::library_create) entry, nxs_device* device,
                   const nxs_library_desc* desc, nxs_library** library) {
  return counted(entry(device, desc, library));
}
nxs_status forward(At<Place::library_destroy>, decltype(nxs_plugin_table::library_destroy) entry, nxs_library* library) {
  liveObjects().remove();
  return entry(library);
}

nxs_status forward(At<Place::stream_create>, decltype(nxs_plugin_table::stream_create) entry, nxs_device* device,
                   nxs_stream** stream) {
  const nxs_status status = entry(device, stream);
  if (status == NXS_SUCCESS) liveObjects().addStream(*stream, device);
  return status;
}
nxs_status forward(At<Place::stream_destroy>, decltype(nxs_plugin_table::stream_destroy) entry, nxs_stream* stream) {
  liveObjects().removeStream(stream);
  return entry(stream);
}
nxs_status forward(At<Place::stream_submit>, decltype(nxs_plugin_table::stream_submit) entry, nxs_stream* stream,
                   const nxs_command* commands, std::uint32_t count, std::uint32_t flags, std::uint64_t* ticket) {
  const auto changed = commandFaults().sabotage(liveObjects().deviceOf(stream), {commands, count}, injector());
  return changed.empty() ? entry(stream, commands, count, flags, ticket)
                         : entry(stream, changed.data(), static_cast<std::uint32_t>(changed.size()), flags, ticket);
}

nxs_status forward(At<Place::event_create>, decltype(nxs_plugin_table::event_create) entry, nxs_device* device,
                   std::uint64_t initial, nxs_event** event) {
  const nxs_status status = entry(device, initial, event);
  if (status == NXS_SUCCESS) liveObjects().addEvent(*event);
  return status;
}
nxs_status forward(At<Place::event_destroy>, decltype(nxs_plugin_table::event_destroy) entry, nxs_event* event) {
  liveObjects().removeEvent(event);
  return entry(event);
}

nxs_status forward(At<Place::schedule_create>, decltype(nxs_plugin_table::schedule_create) entry, nxs_device* device,
                   const nxs_command* commands, std::uint32_t count, nxs_schedule** schedule) {
  nxs_schedule* native = nullptr;
  const nxs_status status = entry(device, commands, count, &native);
  if (status == NXS_SUCCESS) *schedule = reinterpret_cast<nxs_schedule*>(new RecordedSchedule(device, native, {commands, count}));
  return counted(status);
}
nxs_status forward(At<Place::schedule_destroy>, decltype(nxs_plugin_table::schedule_destroy), nxs_schedule* schedule) {
  liveObjects().remove();
  delete &recorded(schedule);
  return NXS_SUCCESS;
}
nxs_status forward(At<Place::schedule_update>, decltype(nxs_plugin_table::schedule_update) entry, nxs_schedule* schedule,
                   std::uint32_t index, const nxs_command* command) {
  const nxs_status status = entry(recorded(schedule).native(), index, command);
  if (status == NXS_SUCCESS) recorded(schedule).update(index, *command);
  return status;
}
nxs_status forward(At<Place::schedule_run>, decltype(nxs_plugin_table::schedule_run), nxs_schedule* schedule, nxs_stream* stream,
                   std::uint32_t flags, std::uint64_t* ticket) {
  return recorded(schedule).run(stream, flags, ticket, commandFaults(), injector());
}
nxs_status forward(At<Place::schedule_times>, decltype(nxs_plugin_table::schedule_times) entry, nxs_schedule* schedule,
                   std::uint64_t* nanoseconds, std::uint32_t count) {
  return entry(recorded(schedule).native(), nanoseconds, count);
}

/// The timeout of a wait that hangs.
template <class... A>
std::uint64_t timeoutOf(A... arguments) {
  std::uint64_t last = NXS_FOREVER;
  const auto take = [&](auto argument) {
    if constexpr (std::is_same_v<decltype(argument), std::uint64_t>) last = argument;
  };
  (take(arguments), ...);
  return last;
}

void loseDevice(const std::string& message) {
  commandFaults().release();
  liveObjects().loseAll(message);
}

template <Place place, auto member, class Type = decltype(member)>
struct Entry;

template <Place place, auto member, class... A>
struct Entry<place, member, nxs_status (*nxs_plugin_table::*)(A...)> {
  static nxs_status call(A... arguments) noexcept {
    nxs_status result = NXS_SUCCESS;
    const nxs_status status = guarded([&] {
      const Verdict verdict = injector().enter(place);
      if (verdict.losesDevice) loseDevice(verdict.message);
      if (verdict.hangs && !injector().waitForRelease(timeoutOf(arguments...))) {
        result = NXS_TIMEOUT;
        return;
      }
      if (verdict.status == NXS_SUCCESS || destroys(place)) result = forward(At<place>(), target().*member, arguments...);
      if (verdict.status != NXS_SUCCESS) throw PluginError(verdict.status, verdict.message);
    });
    return status != NXS_SUCCESS ? status : result;
  }
};

nxs_plugin plugin = {sizeof(nxs_plugin), NXS_PLUGIN_MAGIC, NXS_ABI_MAJOR, NXS_ABI_MINOR, 0, "faulty", "1.0", {}};

void copyText(const std::string& from, char* to, std::size_t size) {
  if (size == 0) return;
  to[from.copy(to, size - 1)] = '\0';
}

}  // namespace

const char* nexusFaultySetScript(const char* script) {
  static thread_local std::string fault;
  try {
    injector().setScript(parseScript(script ? script : ""));
    return nullptr;
  } catch (const std::exception& e) {
    fault = e.what();
    return fault.c_str();
  }
}

uint64_t nexusFaultyCount(const char* where) {
  const Place place = findPlace(where);
  return place == Place::count ? 0 : injector().count(place);
}

size_t nexusFaultyFailures(char* text, size_t size) {
  const std::vector<Place> failures = injector().failures();
  std::string list;
  for (const Place place : failures) list += std::string(placeName(place)) + ",";
  copyText(list, text, size);
  return failures.size();
}

uint64_t nexusFaultyLiveObjects(void) { return liveObjects().count(); }

void nexusFaultyRelease(void) {
  injector().release();
  commandFaults().release();
}

const nxs_plugin* nxsGetPlugin(const nxs_host* core) {
  static std::once_flag isReady;
  nexus::plugin_support::host = core;
  const nxs_status status = guarded([&] {
    std::call_once(isReady, [&] {
      const char* path = std::getenv("NEXUS_FAULTY_TARGET");
      const char* script = std::getenv("NEXUS_FAULTS");
      openTarget(path && *path ? path : FAULTY_DEFAULT_TARGET, core);
      if (script) injector().setScript(parseScript(script));
#define FAULTY_ENTRY(need, name, parameters) \
  plugin.table.name = target().name ? Entry<Place::name, &nxs_plugin_table::name>::call : nullptr;
      NXS_PLUGIN_ENTRIES(FAULTY_ENTRY)
#undef FAULTY_ENTRY
    });
  });
  return status == NXS_SUCCESS ? &plugin : nullptr;
}
