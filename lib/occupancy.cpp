#include <nexus/error.h>
#include <nexus/occupancy.h>

#include <limits>

namespace nexus {

namespace {

constexpr std::int64_t unlimited = std::numeric_limits<std::int64_t>::max();

std::int64_t roundUp(std::int64_t value, std::int64_t unit) { return (value + unit - 1) / unit * unit; }

/// What an entry says of limits, with the values that some entries leave out.
class Limits {
 public:
  explicit Limits(const DeviceModel& device) : entry_(device.entry), name_(device.name) {}

  std::int64_t get(const std::string& pointer) const {
    if (!entry_.contains(pointer))
      throw UnsupportedError(name_ + ": the occupancy cannot be told: entry '" + entry_.getEntryName() + "' has no '" + pointer +
                             "'");
    return entry_.getInt(pointer);
  }
  std::int64_t get(const std::string& pointer, std::int64_t otherwise) const {
    return entry_.contains(pointer) ? entry_.getInt(pointer) : otherwise;
  }
  std::int64_t limit(const char* name) const { return get(std::string("/ExecutionLimits/") + name); }
  std::int64_t limit(const char* name, std::int64_t otherwise) const {
    return get(std::string("/ExecutionLimits/") + name, otherwise);
  }
  /// Threads that execute together: what compilers choose, or the only size there is.
  std::int64_t subgroupSize() const {
    const char* sizes = "/CoreSubsystem/SubgroupSizes";
    if (!entry_.contains("/CoreSubsystem/DefaultSubgroupSize") && entry_.contains(sizes) && entry_.at(sizes).getSize() == 1)
      return entry_.at(sizes).at(std::size_t{0}).getInt();
    return get("/CoreSubsystem/DefaultSubgroupSize");
  }
  const Info& entry() const { return entry_; }

 private:
  const Info& entry_;
  const std::string& name_;
};

/// Keeps the smallest number of blocks and what set it.
class Smallest {
 public:
  void add(const char* limit, std::int64_t blocks, std::string reason) {
    if (blocks >= result_.blocks) return;
    result_.blocks = blocks;
    result_.limit = limit;
    result_.reason = std::move(reason);
  }
  Occupancy finish(std::int64_t subgroupsPerBlock, std::int64_t maxSubgroups) {
    result_.subgroups = result_.blocks * subgroupsPerBlock;
    result_.maxSubgroups = maxSubgroups;
    result_.fraction = static_cast<double>(result_.subgroups) / static_cast<double>(maxSubgroups);
    return std::move(result_);
  }
  Smallest() { result_.blocks = unlimited; }

 private:
  Occupancy result_;
};

std::string number(std::int64_t value) { return std::to_string(value); }

/// One block alone is too large.
std::string tooMany(std::int64_t wanted, const char* what, std::int64_t most) {
  return "one block takes " + number(wanted) + " " + what + ", and it may take " + number(most) + " at most";
}

Occupancy cuda(const BlockResources& block, const Limits& limits) {
  const std::int64_t size = limits.subgroupSize();
  const std::int64_t warps = roundUp(block.threads, size) / size, maxWarps = limits.limit("MaxSubgroupsPerCore");
  Smallest smallest;
  smallest.add("subgroups", maxWarps / warps, number(warps) + " warps of a block, " + number(maxWarps) + " of a core");
  smallest.add("blocks", limits.limit("MaxBlocksPerCore"), number(limits.limit("MaxBlocksPerCore")) + " blocks of a core");
  if (const std::int64_t most = limits.limit("MaxThreadsPerBlock"); block.threads > most)
    smallest.add("subgroups", 0, tooMany(block.threads, "threads", most));

  if (block.registersPerThread > 0) {
    const std::int64_t perWarp = roundUp(block.registersPerThread * size, limits.limit("RegisterAllocationUnit"));
    const std::int64_t partitions = limits.limit("SubgroupAllocationUnit"), all = limits.limit("RegistersPerCore");
    const std::int64_t mostPerThread = limits.limit("MaxRegistersPerThread"), ofBlock = perWarp * roundUp(warps, partitions);
    if (block.registersPerThread > mostPerThread)
      smallest.add("registers", 0,
                   "a thread takes " + number(block.registersPerThread) + " registers, and it may take " + number(mostPerThread) +
                       " at most");
    if (const std::int64_t most = limits.limit("MaxRegistersPerBlock"); ofBlock > most)
      smallest.add("registers", 0, tooMany(ofBlock, "registers", most));
    smallest.add("registers", all / partitions / perWarp * partitions / warps,
                 number(perWarp) + " registers of a warp, " + number(partitions) + " partitions of " + number(all / partitions));
  }

  const std::int64_t mostShared = limits.limit("MaxSharedMemoryPerBlock"), pool = limits.get("/MemorySubsystem/SharedMemory/Size");
  const std::int64_t shared =
      roundUp(block.sharedBytes + limits.limit("SharedMemoryReservedPerBlock", 0), limits.limit("SharedMemoryAllocationUnit"));
  if (block.sharedBytes > mostShared)
    smallest.add("shared memory", 0, tooMany(block.sharedBytes, "bytes of shared memory", mostShared));
  if (shared > 0)
    smallest.add("shared memory", pool / shared,
                 number(shared) + " bytes of a block as they are handed out, " + number(pool) + " of a core");

  const std::int64_t barriers = limits.limit("MaxBarriersPerCore", unlimited);
  if (barriers != unlimited && block.barriers > 0)
    smallest.add("barriers", barriers / block.barriers,
                 number(block.barriers) + " barriers of a block, " + number(barriers) + " of a core");
  return smallest.finish(warps, maxWarps);
}

/// The row of vector registers for a size of waves.
Info vectorRegisters(const Limits& limits, std::int64_t size) {
  if (!limits.entry().contains("/ExecutionLimits/VectorRegisters")) limits.limit("VectorRegisters");  // throws
  const Info rows = limits.entry().at("/ExecutionLimits/VectorRegisters");
  std::string sizes;
  for (std::size_t i = 0; i < rows.getSize(); ++i) {
    const Info row = rows.at(i);
    if (row.getInt("SubgroupSize") == size) return row;
    sizes += (i ? ", " : "") + number(row.getInt("SubgroupSize"));
  }
  throw InvalidArgumentError("subgroupSize is " + number(size) + "; '" + limits.entry().getEntryName() + "' has waves of " + sizes);
}

Occupancy amd(const BlockResources& block, const Limits& limits) {
  const std::int64_t size = block.subgroupSize > 0 ? block.subgroupSize : limits.subgroupSize();
  const Info registers = vectorRegisters(limits, size);
  const std::int64_t simds = limits.limit("SimdsPerSharedMemory"), waves = roundUp(block.threads, size) / size;
  const std::int64_t perSimd = registers.getInt("MaxSubgroupsPerSimd"), maxWaves = simds * perSimd;
  Smallest smallest;
  smallest.add("subgroups", maxWaves / waves,
               number(waves) + " waves of a block, " + number(perSimd) + " of each of " + number(simds) + " SIMD units");
  if (const std::int64_t most = limits.limit("MaxThreadsPerBlock"); block.threads > most)
    smallest.add("subgroups", 0, tooMany(block.threads, "threads", most));
  // Blocks of one wave need no barrier, whose number this limit comes from.
  const std::int64_t maxBlocks = limits.limit("MaxBlocksPerSharedMemory", unlimited);
  if (waves > 1 && maxBlocks != unlimited) smallest.add("blocks", maxBlocks, number(maxBlocks) + " blocks of more than one wave");

  if (block.registersPerThread > 0) {
    const std::int64_t taken = roundUp(block.registersPerThread, registers.getInt("AllocationUnit")),
                       all = registers.getInt("RegistersPerSimd");
    const std::int64_t most = registers.contains("MaxRegistersPerThread") ? registers.getInt("MaxRegistersPerThread") : all;
    if (block.registersPerThread > most)
      smallest.add(
          "registers", 0,
          "a thread takes " + number(block.registersPerThread) + " registers, and it may take " + number(most) + " at most");
    smallest.add("registers", simds * std::min(perSimd, all / taken) / waves,
                 number(taken) + " registers of a thread as they are handed out, " + number(all) + " of a SIMD unit for each lane");
  }
  const std::string scalar = "/ExecutionLimits/ScalarRegisters/";
  if (block.scalarRegisters > 0 && limits.entry().contains(scalar + "LimitOccupancy") &&
      limits.entry().getBool(scalar + "LimitOccupancy")) {
    const std::int64_t taken = roundUp(block.scalarRegisters, limits.get(scalar + "AllocationUnit")),
                       all = limits.get(scalar + "RegistersPerSimd");
    smallest.add("scalar registers", simds * std::min(perSimd, all / taken) / waves,
                 number(taken) + " scalar registers of a wave as they are handed out, " + number(all) + " of a SIMD unit");
  }

  const std::int64_t mostShared = limits.limit("MaxSharedMemoryPerBlock"), pool = limits.get("/MemorySubsystem/SharedMemory/Size");
  const std::int64_t shared = roundUp(block.sharedBytes, limits.limit("SharedMemoryAllocationUnit"));
  if (block.sharedBytes > mostShared)
    smallest.add("shared memory", 0, tooMany(block.sharedBytes, "bytes of shared memory", mostShared));
  if (shared > 0)
    smallest.add("shared memory", pool / shared,
                 number(shared) + " bytes of a block as they are handed out, " + number(pool) + " of a core");
  return smallest.finish(waves, maxWaves);
}

void check(std::int64_t value, const char* name, std::int64_t least) {
  // So large that products of two still fit.
  constexpr std::int64_t most = std::int64_t{1} << 31;
  if (value < least || value > most)
    throw InvalidArgumentError(std::string(name) + " is " + number(value) + ", expected " + number(least) + " to " + number(most));
}

}  // namespace

Occupancy occupancy(const BlockResources& block, const DeviceModel& device) {
  check(block.threads, "threads", 1);
  check(block.registersPerThread, "registersPerThread", 0);
  check(block.sharedBytes, "sharedBytes", 0);
  check(block.scalarRegisters, "scalarRegisters", 0);
  check(block.subgroupSize, "subgroupSize", 0);
  check(block.barriers, "barriers", 0);
  const Limits limits(device);
  const char* pointer = "/ExecutionLimits/OccupancyModel";
  const std::string model = device.entry.contains(pointer) ? device.entry.getString(pointer) : "";
  if (model == "cuda") {
    const std::int64_t size = limits.subgroupSize();
    if (block.subgroupSize != 0 && block.subgroupSize != size)
      throw InvalidArgumentError("subgroupSize is " + number(block.subgroupSize) + "; '" + device.entry.getEntryName() +
                                 "' has warps of " + number(size));
    return cuda(block, limits);
  }
  if (model == "amd") return amd(block, limits);
  throw UnsupportedError(device.name + ": there is no formula for the occupancy of '" + device.entry.getEntryName() +
                         "' (its entry has no '" + pointer + "'); there is one for GPUs of NVIDIA and AMD");
}

}  // namespace nexus
