#pragma once

#include "injector.h"

#include <map>
#include <mutex>
#include <span>
#include <vector>

namespace faulty_plugin {

/// Puts commands into a submission that fail or hang in the stream, each in front of the command that is to suffer.
class CommandFaults {
 public:
  /// Counts the commands. Returns those to submit instead, or none if all are to go as they are. Throws std::runtime_error.
  std::vector<nxs_command> sabotage(nxs_device* device, std::span<const nxs_command> commands, Injector& injector);
  void release();
  /// Destroys what was made on a device; all its work has ended.
  void forget(nxs_device* device);

 private:
  nxs_command makeFailing(nxs_device* device, const Verdict& verdict);
  nxs_command makeHanging(nxs_device* device);
  nxs_event* makeEvent(nxs_device* device);

  std::mutex mutex_;
  std::multimap<nxs_device*, nxs_event*> events_;
  std::vector<nxs_event*> gates_;  // of those, the ones that are to be signalled
};

}  // namespace faulty_plugin
