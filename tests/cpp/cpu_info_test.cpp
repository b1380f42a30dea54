// The machine as the CPU plugin sees it: real /proc and /sys excerpts written to a folder of the test's own.
#include "plugins/cpu/cpu_info.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "plugins/cpu/arm_architecture.h"

namespace nexus::cpu_plugin {
namespace {

using Int = std::optional<std::int64_t>;

const std::string kV1Flags = "fpu tsc msr cx8 sep cmov mmx fxsr sse sse2 syscall nx lm";
const std::string kV2Flags = kV1Flags + " pni ssse3 cx16 sse4_1 sse4_2 popcnt lahf_lm";
const std::string kV3Flags = kV2Flags + " fma movbe aes xsave avx f16c rdrand abm bmi1 avx2 bmi2";
const std::string kV4Flags = kV3Flags + " avx512f avx512dq avx512cd avx512bw avx512vl";
const std::string kIcelakeFlags =
    kV4Flags + " avx512ifma avx512vbmi avx512_vbmi2 gfni vaes avx512_vnni avx512_bitalg avx512_vpopcntdq";
const std::string kSapphirerapidsFlags = kIcelakeFlags + " avx_vnni avx512_bf16 avx512_fp16 amx_bf16 amx_tile amx_int8";
const std::string kZen4Flags = kIcelakeFlags + " sse4a avx512_bf16 clzero";

class CpuInfoTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "nexus_cpu_XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    roots_ = {folder_ + "/proc", folder_ + "/sys"};
    host_.affinity = {0};
    host_.machine = "x86_64";
    host_.systemVersion = "Linux 6.1.0";
  }

  void TearDown() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  void write(const std::string& path, const std::string& text) {
    const std::filesystem::path full = folder_ + path;
    std::filesystem::create_directories(full.parent_path());
    std::ofstream(full, std::ios::binary) << text;
  }

  void writeX86(const std::string& vendor, int family, int model, const std::string& flags, const std::string& name = "Some CPU") {
    write("/proc/cpuinfo", "processor\t: 0\nvendor_id\t: " + vendor + "\ncpu family\t: " + std::to_string(family) +
                               "\nmodel\t\t: " + std::to_string(model) + "\nmodel name\t: " + name +
                               "\nstepping\t: 1\nflags\t\t: " + flags + "\n\n");
  }

  void writeArm(const std::string& implementer, const std::string& part, const std::string& features) {
    write("/proc/cpuinfo", "processor\t: 0\nBogoMIPS\t: 2100.00\nFeatures\t: " + features + "\nCPU implementer\t: " + implementer +
                               "\nCPU architecture: 8\nCPU variant\t: 0x1\nCPU part\t: " + part + "\nCPU revision\t: 1\n\n");
  }

  std::string x86Name(const std::string& vendor, int family, int model, const std::string& flags) {
    writeX86(vendor, family, model, flags);
    return detect().architecture;
  }

  void useCpus(std::int64_t count) {
    host_.affinity.clear();
    for (std::int64_t cpu = 0; cpu < count; ++cpu) host_.affinity.push_back(cpu);
  }

  CpuInfo detect() { return detectCpu(roots_, host_); }

  std::string folder_;
  SystemRoots roots_;
  HostFacts host_;
};

TEST_F(CpuInfoTest, Epyc9354) {
  writeX86("AuthenticAMD", 25, 17, kZen4Flags, "AMD EPYC 9354 32-Core Processor                ");
  const auto info = detect();
  EXPECT_EQ(info.name, "AMD EPYC 9354 32-Core Processor");
  EXPECT_EQ(info.vendor, "amd");
  EXPECT_EQ(info.architecture, "znver4");
  EXPECT_EQ(info.driverVersion, "Linux 6.1.0");
  EXPECT_EQ(info.simdWidthBits, Int(512));
  EXPECT_TRUE(std::is_sorted(info.features.begin(), info.features.end()));
  EXPECT_TRUE(std::binary_search(info.features.begin(), info.features.end(), std::string("avx512_bf16")));
  EXPECT_EQ(std::count(info.features.begin(), info.features.end(), std::string("avx")), 1);
}

TEST_F(CpuInfoTest, BrandStringLosesItsPadding) {
  writeX86("GenuineIntel", 6, 45, kV2Flags + " avx", " Intel(R) Xeon(R) CPU           E5-2670 0 @ 2.60GHz");
  const auto info = detect();
  EXPECT_EQ(info.name, "Intel(R) Xeon(R) CPU E5-2670 0 @ 2.60GHz");
  EXPECT_EQ(info.architecture, "sandybridge");
  EXPECT_EQ(info.simdWidthBits, Int(256));
  EXPECT_EQ(info.maxClockMHz, std::nullopt) << "the base clock in the name is not the highest clock";
}

TEST_F(CpuInfoTest, KnownX86Models) {
  EXPECT_EQ(x86Name("GenuineIntel", 6, 143, kSapphirerapidsFlags), "sapphirerapids");  // Xeon Platinum 8480+
  EXPECT_EQ(x86Name("GenuineIntel", 6, 158, kV3Flags), "skylake");                     // i7-8700
  EXPECT_EQ(x86Name("AuthenticAMD", 25, 33, kV3Flags + " sse4a vaes"), "znver3");      // Ryzen 9 5950X
  EXPECT_EQ(x86Name("GenuineIntel", 6, 15, kV1Flags + " pni ssse3 cx16 lahf_lm"), "core2");
  EXPECT_EQ(x86Name("GenuineIntel", 6, 44, kV2Flags), "westmere");
  EXPECT_EQ(x86Name("GenuineIntel", 6, 63, kV3Flags), "haswell");
  EXPECT_EQ(x86Name("GenuineIntel", 6, 106, kIcelakeFlags), "icelake-server");
  EXPECT_EQ(x86Name("GenuineIntel", 6, 207, kSapphirerapidsFlags), "emeraldrapids");
  EXPECT_EQ(x86Name("GenuineIntel", 6, 151, kV3Flags + " gfni avx_vnni"), "alderlake");
  EXPECT_EQ(x86Name("GenuineIntel", 6, 175, kV3Flags + " gfni avx_vnni"), "sierraforest");
  EXPECT_EQ(x86Name("GenuineIntel", 6, 55, kV2Flags + " movbe"), "silvermont");
  EXPECT_EQ(x86Name("GenuineIntel", 6, 87, kV3Flags + " avx512f avx512cd avx512er avx512pf"), "knl");
  EXPECT_EQ(x86Name("GenuineIntel", 19, 1, kSapphirerapidsFlags + " amx_fp16 amx_complex avx_vnni_int16"), "diamondrapids");
  EXPECT_EQ(x86Name("AuthenticAMD", 16, 10, kV1Flags + " pni cx16 popcnt lahf_lm sse4a abm"), "amdfam10");
  EXPECT_EQ(x86Name("AuthenticAMD", 21, 2, kV2Flags + " sse4a abm avx xop fma4 f16c fma bmi1 tbm"), "bdver2");
  EXPECT_EQ(x86Name("AuthenticAMD", 23, 1, kV3Flags + " sse4a"), "znver1");
  EXPECT_EQ(x86Name("AuthenticAMD", 23, 113, kV3Flags + " sse4a"), "znver2");
  EXPECT_EQ(x86Name("AuthenticAMD", 26, 2, kZen4Flags + " avx_vnni avx512_vp2intersect"), "znver5");
}

TEST_F(CpuInfoTest, OneModelOfThreeServerCores) {
  EXPECT_EQ(x86Name("GenuineIntel", 6, 85, kV4Flags), "skylake-avx512");
  EXPECT_EQ(x86Name("GenuineIntel", 6, 85, kV4Flags + " avx512_vnni"), "cascadelake");
  EXPECT_EQ(x86Name("GenuineIntel", 6, 85, kV4Flags + " avx512_vnni avx512_bf16"), "cooperlake");
}

TEST_F(CpuInfoTest, UnknownModelsGetTheirLevel) {
  EXPECT_EQ(x86Name("GenuineIntel", 6, 250, kV1Flags), "x86-64");
  EXPECT_EQ(x86Name("GenuineIntel", 6, 250, kV2Flags), "x86-64-v2");
  EXPECT_EQ(x86Name("GenuineIntel", 6, 250, kV3Flags), "x86-64-v3");
  EXPECT_EQ(x86Name("GenuineIntel", 6, 250, kV4Flags), "x86-64-v4");
  EXPECT_EQ(x86Name("AuthenticAMD", 31, 1, kV3Flags + " sse4a"), "x86-64-v3");
  EXPECT_EQ(x86Name("HygonGenuine", 24, 1, kV3Flags + " sse4a"), "x86-64-v3");
  EXPECT_EQ(x86Name("GenuineIntel", 15, 4, kV1Flags + " pni cx16"), "x86-64");
}

TEST_F(CpuInfoTest, EveryFeatureOfALevelCounts) {
  for (const std::string missing : {" bmi2", " fma", " movbe", " abm", " f16c", " avx2"}) {
    auto flags = kV3Flags + " ";
    flags.erase(flags.find(missing + " "), missing.size());
    EXPECT_EQ(x86Name("GenuineIntel", 6, 250, flags), "x86-64-v2") << "without" << missing;
  }
}

// The kernel drops avx512* from the flags where it does not save those registers: code for the model's own core would fault.
TEST_F(CpuInfoTest, ModelWithMaskedFeaturesFallsToWhatRuns) {
  EXPECT_EQ(x86Name("GenuineIntel", 6, 85, kV3Flags), "x86-64-v3");
  EXPECT_EQ(x86Name("GenuineIntel", 6, 94, kV2Flags), "x86-64-v2");  // Skylake Pentium
  EXPECT_EQ(x86Name("AuthenticAMD", 25, 17, kV3Flags + " sse4a"), "x86-64-v3");
  EXPECT_EQ(x86Name("GenuineIntel", 6, 143, kIcelakeFlags + " avx_vnni avx512_bf16 avx512_fp16"), "sapphirerapids")
      << "AMX is used only on request, so a guest without it is still that core";
}

// A hypervisor may call a server core by a desktop model (6/167 is Rocket Lake, which has neither AMX nor fp16).
TEST_F(CpuInfoTest, FeaturesWinOverAContradictingModel) {
  EXPECT_EQ(x86Name("GenuineIntel", 6, 167, kIcelakeFlags), "rocketlake");
  EXPECT_EQ(x86Name("GenuineIntel", 6, 167, kSapphirerapidsFlags), "sapphirerapids");
  EXPECT_EQ(x86Name("GenuineIntel", 6, 167, kSapphirerapidsFlags + " amx_fp16"), "graniterapids");
  EXPECT_EQ(x86Name("GenuineIntel", 6, 167, kSapphirerapidsFlags + " amx_fp16 amx_complex"), "graniterapids-d");
  EXPECT_EQ(x86Name("GenuineIntel", 6, 94, kV4Flags + " avx512_vnni"), "cascadelake");
  EXPECT_EQ(x86Name("AuthenticAMD", 25, 33, kZen4Flags), "znver4");
  EXPECT_EQ(x86Name("AuthenticAMD", 25, 33, kZen4Flags + " avx_vnni"), "znver5");
}

// Linux does not list amx_fp16 at all; only the processor tells. These registers are of a Granite Rapids guest.
TEST_F(CpuInfoTest, CpuidGivesWhatTheKernelHides) {
  host_.leaf7 = X86Leaf7{.edx0 = 0xbfd14410, .eax1 = 0x00201c30, .edx1 = 0x00084000};
  writeX86("GenuineIntel", 6, 167, kSapphirerapidsFlags);
  const auto info = detect();
  EXPECT_EQ(info.architecture, "graniterapids");
  EXPECT_TRUE(std::binary_search(info.features.begin(), info.features.end(), std::string("amx_fp16")));
  EXPECT_EQ(std::count(info.features.begin(), info.features.end(), std::string("avx512_fp16")), 1);
}

TEST_F(CpuInfoTest, CpuidIsNotBelievedAboveTheKernelsRegisterState) {
  host_.leaf7 = X86Leaf7{.edx0 = ~0u, .eax1 = ~0u, .edx1 = ~0u};
  EXPECT_EQ(x86Name("GenuineIntel", 6, 250, kV2Flags), "x86-64-v2");
  const auto features = detect().features;
  for (const std::string absent : {"amx_fp16", "avx512_fp16", "avx_vnni"}) {
    EXPECT_FALSE(std::binary_search(features.begin(), features.end(), absent)) << absent;
  }
}

TEST_F(CpuInfoTest, Graviton3) {
  host_.machine = "aarch64";
  writeArm("0x41", "0xd40", "fp asimd evtstrm aes atomics fphp asimdhp sve bf16 i8mm");
  write("/proc/sys/abi/sve_default_vector_length", "32\n");
  const auto info = detect();
  EXPECT_EQ(info.vendor, "arm");
  EXPECT_EQ(info.architecture, "neoverse-v1");
  EXPECT_EQ(info.name, "arm neoverse-v1");
  EXPECT_EQ(info.simdWidthBits, Int(256));
  EXPECT_EQ(info.features.front(), "aes");
}

TEST_F(CpuInfoTest, OtherArmCores) {
  host_.machine = "aarch64";
  writeArm("0x41", "0xd0c", "fp asimd");
  EXPECT_EQ(detect().architecture, "neoverse-n1");
  EXPECT_EQ(detect().simdWidthBits, Int(128));
  writeArm("0xc0", "0xac4", "fp asimd");
  EXPECT_EQ(detect().architecture, "ampere1a");
  EXPECT_EQ(detect().vendor, "ampere");
  writeArm("0x61", "0x023", "fp asimd");
  EXPECT_EQ(detect().architecture, "apple-m1");
  writeArm("0x41", "0xfff", "fp asimd");
  EXPECT_EQ(detect().architecture, "aarch64");
  EXPECT_EQ(detect().vendor, "arm");
  EXPECT_EQ(armArchitecture(0x6d, 0xd49), "neoverse-n2");
  EXPECT_EQ(armVendor(0x99), "");
}

// RK3588: two kinds of core, so the answer depends on where the process may run.
TEST_F(CpuInfoTest, FirstUsableCpuDecidesOnMixedCores) {
  write("/proc/cpuinfo",
        "processor\t: 0\nFeatures\t: fp asimd\nCPU implementer\t: 0x41\nCPU part\t: 0xd05\n\n"
        "processor\t: 4\nFeatures\t: fp asimd\nCPU implementer\t: 0x41\nCPU part\t: 0xd0b\n\n");
  host_.affinity = {0, 4};
  EXPECT_EQ(detect().architecture, "cortex-a55");
  host_.affinity = {4};
  EXPECT_EQ(detect().architecture, "cortex-a76");
}

TEST_F(CpuInfoTest, CachesOfTheFirstUsableCpu) {
  const auto cache = [&](int index, const char* level, const char* type, const char* size) {
    const auto folder = "/sys/devices/system/cpu/cpu2/cache/index" + std::to_string(index);
    write(folder + "/level", std::string(level) + "\n");
    write(folder + "/type", std::string(type) + "\n");
    write(folder + "/size", std::string(size) + "\n");
    write(folder + "/coherency_line_size", "64\n");
  };
  cache(0, "1", "Data", "48K");
  cache(1, "1", "Instruction", "32K");
  cache(2, "2", "Unified", "2048K");
  cache(3, "3", "Unified", "105M");
  host_.affinity = {2, 3};
  const auto info = detect();
  EXPECT_EQ(info.l1DataCache, Int(48 * 1024));
  EXPECT_EQ(info.l1InstructionCache, Int(32 * 1024));
  EXPECT_EQ(info.l2Cache, Int(2048 * 1024));
  EXPECT_EQ(info.l3Cache, Int(105 * 1024 * 1024));
  EXPECT_EQ(info.cacheLine, Int(64));
}

TEST_F(CpuInfoTest, CoresAreCountedOverUsableCpusOnly) {
  const auto place = [&](int cpu, int package, int die, int core) {
    const auto folder = "/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/";
    write(folder + "physical_package_id", std::to_string(package) + "\n");
    write(folder + "die_id", std::to_string(die) + "\n");
    write(folder + "core_id", std::to_string(core) + "\n");
  };
  place(0, 0, 0, 0);
  place(1, 0, 0, 0);  // second thread of the same core
  place(2, 0, 1, 0);  // same number on another die
  place(3, 1, 0, 0);  // same number in another socket
  useCpus(4);
  EXPECT_EQ(detect().coreCount, 3);
  EXPECT_EQ(detect().threadCount, 4);
  host_.affinity = {0, 1};
  EXPECT_EQ(detect().coreCount, 1);
  host_.affinity = {0, 1, 7};  // nothing known of cpu 7
  EXPECT_EQ(detect().coreCount, 3);
}

TEST_F(CpuInfoTest, HighestClockOfTheUsableCpus) {
  write("/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq", "3000000\n");
  write("/sys/devices/system/cpu/cpu1/cpufreq/cpuinfo_max_freq", "4600000\n");
  write("/sys/devices/system/cpu/cpu2/cpufreq/cpuinfo_max_freq", "5000000\n");
  useCpus(2);
  EXPECT_EQ(detect().maxClockMHz, Int(4600));
}

TEST_F(CpuInfoTest, QuotaRoundsUpToWholeThreads) {
  useCpus(8);
  write("/proc/self/cgroup", "0::/\n");
  write("/sys/fs/cgroup/cpu.max", "150000 100000\n");
  EXPECT_EQ(detect().threadCount, 2);
  EXPECT_EQ(detect().affinity.size(), 8u);
  write("/sys/fs/cgroup/cpu.max", "1000 100000\n");
  EXPECT_EQ(detect().threadCount, 1);
  write("/sys/fs/cgroup/cpu.max", "200000 100000\n");
  EXPECT_EQ(detect().threadCount, 2);
  write("/sys/fs/cgroup/cpu.max", "6400000 100000\n");
  EXPECT_EQ(detect().threadCount, 8) << "a quota above the affinity changes nothing";
  write("/sys/fs/cgroup/cpu.max", "max 100000\n");
  EXPECT_EQ(detect().threadCount, 8);
  EXPECT_EQ(cgroupCpuQuota(roots_), std::nullopt);
}

TEST_F(CpuInfoTest, TightestQuotaOnTheWayUpBinds) {
  useCpus(16);
  write("/proc/self/cgroup", "0::/kubepods/pod1/box\n");
  write("/sys/fs/cgroup/kubepods/pod1/box/cpu.max", "max 100000\n");
  write("/sys/fs/cgroup/kubepods/pod1/cpu.max", "250000 100000\n");
  write("/sys/fs/cgroup/kubepods/cpu.max", "1200000 100000\n");
  write("/sys/fs/cgroup/kubepods/pod2/cpu.max", "100000 100000\n");  // a sibling's
  EXPECT_EQ(detect().threadCount, 3);
}

TEST_F(CpuInfoTest, QuotaOfVersionOne) {
  useCpus(8);
  write("/proc/self/cgroup", "5:memory:/other\n4:cpu,cpuacct:/docker/abc\n0::/\n");
  write("/proc/self/mountinfo",
        "30 23 0:26 / /sys/fs/cgroup/cpu,cpuacct rw shared:9 - cgroup cgroup rw,cpu,cpuacct\n"
        "31 23 0:27 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n");
  write("/sys/fs/cgroup/cpu,cpuacct/docker/abc/cpu.cfs_quota_us", "350000\n");
  write("/sys/fs/cgroup/cpu,cpuacct/docker/abc/cpu.cfs_period_us", "100000\n");
  write("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
  write("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(detect().threadCount, 4);
}

// Old container runtimes show only the container's own group, mounted at the top, yet report the path on the host.
TEST_F(CpuInfoTest, GroupPathIsTakenRelativeToTheMount) {
  useCpus(8);
  write("/proc/self/cgroup", "4:cpu:/docker/abc/worker\n");
  write("/proc/self/mountinfo", "30 23 0:26 /docker/abc /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n");
  write("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "600000\n");
  write("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(detect().threadCount, 6);
  write("/sys/fs/cgroup/cpu/worker/cpu.cfs_quota_us", "100000\n");
  write("/sys/fs/cgroup/cpu/worker/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(detect().threadCount, 1);
}

TEST_F(CpuInfoTest, MemoryIsTheLeastOfSystemAndGroup) {
  write("/proc/meminfo", "MemTotal:       16777216 kB\nMemFree:  1000 kB\nMemAvailable:    8388608 kB\n");
  EXPECT_EQ(detect().memorySize, std::int64_t{16} << 30);
  EXPECT_EQ(freeMemory(roots_), std::int64_t{8} << 30);
  write("/proc/self/cgroup", "0::/a/b\n");
  write("/sys/fs/cgroup/a/memory.max", "2147483648\n");
  write("/sys/fs/cgroup/a/memory.current", "536870912\n");
  write("/sys/fs/cgroup/a/b/memory.max", "max\n");
  write("/sys/fs/cgroup/a/b/memory.current", "4096\n");
  EXPECT_EQ(detect().memorySize, std::int64_t{2} << 30);
  EXPECT_EQ(freeMemory(roots_), 2147483648 - 536870912);
  write("/sys/fs/cgroup/a/memory.stat", "anon 1\nactive_file 7\ninactive_file 1048576\n");
  EXPECT_EQ(freeMemory(roots_), 2147483648 - 536870912 + 1048576) << "cached pages give way";
  write("/sys/fs/cgroup/a/memory.current", "9147483648\n");
  EXPECT_EQ(freeMemory(roots_), 0);
}

TEST_F(CpuInfoTest, MemoryOfVersionOne) {
  write("/proc/meminfo", "MemTotal: 16777216 kB\nMemAvailable: 8388608 kB\n");
  write("/proc/self/cgroup", "4:memory:/box\n");
  write("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  write("/sys/fs/cgroup/memory/memory.usage_in_bytes", "123\n");
  EXPECT_EQ(cgroupMemoryLimit(roots_), std::nullopt);
  write("/sys/fs/cgroup/memory/box/memory.limit_in_bytes", "1073741824\n");
  write("/sys/fs/cgroup/memory/box/memory.usage_in_bytes", "73741824\n");
  EXPECT_EQ(detect().memorySize, 1073741824);
  EXPECT_EQ(freeMemory(roots_), 1000000000);
}

TEST_F(CpuInfoTest, NothingReadable) {
  const auto info = detect();
  EXPECT_EQ(info.architecture, "x86-64");
  EXPECT_EQ(info.vendor, "");
  EXPECT_EQ(info.threadCount, 1);
  EXPECT_EQ(info.coreCount, 1);
  EXPECT_EQ(info.simdWidthBits, std::nullopt);
  EXPECT_EQ(info.l1DataCache, std::nullopt);
  EXPECT_EQ(info.cacheLine, std::nullopt);
  EXPECT_EQ(info.maxClockMHz, std::nullopt);
  EXPECT_EQ(info.memorySize, 0);
  EXPECT_EQ(freeMemory(roots_), 0);
  host_.machine = "riscv64";
  host_.memorySize = 4096;
  EXPECT_EQ(detect().architecture, "riscv64");
  EXPECT_EQ(detect().memorySize, 4096);
  host_.affinity.clear();
  EXPECT_EQ(detect().affinity, std::vector<std::int64_t>{0});
}

TEST_F(CpuInfoTest, MalformedFilesAreUnknownAndNeverThrow) {
  const std::string garbage[] = {"",
                                 "\n",
                                 ":",
                                 "\n\n\n",
                                 "garbage",
                                 "-",
                                 "0",
                                 "-5",
                                 "99999999999999999999999",
                                 "0x",
                                 "K",
                                 "12 -3",
                                 "max",
                                 "max max",
                                 "1 0",
                                 std::string("\0\xff\x01", 3),
                                 ":::",
                                 "0::",
                                 "0::/../x",
                                 "4:cpu:/a\n4:memory:",
                                 "- - - - - - -",
                                 "a b c d e f - cgroup2",
                                 "MemTotal: -1 kB"};
  const char* paths[] = {"/proc/cpuinfo",
                         "/proc/meminfo",
                         "/proc/self/cgroup",
                         "/proc/self/mountinfo",
                         "/proc/sys/abi/sve_default_vector_length",
                         "/sys/fs/cgroup/cpu.max",
                         "/sys/fs/cgroup/memory.max",
                         "/sys/fs/cgroup/memory.current",
                         "/sys/fs/cgroup/memory.stat",
                         "/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq",
                         "/sys/devices/system/cpu/cpu0/topology/core_id",
                         "/sys/devices/system/cpu/cpu0/topology/physical_package_id",
                         "/sys/devices/system/cpu/cpu0/cache/index0/size",
                         "/sys/devices/system/cpu/cpu0/cache/index0/coherency_line_size"};
  for (const auto& text : garbage) {
    for (const auto* path : paths) write(path, text);
    write("/sys/devices/system/cpu/cpu0/cache/index0/level", "1");
    CpuInfo info;
    ASSERT_NO_THROW(info = detect()) << text;
    ASSERT_NO_THROW(freeMemory(roots_)) << text;
    EXPECT_EQ(info.threadCount, 1) << text;
    EXPECT_EQ(info.coreCount, 1) << text;
    EXPECT_EQ(info.maxClockMHz, std::nullopt) << text;
    for (const auto& size : {info.simdWidthBits, info.l1DataCache, info.cacheLine}) {
      EXPECT_TRUE(!size || *size > 0) << text;
    }
  }
}

TEST_F(CpuInfoTest, AFolderInPlaceOfAFileIsUnreadable) {
  std::filesystem::create_directories(roots_.proc + "/cpuinfo");
  std::filesystem::create_directories(roots_.proc + "/meminfo");
  EXPECT_EQ(readSystemFile(roots_.proc + "/cpuinfo"), std::nullopt);
  EXPECT_EQ(readSystemFile(roots_.proc + "/absent"), std::nullopt);
  EXPECT_NO_THROW(detect());
}

TEST(ParseInteger, TakesWhatFitsAndNothingElse) {
  EXPECT_EQ(parseInteger(" 42\n"), Int(42));
  EXPECT_EQ(parseInteger("48K"), Int(48));
  EXPECT_EQ(parseInteger("-1"), Int(-1));
  EXPECT_EQ(parseInteger("0x41", 16), Int(0x41));
  EXPECT_EQ(parseInteger(""), std::nullopt);
  EXPECT_EQ(parseInteger("max"), std::nullopt);
  EXPECT_EQ(parseInteger("9223372036854775808"), std::nullopt);
}

TEST(ThisMachine, IsPlausible) {
  const auto info = detectCpu();
  EXPECT_FALSE(info.architecture.empty());
  EXPECT_FALSE(info.driverVersion.empty());
  EXPECT_GE(info.threadCount, 1);
  EXPECT_GE(info.coreCount, 1);
  EXPECT_LE(info.threadCount, static_cast<std::int64_t>(info.affinity.size()));
  EXPECT_TRUE(std::is_sorted(info.affinity.begin(), info.affinity.end()));
  EXPECT_GT(info.memorySize, std::int64_t{64} << 20);
#if defined(__linux__)
  EXPECT_FALSE(info.name.empty());
  EXPECT_FALSE(info.vendor.empty());
  EXPECT_FALSE(info.features.empty());
  EXPECT_GT(freeMemory(), 0);
  EXPECT_LE(freeMemory(), info.memorySize);
#endif
}

}  // namespace
}  // namespace nexus::cpu_plugin
