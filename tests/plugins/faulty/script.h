#pragma once

#include <nexus/plugin.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace faulty_plugin {

/// What a script can name.
enum class Place : std::uint32_t {
#define FAULTY_PLACE(name) name,
#include "place_table.h"
  count
};

bool isCommand(Place place);
const char* placeName(Place place);
/// Place::count if there is none of that name.
Place findPlace(std::string_view name);
/// "OUT_OF_MEMORY".
std::string statusText(nxs_status status);

struct Fault {
  Place place;
  std::uint64_t number;
  nxs_status status;  ///< NXS_SUCCESS: hangs
};

/// Reads "where:n=what, ...". Throws std::invalid_argument that quotes the piece which is wrong.
std::vector<Fault> parseScript(std::string_view script);

}  // namespace faulty_plugin
