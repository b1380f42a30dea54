#include "plugins/cpu/cpu_info.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <sstream>
#include <string_view>

#include "plugins/cpu/arm_architecture.h"

namespace nexus::cpu_plugin {
namespace {

using Fields = std::map<std::string, std::string, std::less<>>;

// Without blanks around it, and with single ones inside: Intel pads its brand strings.
std::string tidy(std::string_view text) {
  std::string result;
  bool gap = false;
  for (const char letter : text) {
    if (letter == ' ' || (letter >= '\t' && letter <= '\r')) {
      gap = !result.empty();
      continue;
    }
    if (gap) result += ' ';
    gap = false;
    result += letter;
  }
  return result;
}

std::string lowerCase(std::string text) {
  for (char& letter : text) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return text;
}

void addFields(std::string_view block, Fields& fields) {
  while (!block.empty()) {
    const auto end = std::min(block.find('\n'), block.size());
    const auto line = block.substr(0, end);
    block.remove_prefix(std::min(end + 1, block.size()));
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    fields.emplace(tidy(line.substr(0, colon)), tidy(line.substr(colon + 1)));
  }
}

std::string_view field(const Fields& fields, std::string_view name) {
  const auto found = fields.find(name);
  return found == fields.end() ? std::string_view() : std::string_view(found->second);
}

// /proc/cpuinfo has a block of lines per cpu, and a phone's cores differ, so the wanted cpu's own is read. Old Arm kernels
// keep the common fields in a block apart; without features in the cpu's own block, the others fill in.
Fields readCpuFields(const SystemRoots& roots, std::int64_t cpu) {
  const auto text = readSystemFile(roots.proc + "/cpuinfo").value_or("");
  Fields fields;
  for (std::string_view rest = text; !rest.empty();) {
    const auto end = std::min(rest.find("\n\n"), rest.size());
    Fields block;
    addFields(rest.substr(0, end), block);
    if (parseInteger(field(block, "processor")) == cpu) {
      fields = std::move(block);
      break;
    }
    rest.remove_prefix(std::min(end + 2, rest.size()));
  }
  if (!fields.contains("flags") && !fields.contains("Features")) addFields(text, fields);
  return fields;
}

struct VendorName {
  std::string_view id, name;
};

constexpr VendorName kX86Vendors[] = {
    {"GenuineIntel", "intel"}, {"AuthenticAMD", "amd"}, {"HygonGenuine", "hygon"}, {"CentaurHauls", "via"}, {"Shanghai", "zhaoxin"},
};

std::string vendorOf(const Fields& fields) {
  if (const auto implementer = parseInteger(field(fields, "CPU implementer"), 16)) return std::string(armVendor(*implementer));
  const auto id = field(fields, "vendor_id");
  for (const auto& row : kX86Vendors) {
    if (row.id == id) return std::string(row.name);
  }
  return lowerCase(std::string(id));
}

bool isX86(const Fields& fields, const HostFacts& host) {
  if (!fields.empty()) return fields.contains("vendor_id") && fields.contains("flags");
  return host.machine == "x86_64" || host.machine == "amd64";
}

std::string architectureOf(const Fields& fields, const HostFacts& host, const CpuInfo& info) {
  if (isX86(fields, host)) {
    const auto family = parseInteger(field(fields, "cpu family")).value_or(-1);
    const auto model = parseInteger(field(fields, "model")).value_or(-1);
    return x86Architecture(info.vendor, family, model, info.features);
  }
  if (const auto implementer = parseInteger(field(fields, "CPU implementer"), 16)) {
    const auto part = parseInteger(field(fields, "CPU part"), 16).value_or(-1);
    if (const auto name = armArchitecture(*implementer, part); !name.empty()) return std::string(name);
    if (parseInteger(field(fields, "CPU architecture")).value_or(8) >= 8) return "aarch64";
  }
  return host.machine == "arm64" ? "aarch64" : host.machine;
}

std::string nameOf(const Fields& fields, const CpuInfo& info) {
  const auto name = field(fields, "model name");
  if (!name.empty() && name != "unknown") return std::string(name);
  return tidy(info.vendor + " " + info.architecture);  // 64-bit Arm kernels give no name
}

std::vector<std::string> featuresOf(const Fields& fields, const HostFacts& host) {
  const auto names = fields.contains("flags") ? field(fields, "flags") : field(fields, "Features");
  std::istringstream words{std::string(names)};
  std::vector<std::string> features;
  for (std::string word; words >> word;) features.push_back(word);
  if (host.leaf7) addHiddenX86Features(*host.leaf7, features);
  std::sort(features.begin(), features.end());
  features.erase(std::unique(features.begin(), features.end()), features.end());
  return features;
}

struct SimdWidth {
  std::string_view feature;
  std::int64_t bits;
};

constexpr SimdWidth kSimdWidths[] = {{"avx512f", 512}, {"avx", 256}, {"sse2", 128}, {"asimd", 128}, {"neon", 128}};

std::optional<std::int64_t> readPositive(const std::string& path) {
  const auto text = readSystemFile(path);
  const auto value = text ? parseInteger(*text) : std::nullopt;
  return value && *value > 0 ? value : std::nullopt;
}

std::optional<std::int64_t> simdWidthOf(const SystemRoots& roots, const std::vector<std::string>& features) {
  const auto has = [&](std::string_view name) { return std::find(features.begin(), features.end(), name) != features.end(); };
  // Scalable vectors are as wide as the chip makes them; the kernel gives the width in bytes.
  constexpr std::int64_t kWidestSve = 2048 / 8;
  const auto sveBytes = has("sve") ? readPositive(roots.proc + "/sys/abi/sve_default_vector_length") : std::nullopt;
  if (sveBytes && *sveBytes <= kWidestSve) return *sveBytes * 8;
  for (const auto& row : kSimdWidths) {
    if (has(row.feature)) return row.bits;
  }
  return std::nullopt;
}

std::string cpuFolder(const SystemRoots& roots, std::int64_t cpu) {
  return roots.sys + "/devices/system/cpu/cpu" + std::to_string(cpu);
}

// "48K", "2048K", "480M"
std::optional<std::int64_t> readCacheSize(const std::string& path) {
  const auto text = tidy(readSystemFile(path).value_or(""));
  const auto count = parseInteger(text);
  if (!count || *count <= 0 || *count > std::int64_t{1} << 32) return std::nullopt;
  switch (text.back()) {
    case 'K': return *count << 10;
    case 'M': return *count << 20;
    case 'G': return *count << 30;
    default: return count;
  }
}

void readCaches(const SystemRoots& roots, std::int64_t cpu, CpuInfo& info) {
  constexpr int kMostCaches = 16;
  for (int index = 0; index < kMostCaches; ++index) {
    const auto folder = cpuFolder(roots, cpu) + "/cache/index" + std::to_string(index);
    const auto level = readPositive(folder + "/level");
    if (!level) continue;
    const auto type = tidy(readSystemFile(folder + "/type").value_or(""));
    const auto size = readCacheSize(folder + "/size");
    if (*level == 1 && type == "Instruction") {
      info.l1InstructionCache = size;
    } else if (*level == 1) {
      info.l1DataCache = size;
      info.cacheLine = readPositive(folder + "/coherency_line_size");
    } else if (*level == 2) {
      info.l2Cache = size;
    } else if (*level == 3) {
      info.l3Cache = size;
    }
  }
}

std::optional<std::int64_t> maxClockOf(const SystemRoots& roots, const std::vector<std::int64_t>& cpus) {
  std::optional<std::int64_t> fastest;
  for (const auto cpu : cpus) {
    const auto kHz = readPositive(cpuFolder(roots, cpu) + "/cpufreq/cpuinfo_max_freq");
    if (kHz && *kHz >= 1000) fastest = std::max(fastest.value_or(0), *kHz / 1000);
  }
  return fastest;
}

std::optional<std::int64_t> coreCountOf(const SystemRoots& roots, const std::vector<std::int64_t>& cpus) {
  std::set<std::array<std::int64_t, 3>> cores;
  for (const auto cpu : cpus) {
    const auto read = [folder = cpuFolder(roots, cpu)](const char* name) {
      return parseInteger(readSystemFile(folder + "/topology/" + name).value_or(""));
    };
    const auto package = read("physical_package_id");
    const auto core = read("core_id");
    if (!package || !core || *core < 0) return std::nullopt;
    cores.insert({*package, read("die_id").value_or(0), *core});  // numbers of cores may repeat on each die
  }
  return static_cast<std::int64_t>(cores.size());
}

// Bytes of one line of /proc/meminfo ("MemTotal:  24684096 kB").
std::optional<std::int64_t> memoryLine(const Fields& lines, std::string_view name) {
  const auto kilobytes = parseInteger(field(lines, name));
  if (!kilobytes || *kilobytes <= 0 || *kilobytes > std::int64_t{1} << 52) return std::nullopt;
  return *kilobytes * 1024;
}

Fields readMemoryLines(const SystemRoots& roots) {
  Fields lines;
  addFields(readSystemFile(roots.proc + "/meminfo").value_or(""), lines);
  return lines;
}

std::int64_t leastOf(std::optional<std::int64_t> system, std::optional<std::int64_t> group) {
  if (system && group) return std::min(*system, *group);
  return system ? *system : group.value_or(0);
}

}  // namespace

HostFacts askHost() {
  HostFacts host;
  host.affinity = affinityCpus();
  host.leaf7 = readX86Leaf7();
  utsname system{};
  if (uname(&system) == 0) {
    host.machine = system.machine;
    host.systemVersion = std::string(system.sysname) + " " + system.release;
  }
#if defined(_SC_PHYS_PAGES) && defined(_SC_PAGESIZE)
  const auto pages = sysconf(_SC_PHYS_PAGES);
  const auto pageSize = sysconf(_SC_PAGESIZE);
  if (pages > 0 && pageSize > 0) host.memorySize = static_cast<std::int64_t>(pages) * pageSize;
#endif
  return host;
}

CpuInfo detectCpu(const SystemRoots& roots) { return detectCpu(roots, askHost()); }

CpuInfo detectCpu(const SystemRoots& roots, const HostFacts& host) {
  CpuInfo info;
  info.affinity = host.affinity.empty() ? std::vector<std::int64_t>{0} : host.affinity;
  const auto firstCpu = info.affinity.front();
  const auto fields = readCpuFields(roots, firstCpu);

  info.vendor = vendorOf(fields);
  info.features = featuresOf(fields, host);
  info.architecture = architectureOf(fields, host, info);
  info.name = nameOf(fields, info);
  info.driverVersion = host.systemVersion;
  info.simdWidthBits = simdWidthOf(roots, info.features);

  const auto cpuCount = static_cast<std::int64_t>(info.affinity.size());
  info.threadCount = std::max<std::int64_t>(1, std::min(cpuCount, cgroupCpuQuota(roots).value_or(cpuCount)));
  info.coreCount = coreCountOf(roots, info.affinity).value_or(info.threadCount);
  info.maxClockMHz = maxClockOf(roots, info.affinity);
  readCaches(roots, firstCpu, info);

  auto memory = memoryLine(readMemoryLines(roots), "MemTotal");
  if (!memory) memory = host.memorySize;
  info.memorySize = leastOf(memory, cgroupMemoryLimit(roots));
  return info;
}

std::int64_t freeMemory(const SystemRoots& roots) {
  const auto lines = readMemoryLines(roots);
  auto available = memoryLine(lines, "MemAvailable");
  if (!available) available = memoryLine(lines, "MemFree");  // kernels before 3.14
  return leastOf(available, cgroupMemoryFree(roots));
}

}  // namespace nexus::cpu_plugin
