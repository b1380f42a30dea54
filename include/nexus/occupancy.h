#pragma once

#include <nexus/device_model.h>

namespace nexus {

/// What one block of a launch takes of a core.
struct BlockResources {
  std::int64_t threads = 1;             ///< threads of one block
  std::int64_t registersPerThread = 0;  ///< 32-bit vector registers; 0: they set no limit
  std::int64_t sharedBytes = 0;         ///< shared memory of one block, static and launch-sized together
  std::int64_t scalarRegisters = 0;     ///< AMD: scalar registers of a wave; 0: they set no limit
  std::int64_t subgroupSize = 0;        ///< threads of a warp or wave; 0: the default of the device
  std::int64_t barriers = 1;            ///< NVIDIA: barriers of one block
};

/// How many blocks a core holds at the same time. "Core" is what shares one shared memory: a multiprocessor, a compute unit, from
/// gfx10 on a workgroup processor.
struct Occupancy {
  std::int64_t blocks = 0;        ///< resident on one core; 0 if not even one fits
  std::int64_t subgroups = 0;     ///< of these blocks
  std::int64_t maxSubgroups = 0;  ///< that a core can hold at most
  double fraction = 0;            ///< subgroups / maxSubgroups
  std::string limit;   ///< what sets the limit: "subgroups", "blocks", "registers", "scalar registers", "shared memory", "barriers"
  std::string reason;  ///< in words, with the numbers
};

/// The occupancy that the driver would report. docs/characteristics.md gives the formulas and where they come from. Throws
/// InvalidArgumentError for numbers that no block can have, UnsupportedError if the entry of the device has no model of occupancy.
NEXUS_API Occupancy occupancy(const BlockResources& block, const DeviceModel& device);
inline Occupancy occupancy(const BlockResources& block, const Device& device) { return occupancy(block, DeviceModel::of(device)); }
inline Occupancy occupancy(const BlockResources& block, const std::string& device) {
  return occupancy(block, DeviceModel::of(device));
}

}  // namespace nexus
