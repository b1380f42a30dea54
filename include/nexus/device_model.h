#pragma once

#include <nexus/device.h>

#include <string>

namespace nexus {

/// What calculations need to know of a device: its database entry, which product it is, and what a live device says itself.
struct NEXUS_API DeviceModel {
  Info entry;
  std::string product;         ///< key below /Products; "" if it is not known which one it is
  std::string name;            ///< for people: id of a live device, else the name of the product or the entry
  std::int64_t coreCount = 0;  ///< of the live device, else of the product; 0 if neither tells
  double boostClock = 0;       ///< MHz, likewise

  /// Of a live device. Throws NotFoundError if it has no entry.
  static DeviceModel of(const Device& device);
  /// Of the architecture or product that a name stands for; see Database::resolve(). Of an architecture with one product, that is
  /// meant.
  static DeviceModel of(const std::string& name);
  static DeviceModel of(const Info& entry);
};

}  // namespace nexus
