#pragma once

#include "tests/cpp/cpu_device.h"

#include <cstdint>
#include <string>

/// The plugin "faulty", loaded into this process for as long as the tests run.
namespace faulty {

/// Its file.
std::string path();
/// The device of a system with this plugin only.
nexus::Device device();

/// See tests/plugins/faulty/control.h. Throws std::invalid_argument if the script is wrong.
void setScript(const std::string& script);
std::uint64_t count(const std::string& where);
/// The places that failed on purpose since the last setScript: "buffer_create,event_signal,".
std::string failures();
std::uint64_t liveObjects();
void release();

/// Waits until everything that was created is destroyed; what was in flight is given back by a background thread.
bool isClean();

}  // namespace faulty
