/* Properties of a device that its runtime may not know and its database entry does.
 *
 * NEXUS_DATABASE_PROPERTY(property, Entry | Product, "JSON pointer", factor)
 * The pointer starts at the entry, or at the product whose name the device reports. Numbers are multiplied by the factor. Of
 * several rows for one property, the first counts whose value is there. */
NEXUS_DATABASE_PROPERTY(CoreCount, Product, "/CoreCount", 1)
NEXUS_DATABASE_PROPERTY(MaxClockRate, Product, "/BoostClock", 1)
NEXUS_DATABASE_PROPERTY(SimdWidth, Entry, "/CoreSubsystem/VectorWidth", 1)
NEXUS_DATABASE_PROPERTY(SimdWidth, Entry, "/CoreSubsystem/DefaultSubgroupSize", 32)
NEXUS_DATABASE_PROPERTY(Features, Entry, "/Isa/Features", 1)
NEXUS_DATABASE_PROPERTY(L1DataCacheSize, Entry, "/MemorySubsystem/L1Data/Size", 1)
NEXUS_DATABASE_PROPERTY(L1InstructionCacheSize, Entry, "/MemorySubsystem/L1Instruction/Size", 1)
NEXUS_DATABASE_PROPERTY(L2CacheSize, Product, "/L2Size", 1)
NEXUS_DATABASE_PROPERTY(L2CacheSize, Entry, "/MemorySubsystem/L2/Size", 1)
NEXUS_DATABASE_PROPERTY(L3CacheSize, Entry, "/MemorySubsystem/L3/Size", 1)
NEXUS_DATABASE_PROPERTY(CacheLineSize, Entry, "/MemorySubsystem/L1Data/LineSize", 1)
NEXUS_DATABASE_PROPERTY(MemorySize, Product, "/ReportedMemorySize", 1)
NEXUS_DATABASE_PROPERTY(MaxThreadsPerBlock, Entry, "/ExecutionLimits/MaxThreadsPerBlock", 1)
NEXUS_DATABASE_PROPERTY(MaxBlockDims, Entry, "/ExecutionLimits/MaxBlockDims", 1)
NEXUS_DATABASE_PROPERTY(MaxGridDims, Entry, "/ExecutionLimits/MaxGridDims", 1)
NEXUS_DATABASE_PROPERTY(MaxSharedMemoryPerBlock, Entry, "/ExecutionLimits/MaxSharedMemoryPerBlock", 1)
