#pragma once

#include <functional>

namespace nexus::detail {

/// Runs a job on a background thread, one after another. For what follows from a plugin's callback, in which the plugin must not be called.
/// Jobs must not throw. The thread starts with the first job.
void post(std::function<void()> job);

}  // namespace nexus::detail
