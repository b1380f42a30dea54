#pragma once

#include "layer.h"

#include <map>
#include <mutex>
#include <string>

namespace nexus::detail {

/// Checks what goes through a plugin's table: that every object is alive and of this plugin, that commands stay inside their buffers, that
/// what a command writes does not overlap with what it reads, and that everything is given back. For finding faults of programs, of plugins
/// and of Nexus itself; NEXUS_VALIDATION=1 puts it over every plugin.
class ValidationLayer {
 public:
  ValidationLayer(const nxs_plugin_table& next, std::string name) : next_(next), name_(std::move(name)) {}
  /// Warns of objects that were not given back.
  ~ValidationLayer();
  /// The same at the end of the process, when the system of the process still exists.
  void warnOfLeaks() const;

  template <class Bind>
  static void list(Bind bind) {
    bind.template operator()<&ValidationLayer::bufferCreate>(&nxs_plugin_table::buffer_create);
    bind.template operator()<&ValidationLayer::bufferDestroy>(&nxs_plugin_table::buffer_destroy);
    bind.template operator()<&ValidationLayer::libraryCreate>(&nxs_plugin_table::library_create);
    bind.template operator()<&ValidationLayer::libraryDestroy>(&nxs_plugin_table::library_destroy);
    bind.template operator()<&ValidationLayer::streamCreate>(&nxs_plugin_table::stream_create);
    bind.template operator()<&ValidationLayer::streamDestroy>(&nxs_plugin_table::stream_destroy);
    bind.template operator()<&ValidationLayer::streamSubmit>(&nxs_plugin_table::stream_submit);
    bind.template operator()<&ValidationLayer::eventCreate>(&nxs_plugin_table::event_create);
    bind.template operator()<&ValidationLayer::eventDestroy>(&nxs_plugin_table::event_destroy);
    bind.template operator()<&ValidationLayer::eventSignal>(&nxs_plugin_table::event_signal);
    bind.template operator()<&ValidationLayer::scheduleCreate>(&nxs_plugin_table::schedule_create);
    bind.template operator()<&ValidationLayer::scheduleDestroy>(&nxs_plugin_table::schedule_destroy);
    bind.template operator()<&ValidationLayer::scheduleUpdate>(&nxs_plugin_table::schedule_update);
    bind.template operator()<&ValidationLayer::scheduleRun>(&nxs_plugin_table::schedule_run);
  }

 private:
  /// What is known of a live object.
  struct Live {
    const char* kind;
    nxs_device* device;
    std::uint64_t size;  // of a buffer
    std::string site;    // of its creation
  };

  nxs_status bufferCreate(nxs_device* device, const nxs_buffer_desc* desc, nxs_buffer** buffer);
  nxs_status bufferDestroy(nxs_buffer* buffer);
  nxs_status libraryCreate(nxs_device* device, const nxs_library_desc* desc, nxs_library** library);
  nxs_status libraryDestroy(nxs_library* library);
  nxs_status streamCreate(nxs_device* device, nxs_stream** stream);
  nxs_status streamDestroy(nxs_stream* stream);
  nxs_status streamSubmit(nxs_stream* stream, const nxs_command* commands, std::uint32_t count, std::uint32_t flags,
                          std::uint64_t* ticket);
  nxs_status eventCreate(nxs_device* device, std::uint64_t initial, nxs_event** event);
  nxs_status eventDestroy(nxs_event* event);
  nxs_status eventSignal(nxs_event* event, std::uint64_t value);
  nxs_status scheduleCreate(nxs_device* device, const nxs_command* commands, std::uint32_t count, nxs_schedule** schedule);
  nxs_status scheduleDestroy(nxs_schedule* schedule);
  nxs_status scheduleUpdate(nxs_schedule* schedule, std::uint32_t index, const nxs_command* command);
  nxs_status scheduleRun(nxs_schedule* schedule, nxs_stream* stream, std::uint32_t flags, std::uint64_t* ticket);

  void warnOfLeak(const Live& live) const;
  void warn(const std::string& text) const;
  template <class Create>
  nxs_status create(const char* kind, nxs_device* device, std::uint64_t size, Create&& create);
  template <class Destroy>
  nxs_status destroy(const char* kind, void* object, Destroy&& destroy);
  /// Throws InvalidArgumentError.
  const Live& find(const char* kind, const void* object) const;
  void checkRange(const nxs_buffer* buffer, std::uint64_t offset, std::uint64_t size, nxs_device* device) const;
  void checkCommand(const nxs_command& command, nxs_device* device) const;
  bool hasPeerCopy(nxs_device* device) const;
  void checkCopy(const nxs_copy& copy, nxs_device* device) const;
  void checkLaunch(const nxs_launch& launch, nxs_device* device) const;
  template <class Check>
  nxs_status checked(Check&& check) const;

  const nxs_plugin_table next_;
  const std::string name_;
  mutable std::mutex mutex_;
  std::map<const void*, Live> live_;
};

}  // namespace nexus::detail
