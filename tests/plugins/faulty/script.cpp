#include "script.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <stdexcept>

namespace faulty_plugin {

namespace {

constexpr const char* placeNames[] = {
#define FAULTY_PLACE(name) #name,
#include "place_table.h"
};

struct StatusRow {
  const char* name;
  nxs_status value;
};
constexpr StatusRow statuses[] = {
#define NEXUS_STATUS(name, constant, value, python_base, meaning) {#constant, value},
#include <nexus/status_table.h>
#undef NEXUS_STATUS
};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  return first == std::string_view::npos ? std::string_view() : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

[[noreturn]] void refuse(std::string_view piece, const std::string& why) {
  throw std::invalid_argument("'" + std::string(piece) + "' in the script of faults: " + why);
}

bool canHang(Place place) { return place == Place::event_wait || place == Place::stream_synchronize || isCommand(place); }

Fault parsePiece(std::string_view piece) {
  const auto colon = piece.find(':'), equals = piece.find('=', colon);
  if (colon == std::string_view::npos || equals == std::string_view::npos) refuse(piece, "it is not of the form where:n=what");
  Fault fault{findPlace(piece.substr(0, colon)), 0, NXS_SUCCESS};
  if (fault.place == Place::count) refuse(piece, "there is no entry, kind of command or sum of that name");
  const char* end = piece.data() + equals;
  const auto [rest, error] = std::from_chars(piece.data() + colon + 1, end, fault.number);
  if (error != std::errc() || rest != end || fault.number == 0) refuse(piece, "n is not a number from 1");
  const std::string_view what = piece.substr(equals + 1);
  if (what == "hang") {
    if (!canHang(fault.place)) refuse(piece, "only event_wait, stream_synchronize and commands can hang");
    return fault;
  }
  const auto* row =
      std::find_if(std::begin(statuses), std::end(statuses), [&](const StatusRow& status) { return what == status.name; });
  if (row == std::end(statuses)) refuse(piece, "there is no status of that name");
  fault.status = row->value;
  return fault;
}

}  // namespace

bool isCommand(Place place) {
  switch (place) {
#define FAULTY_PLACE(name)
#define FAULTY_COMMAND(name) case Place::name:
#include "place_table.h"
    return true;
    default: return false;
  }
}

const char* placeName(Place place) { return placeNames[static_cast<std::size_t>(place)]; }

Place findPlace(std::string_view name) {
  return static_cast<Place>(std::find(std::begin(placeNames), std::end(placeNames), name) - std::begin(placeNames));
}

std::string statusText(nxs_status status) {
  const auto* row =
      std::find_if(std::begin(statuses), std::end(statuses), [&](const StatusRow& known) { return known.value == status; });
  return row == std::end(statuses) ? std::to_string(status) : row->name;
}

std::vector<Fault> parseScript(std::string_view script) {
  std::vector<Fault> faults;
  while (!script.empty()) {
    const auto comma = std::min(script.find(','), script.size());
    if (const std::string_view piece = trimmed(script.substr(0, comma)); !piece.empty()) faults.push_back(parsePiece(piece));
    script.remove_prefix(std::min(comma + 1, script.size()));
  }
  return faults;
}

}  // namespace faulty_plugin
