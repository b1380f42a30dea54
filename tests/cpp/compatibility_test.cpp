// Which code runs on which device.
#include "cpu_device.h"
#include "expect_error.h"

#include <nexus/compatibility.h>
#include <nexus/database.h>

#include <gtest/gtest.h>

#include <ostream>

namespace {

using nexus::Compatibility;
using nexus::DeviceTarget;
using nexus::Fit;

DeviceTarget nvidia(const std::string& architecture) { return {"nvidia", "gpu", architecture, {}}; }
DeviceTarget amd(const std::string& architecture, const std::vector<std::string>& features = {}) {
  return {"amd", "gpu", architecture, features};
}
DeviceTarget cpu(const std::string& architecture, const std::vector<std::string>& features = {}) {
  return {"intel", "cpu", architecture, features};
}

const std::vector<std::string> haswell = {"sse2", "cx16", "lahf_lm", "popcnt", "pni", "sse4_1", "sse4_2", "ssse3", "avx",
                                          "avx2", "bmi1", "bmi2",    "f16c",   "fma", "abm",    "movbe",  "xsave"};

struct Case {
  const char* target;
  DeviceTarget device;
  Fit fit;
};

void PrintTo(const Case& one, std::ostream* stream) {
  *stream << one.target << " on " << one.device.architecture;
  if (!one.device.features.empty()) *stream << " with " << one.device.features.back();
}

class CodeOnDevice : public testing::TestWithParam<Case> {};

TEST_P(CodeOnDevice, FitsByTheRules) {
  const Compatibility answer = nexus::checkCompatibility(GetParam().target, GetParam().device);
  EXPECT_STREQ(nexus::fitName(answer.fit), nexus::fitName(GetParam().fit)) << answer.reason;
  EXPECT_EQ(static_cast<bool>(answer), answer.rank > 0);
  EXPECT_FALSE(answer.reason.empty());
}

const Case cases[] = {
    {"sm_90", nvidia("sm_90"), Fit::Exact},
    {"sm_80", nvidia("sm_86"), Fit::Family},
    {"sm_86", nvidia("sm_80"), Fit::None},
    {"sm_80", nvidia("sm_90"), Fit::None},
    {"sm_90a", nvidia("sm_90"), Fit::Exact},
    {"sm_100a", nvidia("sm_103"), Fit::None},
    {"sm_100f", nvidia("sm_103"), Fit::Family},
    {"sm_100f", nvidia("sm_100"), Fit::Exact},
    {"sm_103f", nvidia("sm_100"), Fit::None},
    {"sm_100f", nvidia("sm_101"), Fit::None},
    {"sm_100f", nvidia("sm_120"), Fit::None},
    {"sm_120f", nvidia("sm_121"), Fit::Family},
    {"compute_50", nvidia("sm_120"), Fit::Portable},
    {"compute_90", nvidia("sm_90"), Fit::Portable},
    {"compute_90", nvidia("sm_89"), Fit::None},
    {"compute_90a", nvidia("sm_100"), Fit::None},
    {"compute_90a", nvidia("sm_90"), Fit::Portable},
    {"compute_100f", nvidia("sm_103"), Fit::Portable},
    {"compute_100f", nvidia("sm_120"), Fit::None},
    {"sm_90", amd("gfx942"), Fit::None},
    {"sm_x", nvidia("sm_90"), Fit::None},
    {"sm_90z", nvidia("sm_90"), Fit::None},
    {"gfx942", amd("gfx942"), Fit::Exact},
    {"gfx942", amd("gfx942:sramecc+:xnack-"), Fit::Exact},
    {"gfx942:xnack-", amd("gfx942:sramecc+:xnack-"), Fit::Exact},
    {"gfx942:xnack+", amd("gfx942:sramecc+:xnack-"), Fit::None},
    {"gfx942:xnack+", amd("gfx942", {"sramecc+", "xnack-"}), Fit::None},
    {"gfx942:xnack+", amd("gfx942"), Fit::Exact},
    {"amdgcn-amd-amdhsa--gfx90a:sramecc+", amd("gfx90a:sramecc+:xnack-"), Fit::Exact},
    {"gfx9-4-generic", amd("gfx942"), Fit::Family},
    {"gfx9-4-generic", amd("gfx90a"), Fit::None},
    {"gfx9-4-generic:xnack+", amd("gfx950:xnack-"), Fit::None},
    {"gfx11-generic", amd("gfx1151"), Fit::Family},
    {"gfx11-generic", amd("gfx115"), Fit::None},
    {"gfx1100", amd("gfx1101"), Fit::None},
    {"gfx942:xnack", amd("gfx942"), Fit::None},
    {"x86-64", cpu("haswell", haswell), Fit::Family},
    {"x86-64-v3", cpu("haswell", haswell), Fit::Family},
    {"x86-64-v4", cpu("haswell", haswell), Fit::None},
    {"x86-64-v3", cpu("sapphirerapids", {"sse2", "avx512f"}), Fit::None},
    {"x86-64-v4", cpu("znver4", {"x86-64-v4"}), Fit::Family},
    {"x86-64-v2", cpu("x86-64-v3"), Fit::Family},
    {"x86-64-v4", cpu("x86-64-v3"), Fit::None},
    {"x86-64-v5", cpu("znver4", {"x86-64-v4"}), Fit::None},
    {"haswell", cpu("haswell", haswell), Fit::Exact},
    {"aarch64", cpu("neoverse-v2", {"asimd"}), Fit::Family},
    {"aarch64", cpu("haswell", haswell), Fit::None},
    {"x86-64", cpu("neoverse-v2", {"asimd"}), Fit::None},
    {"x86-64-v3", nvidia("sm_90"), Fit::None},
    {"sm_90", cpu("haswell", haswell), Fit::None},
    {"spirv", {"intel", "gpu", "pvc", {"cl_khr_il_program"}}, Fit::Portable},
    {"spirv", nvidia("sm_90"), Fit::None},
    {"pvc", {"intel", "gpu", "pvc", {}}, Fit::Exact},
    {"bmg-g21", {"intel", "gpu", "pvc", {}}, Fit::None},
};
INSTANTIATE_TEST_SUITE_P(All, CodeOnDevice, testing::ValuesIn(cases));

int rankOf(const char* target, const DeviceTarget& device) { return nexus::checkCompatibility(target, device).rank; }

TEST(Compatibility, TheBetterFitHasTheHigherRank) {
  const DeviceTarget ada = nvidia("sm_89"), hopper = nvidia("sm_90");
  EXPECT_GT(rankOf("sm_89", ada), rankOf("sm_86", ada));
  EXPECT_GT(rankOf("sm_86", ada), rankOf("sm_80", ada));
  EXPECT_GT(rankOf("sm_80", ada), rankOf("compute_89", ada));
  EXPECT_GT(rankOf("compute_86", ada), rankOf("compute_80", ada));
  EXPECT_GT(rankOf("sm_90a", hopper), rankOf("sm_90", hopper));
  EXPECT_GT(rankOf("gfx942", amd("gfx942")), rankOf("gfx9-4-generic", amd("gfx942")));
  EXPECT_GT(rankOf("gfx942:xnack-", amd("gfx942:xnack-")), rankOf("gfx942", amd("gfx942:xnack-")));
  EXPECT_GT(rankOf("x86-64-v3", cpu("haswell", haswell)), rankOf("x86-64-v2", cpu("haswell", haswell)));
}

TEST(Compatibility, TheReasonSaysWhatDecided) {
  EXPECT_EQ(nexus::checkCompatibility("sm_80", nvidia("sm_90")).reason,
            "code for 8.0 runs on versions from 8.0 up to the end of 8.x; the device is 9.0");
  EXPECT_EQ(nexus::checkCompatibility("gfx942:xnack+", amd("gfx942:xnack-")).reason,
            "the code wants xnack+, and the device has xnack-");
  EXPECT_EQ(nexus::checkCompatibility("x86-64-v4", cpu("haswell", haswell)).reason,
            "x86-64-v4 needs avx512f, which the device does not have");
}

TEST(Compatibility, OfProcessorsIsAMatterOfTheirFeatures) {
  for (const auto& [code, device] :
       {std::pair("znver3", "znver4"), std::pair("haswell", "znver4"), std::pair("sapphirerapids", "graniterapids")}) {
    EXPECT_EQ(nexus::checkCompatibility(code, cpu(device)).fit, Fit::Family) << code << " on " << device;
    EXPECT_EQ(nexus::checkCompatibility(device, cpu(code)).fit, Fit::None) << device << " on " << code;
  }
  EXPECT_EQ(nexus::checkCompatibility("neoverse-v2", cpu("znver4")).fit, Fit::None);
  EXPECT_EQ(nexus::checkCompatibility("znver4", cpu("nobody")).fit, Fit::None);
  EXPECT_EQ(nexus::checkCompatibility("nobody", cpu("znver4")).fit, Fit::None);
  EXPECT_GT(rankOf("znver3", cpu("znver4")), rankOf("znver2", cpu("znver4")));
}

TEST(Compatibility, AgreesWithTheDatabase) {
  // What an entry lists of its targets is read from the tools of the vendors; the rules come from their documents.
  std::size_t checked = 0;
  for (const nexus::Info& entry : nexus::Database::get().find("", "gpu")) {
    if (!entry.contains("CompilerTargets")) continue;
    const nexus::Info targets = entry.at("CompilerTargets");
    for (const std::string& name : targets.getKeys()) {
      const nexus::Info target = targets.at(name);
      if (!target.contains("LoadsOn") || entry.getString("Kind") != "hardware") continue;
      for (const std::string& architecture : target.getStringVector("LoadsOn")) {
        const Compatibility answer =
            nexus::checkCompatibility(name, DeviceTarget{entry.getString("Vendor"), "gpu", architecture, {}});
        EXPECT_TRUE(answer) << name << " on " << architecture << ": " << answer.reason;
        ++checked;
      }
    }
  }
  EXPECT_GT(checked, 50u);
}

TEST(Compatibility, OfALiveDevice) {
  const nexus::Device device = cpuDevice();
  EXPECT_EQ(nexus::checkCompatibility(device.getProperty<std::string>("Architecture"), device).fit, Fit::Exact);
  EXPECT_FALSE(nexus::isCompatible("sm_90", device));
#if defined(__x86_64__)
  EXPECT_TRUE(nexus::isCompatible("x86-64", device));
#endif
  EXPECT_TRUE(throws<nexus::InvalidArgumentError>([&] { nexus::checkCompatibility("", device); }, {"'sm_90'"}));
}

}  // namespace
