#pragma once

#include "watch_calls.h"

/// The GPU plugin of this test, which stays loaded and watches its calls of the driver from now on.
const nexus::gpu_plugin::WatchedCalls& watchedCalls();
