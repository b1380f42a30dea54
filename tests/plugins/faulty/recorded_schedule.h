#pragma once

#include "command_faults.h"

namespace faulty_plugin {

/// A schedule of the other plugin and the commands that it was made from, so that a run can be made to fail at one of them.
class RecordedSchedule {
 public:
  RecordedSchedule(nxs_device* device, nxs_schedule* native, std::span<const nxs_command> commands);
  ~RecordedSchedule();
  RecordedSchedule(const RecordedSchedule&) = delete;
  RecordedSchedule& operator=(const RecordedSchedule&) = delete;

  nxs_schedule* native() const { return native_; }
  void update(std::uint32_t index, const nxs_command& command);
  nxs_status run(nxs_stream* stream, std::uint32_t flags, std::uint64_t* ticket, CommandFaults& faults, Injector& injector);

 private:
  void record(std::size_t index, const nxs_command& command);

  nxs_device* device_;
  nxs_schedule* native_;
  std::mutex mutex_;
  std::vector<nxs_command> commands_;
  std::vector<std::vector<nxs_argument>> arguments_;
  std::vector<nxs_schedule*> sabotaged_;
};

}  // namespace faulty_plugin
