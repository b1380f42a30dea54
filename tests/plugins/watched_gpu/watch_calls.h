// What a test asks of a GPU plugin that watches its calls of the driver, and tells it.
#pragma once

namespace nexus::gpu_plugin {

struct WatchedCalls {
  /// From now on calls are watched. Opens the driver.
  void (*start)();
  /// "contextGetCurrent 2, launch 2": what this thread has called since it last asked.
  const char* (*take)();
  /// The functions that can be made to fail, "init deviceCount ...".
  const char* (*names)();
  /// The `number`-th call of a function from now, counted from 1 and on any thread, returns `code`; NULL: no more failures. A function that gives back
  /// or waits does its work all the same, as real drivers do. The others do nothing.
  void (*fail)(const char* name, unsigned number, int code);
  /// Whether the call has come.
  bool (*hasFailed)();
  /// The driver's objects that were made and not given back, "streamCreate 1, moduleLoad 2"; "" if there are none.
  const char* (*live)();
};

/// The type of the exported function `watchedCalls`.
using WatchedCallsFunction = const WatchedCalls*();

}  // namespace nexus::gpu_plugin
