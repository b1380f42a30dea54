#pragma once

#include "buffer_object.h"
#include "library_object.h"

namespace nexus::detail {

/// Converts one argument to what the kernel declares. Throws InvalidArgumentError naming kernel, argument, expected and actual. Returns the
/// memory that a buffer argument uses, NULL for scalars.
const MemoryObject* convertArgument(const KernelObject& kernel, std::size_t index, const Argument& value, nxs_argument& converted);

/// Throws InvalidArgumentError unless that many arguments were given as the kernel takes.
void checkArgumentCount(const KernelObject& kernel, std::size_t given);

/// Fills in grid, block and shared memory. Throws InvalidArgumentError naming what is beyond which limit.
void setGeometry(const KernelObject& kernel, const Dim3& grid, const Dim3& block, std::int64_t sharedBytes, nxs_launch& launch);

/// Fills in what makes a launch cooperative, or forms clusters. Throws UnsupportedError, or InvalidArgumentError for clusters that do not divide the grid.
void setLaunchOptions(const KernelObject& kernel, const Dim3& grid, const LaunchOptions& options, nxs_launch& launch);

}  // namespace nexus::detail
