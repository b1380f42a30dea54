#include "plugins/cpu/cpu_limits.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <limits>
#include <memory>
#include <numeric>
#include <thread>

#if defined(__linux__)
#include <sched.h>

#include <cerrno>
#endif

namespace nexus::cpu_plugin {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

// The two hierarchies name the same limits differently, and one process may be in both at once.
enum class Hierarchy { kV1, kV2 };

struct GroupFolder {
  Hierarchy hierarchy;
  std::string path;
};

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const auto end = std::min(text.find(separator), text.size());
    if (end > 0) parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

bool lists(std::string_view names, std::string_view wanted) {
  const auto parts = split(names, ',');
  return std::find(parts.begin(), parts.end(), wanted) != parts.end();
}

struct Mount {
  std::string root;  // the group that the folder shows; a container may see only its own part
  std::string path;
};

// mountinfo: id parent device root path options [tags ...] - type source options
std::vector<Mount> groupMounts(const SystemRoots& roots, Hierarchy hierarchy, std::string_view controller) {
  std::vector<Mount> mounts;
  const auto table = readSystemFile(roots.proc + "/self/mountinfo").value_or("");
  for (const auto line : split(table, '\n')) {
    const auto fields = split(line, ' ');
    const auto dash = std::find(fields.begin(), fields.end(), "-");
    if (fields.size() < 7 || fields.end() - dash < 4) continue;
    const bool isV2 = dash[1] == "cgroup2";
    if (!isV2 && dash[1] != "cgroup") continue;
    if (isV2 != (hierarchy == Hierarchy::kV2) || (!isV2 && !lists(dash[3], controller))) continue;
    auto path = std::string(fields[4]);
    if (path.starts_with("/sys/")) path = roots.sys + path.substr(4);
    mounts.push_back({std::string(fields[3]), path});
  }
  if (!mounts.empty()) return mounts;
  const auto standard = roots.sys + "/fs/cgroup";
  if (hierarchy == Hierarchy::kV2) return {{"/", standard}, {"/", standard + "/unified"}};
  return {{"/", standard + "/" + std::string(controller)}};
}

// Group names relative to what a mount shows. A path that the mount does not cover is kept whole: its folders do not exist
// there, and the walk up still ends at the mount itself, which is where an old container runtime puts the limits.
std::string_view belowMount(std::string_view group, std::string_view mountRoot) {
  if (mountRoot != "/" && group.starts_with(mountRoot)) {
    const auto rest = group.substr(mountRoot.size());
    if (rest.empty() || rest.front() == '/') return rest;
  }
  // A group outside of this cgroup namespace begins with "/.."; only the mount itself can be read then.
  return group.starts_with("/..") ? std::string_view() : group;
}

// Every folder from the process's own group up to the root: any of them may hold the limit that binds.
std::vector<GroupFolder> groupFolders(const SystemRoots& roots, std::string_view controller) {
  std::vector<GroupFolder> folders;
  const auto membership = readSystemFile(roots.proc + "/self/cgroup").value_or("");
  for (const auto line : split(membership, '\n')) {
    // "0::/a/b" is v2, "4:cpu,cpuacct:/a/b" is v1
    const auto first = line.find(':');
    const auto second = first == std::string_view::npos ? first : line.find(':', first + 1);
    if (second == std::string_view::npos) continue;
    const auto controllers = line.substr(first + 1, second - first - 1);
    const auto hierarchy = controllers.empty() ? Hierarchy::kV2 : Hierarchy::kV1;
    if (hierarchy == Hierarchy::kV1 && !lists(controllers, controller)) continue;
    const auto group = line.substr(second + 1);
    for (const auto& mount : groupMounts(roots, hierarchy, controller)) {
      const auto names = split(belowMount(group, mount.root), '/');
      auto folder = mount.path;
      folders.push_back({hierarchy, folder});
      for (const auto name : names) {
        folder += '/';
        folder += name;
        folders.push_back({hierarchy, folder});
      }
    }
  }
  return folders;
}

std::optional<std::int64_t> readInteger(const std::string& path) {
  const auto text = readSystemFile(path);
  return text ? parseInteger(*text) : std::nullopt;
}

void keepLeast(std::optional<std::int64_t>& least, std::optional<std::int64_t> value) {
  if (value && (!least || *value < *least)) least = value;
}

std::optional<std::int64_t> folderQuota(const GroupFolder& folder) {
  std::optional<std::int64_t> quota;
  std::optional<std::int64_t> period;
  if (folder.hierarchy == Hierarchy::kV2) {
    const auto text = readSystemFile(folder.path + "/cpu.max").value_or("");
    const std::string_view view = text;
    const auto gap = view.find(' ');
    quota = parseInteger(view);  // "max" is no number: unlimited
    if (gap != std::string_view::npos) period = parseInteger(view.substr(gap));
  } else {
    quota = readInteger(folder.path + "/cpu.cfs_quota_us");  // -1: unlimited
    period = readInteger(folder.path + "/cpu.cfs_period_us");
  }
  if (!quota || !period || *quota <= 0 || *period <= 0) return std::nullopt;
  return (*quota - 1) / *period + 1;
}

std::optional<std::int64_t> folderMemoryLimit(const GroupFolder& folder) {
  const auto limit = readInteger(folder.path + (folder.hierarchy == Hierarchy::kV2 ? "/memory.max" : "/memory.limit_in_bytes"));
  // v1 writes "unlimited" as the largest multiple of a page.
  if (!limit || *limit <= 0 || *limit >= std::numeric_limits<std::int64_t>::max() / 2) return std::nullopt;
  return limit;
}

// Cached file pages count as usage but give way to allocations, so they are free for our purpose.
std::int64_t reclaimableBytes(const GroupFolder& folder) {
  const std::string_view key = folder.hierarchy == Hierarchy::kV2 ? "inactive_file " : "total_inactive_file ";
  const auto table = readSystemFile(folder.path + "/memory.stat").value_or("");
  for (const auto line : split(table, '\n')) {
    if (line.starts_with(key)) return std::max<std::int64_t>(0, parseInteger(line.substr(key.size())).value_or(0));
  }
  return 0;
}

}  // namespace

std::optional<std::string> readSystemFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  // These files do not know their size. read() turns the error of a folder into a bit, where the buffer itself would throw.
  std::string text;
  char chunk[4096];
  while (file.read(chunk, sizeof chunk), file.gcount() > 0) text.append(chunk, static_cast<std::size_t>(file.gcount()));
  if (file.bad()) return std::nullopt;
  return text;
}

std::optional<std::int64_t> parseInteger(std::string_view text, int base) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  if (base == 16 && (text.starts_with("0x") || text.starts_with("0X"))) text.remove_prefix(2);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc()) return std::nullopt;
  return value;
}

std::vector<std::int64_t> affinityCpus() {
  std::vector<std::int64_t> cpus;
#if defined(__linux__)
  // The kernel refuses a mask smaller than its own, so it grows until it fits.
  for (int capacity = 1024; capacity <= 1 << 20; capacity *= 2) {
    const auto release = [](cpu_set_t* set) { CPU_FREE(set); };
    const std::unique_ptr<cpu_set_t, decltype(release)> set(CPU_ALLOC(static_cast<std::size_t>(capacity)), release);
    if (!set) break;
    const std::size_t bytes = CPU_ALLOC_SIZE(static_cast<std::size_t>(capacity));
    CPU_ZERO_S(bytes, set.get());
    if (sched_getaffinity(0, bytes, set.get()) != 0) {
      if (errno == EINVAL) continue;
      break;
    }
    for (int cpu = 0; cpu < capacity; ++cpu) {
      if (CPU_ISSET_S(static_cast<std::size_t>(cpu), bytes, set.get())) cpus.push_back(cpu);
    }
    break;
  }
#endif
  if (cpus.empty()) {
    cpus.resize(std::max(1u, std::thread::hardware_concurrency()));
    std::iota(cpus.begin(), cpus.end(), 0);
  }
  return cpus;
}

std::optional<std::int64_t> cgroupCpuQuota(const SystemRoots& roots) {
  std::optional<std::int64_t> least;
  for (const auto& folder : groupFolders(roots, "cpu")) keepLeast(least, folderQuota(folder));
  return least;
}

std::optional<std::int64_t> cgroupMemoryLimit(const SystemRoots& roots) {
  std::optional<std::int64_t> least;
  for (const auto& folder : groupFolders(roots, "memory")) keepLeast(least, folderMemoryLimit(folder));
  return least;
}

std::optional<std::int64_t> cgroupMemoryFree(const SystemRoots& roots) {
  std::optional<std::int64_t> least;
  for (const auto& folder : groupFolders(roots, "memory")) {
    const auto limit = folderMemoryLimit(folder);
    const auto usage =
        readInteger(folder.path + (folder.hierarchy == Hierarchy::kV2 ? "/memory.current" : "/memory.usage_in_bytes"));
    if (!limit || !usage || *usage < 0) continue;
    const auto held = *usage - std::min(*usage, reclaimableBytes(folder));
    keepLeast(least, std::max<std::int64_t>(0, *limit - held));
  }
  return least;
}

}  // namespace nexus::cpu_plugin
