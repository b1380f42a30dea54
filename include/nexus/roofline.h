#pragma once

#include <nexus/device_model.h>

namespace nexus {

/// One roof: the most that one kind of unit computes with one type of element.
struct Peak {
  std::string unit;         ///< "Vector", "VectorPacked", "Matrix" or "MatrixSparse", as in the database
  std::string input;        ///< element type: "fp32"
  std::string accumulator;  ///< element type of the sums of matrix units, "" for others
  double opsPerSecond = 0;  ///< a multiply-add counts as 2
  double ridge = 0;         ///< operations per byte from which on the memory is no longer the limit
};

/// What a device can reach at most: min(peak, intensity x bandwidth).
struct NEXUS_API Roofline {
  std::string name;         ///< of the device or product
  double bandwidth = 0;     ///< of the device's memory, bytes per second
  std::vector<Peak> peaks;  ///< by unit, then in the order of the entry

  /// The highest dense peak for an element type. Throws NotFoundError with the types there are.
  const Peak& getPeak(const std::string& input) const;
  /// Operations per second at an intensity (operations per byte moved to or from memory). Throws as getPeak().
  double attainable(double intensity, const std::string& input = "fp32") const;
};

/// Peaks are rate x cores x clock; see docs/characteristics.md. Throws UnsupportedError that says what the entry lacks, or which
/// products there are if the name is that of several.
NEXUS_API Roofline roofline(const DeviceModel& device);
inline Roofline roofline(const Device& device) { return roofline(DeviceModel::of(device)); }
inline Roofline roofline(const std::string& device) { return roofline(DeviceModel::of(device)); }

/// Divides `work` items among devices in proportion to what each reaches at an intensity: min(peak, intensity x bandwidth). The
/// shares add up to `work` exactly; all but the last non-empty one are multiples of `multiple`. Throws InvalidArgumentError if
/// there is no device, or for negative numbers.
NEXUS_API std::vector<std::int64_t> distribute(std::int64_t work, const std::vector<Roofline>& devices, double intensity,
                                               const std::string& input = "fp32", std::int64_t multiple = 1);

}  // namespace nexus
