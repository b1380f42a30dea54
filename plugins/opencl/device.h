#pragma once

#include "queue.h"

#include "plugins/support/driver_schedule.h"

#include <deque>
#include <memory>
#include <mutex>
#include <vector>

namespace nexus::opencl {

using Stream = plugin_support::DriverStream<Queue>;
using Schedule = plugin_support::DriverSchedule<Queue>;

/// The device once it is used for more than properties.
struct OpenDevice {
  OpenDevice(const Platform& platform, const DeviceFacts& facts);
  OpenDevice(const OpenDevice&) = delete;
  OpenDevice& operator=(const OpenDevice&) = delete;
  /// Waits for what runs on the device.
  ~OpenDevice();

  std::shared_ptr<Stream> createStream();
  /// Waits for what the driver runs.
  void awaitDriver();

  const DeviceContext context;
  const std::shared_ptr<plugin_support::Dispatcher> dispatcher = std::make_shared<plugin_support::Dispatcher>();

 private:
  const std::shared_ptr<plugin_support::SignalsInFlight<Queue>> signals_ =
      std::make_shared<plugin_support::SignalsInFlight<Queue>>();
  std::mutex mutex_;
  std::vector<std::weak_ptr<Stream>> streams_;
};

}  // namespace nexus::opencl

struct nxs_device {
  nxs_device(const nexus::opencl::Platform& p, nexus::opencl::cl_device_id device)
      : platform(p), facts(p, device), properties(readProperties(p, facts)) {}

  /// Makes the context at the first call. Throws PluginError, at every call until there is one.
  nexus::opencl::OpenDevice& open();

  const nexus::opencl::Platform& platform;
  const nexus::opencl::DeviceFacts facts;
  const nexus::plugin_support::PropertySet properties;

 private:
  std::mutex mutex_;
  std::unique_ptr<nexus::opencl::OpenDevice> open_;
};

struct nxs_runtime {
  /// Finds the devices of all drivers. Throws PluginError if there is none.
  nxs_runtime();

  nexus::plugin_support::PropertySet properties;
  std::deque<nexus::opencl::Platform> platforms;  // stay where they are
  std::deque<nxs_device> devices;
};

struct nxs_stream {
  std::shared_ptr<nexus::opencl::Stream> stream;
};

struct nxs_schedule : nexus::opencl::Schedule {
  using nexus::opencl::Schedule::DriverSchedule;
};
