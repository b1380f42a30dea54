#pragma once

#include <nexus/plugin.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace faulty_plugin {

/// What a script can name: every entry of the table, every kind of command, and two sums.
enum class Place : std::uint32_t {
#define FAULTY_PLACE(need, name, parameters) name,
  NXS_PLUGIN_ENTRIES(FAULTY_PLACE)
#undef FAULTY_PLACE
      launch,
  copy,
  fill,
  signal,
  wait,
  host_call,
  timestamp,
  any,
  device,
  count
};

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
