#pragma once

#include <nexus/info.h>

#include <string>

namespace nexus::detail {

/// Root node of the entry of that name ("nvidia-gpu-sm_90"), from the first folder that has it: the NEXUS_DATABASE_PATH entries, then the
/// one that belongs to this library. Throws NotFoundError with the folders that were searched.
Info findDatabaseEntry(const std::string& name);

}  // namespace nexus::detail
