#include "json_value.h"
#include "suggest.h"

#include <nexus/compile_flags.h>
#include <nexus/database.h>
#include <nexus/error.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

namespace nexus {

namespace {

/// "12.3.1" -> 12, 3, 1. Throws for what is no version.
std::vector<int> parseVersion(const std::string& text) {
  std::vector<int> parts;
  const char* at = text.data();
  const char* end = at + text.size();
  while (at != end) {
    int part = 0;
    const auto [rest, error] = std::from_chars(at, end, part);
    if (error != std::errc() || (rest != end && (*rest != '.' || rest + 1 == end)))
      throw InvalidArgumentError("'" + text + "' is no version of a compiler; write it like '12.3'");
    parts.push_back(part);
    at = rest == end ? end : rest + 1;
  }
  return parts;
}

/// Only the parts that the limit names count: 12.2.1 is within "up to 12.2".
bool isAtMost(std::vector<int> version, const std::vector<int>& limit) {
  if (version.size() > limit.size()) version.resize(limit.size());
  return version <= limit;
}

/// The rows of a compiler for one target; nothing if it has none.
std::optional<Info> rowsOf(const Info& target, const std::string& compiler) {
  if (!target.contains("Compilers") || !target.at("Compilers").contains(compiler)) return std::nullopt;
  return target.at("Compilers").at(compiler);
}

/// The flags for a version, or for the newest; nothing if no row is for that version, and then `ranges` says which there are.
std::optional<std::string> choose(const Info& rows, const std::string& version, std::string& ranges) {
  const std::vector<int> wanted = parseVersion(version);
  std::string best;
  ranges.clear();
  std::vector<int> bestFrom;
  bool found = false;
  for (std::size_t i = 0; i < rows.getSize(); ++i) {
    const Info row = rows.at(i);
    const std::string from = row.contains("MinVersion") ? row.getString("MinVersion") : "";
    const std::string to = row.contains("MaxVersion") ? row.getString("MaxVersion") : "";
    ranges += std::string(i ? "; " : "") +
              (from.empty() && to.empty()
                   ? "any"
                   : (from.empty() ? "" : "from " + from) + (to.empty() ? "" : (from.empty() ? "up to " : " up to ") + to));
    if (!version.empty() &&
        ((!from.empty() && wanted < parseVersion(from)) || (!to.empty() && !isAtMost(wanted, parseVersion(to)))))
      continue;
    const std::vector<int> start = from.empty() ? std::vector<int>() : parseVersion(from);
    if (found && start < bestFrom) continue;
    found = true;
    best = row.getString("Flags");
    bestFrom = start;
  }
  if (!found) return std::nullopt;
  return best;
}

}  // namespace

std::string compileFlags(const DeviceModel& device, const std::string& compiler, const std::string& version,
                         const std::string& target) {
  const std::string entryName = device.entry.getEntryName();
  if (!device.entry.contains("CompilerTargets")) throw NotFoundError("entry '" + entryName + "' has no /CompilerTargets");
  const Info targets = device.entry.at("CompilerTargets");
  const std::vector<std::string> names = targets.getKeys();
  if (!target.empty() && std::find(names.begin(), names.end(), target) == names.end())
    throw NotFoundError("'" + target + "' is no compile target of '" + entryName + "'" +
                        detail::suggest(target, {names.begin(), names.end()}) + "; there are " + detail::listNames(names));

  std::set<std::string> compilers;
  std::string ranges;  // of versions, for the error
  const auto search = [&](const Info& among, const std::string& only) -> std::optional<std::string> {
    // The architecture itself before what stands for several.
    for (const char* kind : {"baseline", "isa-level", "generic", ""}) {
      for (const std::string& name : among.getKeys()) {
        const Info node = among.at("/" + detail::escapedStep(name));
        if (only.empty() ? !*kind || !node.contains("Kind") || node.getString("Kind") != kind : name != only) continue;
        if (node.contains("Compilers"))
          for (const std::string& each : node.at("Compilers").getKeys()) compilers.insert(each);
        if (const std::optional<Info> rows = rowsOf(node, compiler))
          if (std::optional<std::string> flags = choose(*rows, version, ranges)) return flags;
      }
    }
    return std::nullopt;
  };
  if (std::optional<std::string> flags = search(targets, target)) return *std::move(flags);
  if (target.empty() && device.entry.contains("/Isa/Level")) {
    const std::string level = "generic-cpu-" + device.entry.getString("/Isa/Level");
    const Database database = Database::get();
    const std::vector<std::string> entries = database.getNames();
    if (std::binary_search(entries.begin(), entries.end(), level))
      if (std::optional<std::string> flags = search(database.getInfo(level).at("CompilerTargets"), "")) return *std::move(flags);
  }
  if (!ranges.empty())
    throw NotFoundError(device.name + ": the database knows no flags of " + compiler + " " + version +
                        "; the versions it knows are: " + ranges);
  throw NotFoundError(device.name + ": the database knows no flags of '" + compiler + "' for " +
                      (target.empty() ? "'" + entryName + "'" : "'" + target + "'") + "; the compilers it knows are " +
                      detail::listNames({compilers.begin(), compilers.end()}));
}

}  // namespace nexus
