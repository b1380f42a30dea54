#include "plugins/cpu/x86_architecture.h"

#include <algorithm>
#include <array>

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

namespace nexus::cpu_plugin {
namespace {

using Mask = std::uint64_t;

// Features that tell cores apart and that a compiler may use for them; the order gives the bit in a Mask.
enum Feature {
  kSse3, kSsse3, kSse41, kSse42, kPopcnt, kCx16, kLahf, kSse4a,
  kAvx, kXop, kFma4, kTbm, kF16c, kFma, kAvx2, kBmi1,
  kBmi2, kLzcnt, kMovbe, kGfni, kAvxVnni, kAvxIfma, kAvxVnniInt8, kAvxVnniInt16,
  kAvxNeConvert, kCmpccxadd, kAvx512F, kAvx512Cd, kAvx512Bw, kAvx512Dq, kAvx512Vl, kAvx512Er,
  kAvx512Pf, kAvx512Ifma, kAvx512Vbmi, kAvx512Vbmi2, kAvx512Vnni, kAvx512Bitalg, kAvx512Vpopcnt, kAvx512Bf16,
  kAvx512Fp16, kAvx512Vp2, kAvx5124Vnniw, kAvx5124Fmaps, kAmxTile, kAmxBf16, kAmxInt8, kAmxFp16,
  kAmxComplex, kFeatureCount
};

// The kernel's names of the above.
constexpr std::array<std::string_view, kFeatureCount> kFeatureNames = {
    "pni", "ssse3", "sse4_1", "sse4_2", "popcnt", "cx16", "lahf_lm", "sse4a",
    "avx", "xop", "fma4", "tbm", "f16c", "fma", "avx2", "bmi1",
    "bmi2", "abm", "movbe", "gfni", "avx_vnni", "avx_ifma", "avx_vnni_int8", "avx_vnni_int16",
    "avx_ne_convert", "cmpccxadd", "avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl", "avx512er",
    "avx512pf", "avx512ifma", "avx512vbmi", "avx512_vbmi2", "avx512_vnni", "avx512_bitalg", "avx512_vpopcntdq", "avx512_bf16",
    "avx512_fp16", "avx512_vp2intersect", "avx512_4vnniw", "avx512_4fmaps", "amx_tile", "amx_bf16", "amx_int8", "amx_fp16",
    "amx_complex"};
static_assert(kFeatureNames.back() == "amx_complex" && kFeatureCount <= 64);

template <typename... Features>
constexpr Mask with(Features... features) {
  return ((Mask{1} << features) | ...);
}

// Often switched off or hidden, and used only by code that asks for them by name: a core without them is still that core.
constexpr Mask kOptional = with(kAmxTile, kAmxBf16, kAmxInt8, kAmxFp16, kAmxComplex, kAvx512Vp2, kAvxIfma, kAvxVnniInt8,
                                kAvxVnniInt16, kAvxNeConvert, kCmpccxadd);

constexpr Mask kLevel2 = with(kSse3, kSsse3, kSse41, kSse42, kPopcnt, kCx16, kLahf);
constexpr Mask kLevel3 = kLevel2 | with(kAvx, kAvx2, kBmi1, kBmi2, kF16c, kFma, kLzcnt, kMovbe);
constexpr Mask kLevel4 = kLevel3 | with(kAvx512F, kAvx512Cd, kAvx512Bw, kAvx512Dq, kAvx512Vl);

constexpr Mask kCore2 = with(kSse3, kSsse3, kCx16, kLahf);
constexpr Mask kPenryn = kCore2 | with(kSse41);
constexpr Mask kSandybridge = kLevel2 | with(kAvx);
constexpr Mask kIvybridge = kSandybridge | with(kF16c);
constexpr Mask kCascadelake = kLevel4 | with(kAvx512Vnni);
constexpr Mask kCooperlake = kCascadelake | with(kAvx512Bf16);
constexpr Mask kCannonlake = kLevel4 | with(kAvx512Ifma, kAvx512Vbmi);
constexpr Mask kIcelake = kCannonlake | with(kAvx512Vbmi2, kAvx512Vnni, kAvx512Bitalg, kAvx512Vpopcnt, kGfni);
constexpr Mask kTigerlake = kIcelake | with(kAvx512Vp2);
constexpr Mask kSapphirerapids =
    kIcelake | with(kAvx512Bf16, kAvx512Fp16, kAvxVnni, kAmxTile, kAmxBf16, kAmxInt8);
constexpr Mask kGraniterapids = kSapphirerapids | with(kAmxFp16);
constexpr Mask kGraniterapidsD = kGraniterapids | with(kAmxComplex);
constexpr Mask kAlderlake = kLevel3 | with(kGfni, kAvxVnni);
constexpr Mask kArrowlake = kAlderlake | with(kAvxIfma, kAvxVnniInt8, kAvxNeConvert, kCmpccxadd);
constexpr Mask kLunarlake = kArrowlake | with(kAvxVnniInt16);
constexpr Mask kDiamondrapids = kGraniterapidsD | kLunarlake;
constexpr Mask kNovalake = kLunarlake | (kSapphirerapids & ~with(kAmxTile, kAmxBf16, kAmxInt8));
constexpr Mask kBonnell = kCore2 | with(kMovbe);
constexpr Mask kSilvermont = kLevel2 | with(kMovbe);
constexpr Mask kTremont = kSilvermont | with(kGfni);
constexpr Mask kKnl = kLevel3 | with(kAvx512F, kAvx512Cd, kAvx512Er, kAvx512Pf);
constexpr Mask kKnm = kKnl | with(kAvx5124Vnniw, kAvx5124Fmaps, kAvx512Vpopcnt);

constexpr Mask kAmdfam10 = with(kSse3, kPopcnt, kCx16, kLahf, kSse4a, kLzcnt);
constexpr Mask kBtver1 = kAmdfam10 | with(kSsse3);
constexpr Mask kBtver2 = kBtver1 | kLevel2 | with(kAvx, kF16c, kBmi1, kMovbe);
constexpr Mask kBdver1 = kAmdfam10 | kLevel2 | with(kAvx, kXop, kFma4);
constexpr Mask kBdver2 = kBdver1 | with(kF16c, kFma, kBmi1, kTbm);
constexpr Mask kBdver4 = kBdver2 | kLevel3;
constexpr Mask kZnver1 = kLevel3 | with(kSse4a);
constexpr Mask kZnver4 = kZnver1 | kIcelake | with(kAvx512Bf16);
constexpr Mask kZnver5 = kZnver4 | with(kAvxVnni, kAvx512Vp2);
constexpr Mask kZnver6 = kZnver5 | with(kAvx512Fp16, kAvxIfma, kAvxVnniInt8, kAvxNeConvert);

struct Core {
  std::string_view name;
  Mask features;
};

constexpr std::string_view kIntel = "intel";
constexpr std::string_view kAmd = "amd";

struct Model {
  std::string_view vendor;
  std::int64_t family, firstModel, lastModel;
  Core core;
};

// One model may be several cores: the first row whose features are all present is meant.
constexpr Model kModels[] = {
    {kIntel, 6, 0x0f, 0x0f, {"core2", kCore2}},
    {kIntel, 6, 0x16, 0x16, {"core2", kCore2}},
    {kIntel, 6, 0x17, 0x17, {"penryn", kPenryn}},
    {kIntel, 6, 0x1d, 0x1d, {"penryn", kPenryn}},
    {kIntel, 6, 0x1a, 0x1a, {"nehalem", kLevel2}},
    {kIntel, 6, 0x1e, 0x1f, {"nehalem", kLevel2}},
    {kIntel, 6, 0x2e, 0x2e, {"nehalem", kLevel2}},
    {kIntel, 6, 0x25, 0x25, {"westmere", kLevel2}},
    {kIntel, 6, 0x2c, 0x2c, {"westmere", kLevel2}},
    {kIntel, 6, 0x2f, 0x2f, {"westmere", kLevel2}},
    {kIntel, 6, 0x2a, 0x2a, {"sandybridge", kSandybridge}},
    {kIntel, 6, 0x2d, 0x2d, {"sandybridge", kSandybridge}},
    {kIntel, 6, 0x3a, 0x3a, {"ivybridge", kIvybridge}},
    {kIntel, 6, 0x3e, 0x3e, {"ivybridge", kIvybridge}},
    {kIntel, 6, 0x3c, 0x3c, {"haswell", kLevel3}},
    {kIntel, 6, 0x3f, 0x3f, {"haswell", kLevel3}},
    {kIntel, 6, 0x45, 0x46, {"haswell", kLevel3}},
    {kIntel, 6, 0x3d, 0x3d, {"broadwell", kLevel3}},
    {kIntel, 6, 0x47, 0x47, {"broadwell", kLevel3}},
    {kIntel, 6, 0x4f, 0x4f, {"broadwell", kLevel3}},
    {kIntel, 6, 0x56, 0x56, {"broadwell", kLevel3}},
    {kIntel, 6, 0x4e, 0x4e, {"skylake", kLevel3}},
    {kIntel, 6, 0x5e, 0x5e, {"skylake", kLevel3}},
    {kIntel, 6, 0x8e, 0x8e, {"skylake", kLevel3}},  // Kaby, Coffee, Whiskey, Amber Lake
    {kIntel, 6, 0x9e, 0x9e, {"skylake", kLevel3}},
    {kIntel, 6, 0xa5, 0xa6, {"skylake", kLevel3}},  // Comet Lake
    {kIntel, 6, 0x55, 0x55, {"cooperlake", kCooperlake}},
    {kIntel, 6, 0x55, 0x55, {"cascadelake", kCascadelake}},
    {kIntel, 6, 0x55, 0x55, {"skylake-avx512", kLevel4}},
    {kIntel, 6, 0x66, 0x66, {"cannonlake", kCannonlake}},
    {kIntel, 6, 0x7d, 0x7e, {"icelake-client", kIcelake}},
    {kIntel, 6, 0x6a, 0x6a, {"icelake-server", kIcelake}},
    {kIntel, 6, 0x6c, 0x6c, {"icelake-server", kIcelake}},
    {kIntel, 6, 0x8c, 0x8d, {"tigerlake", kTigerlake}},
    {kIntel, 6, 0xa7, 0xa7, {"rocketlake", kIcelake}},
    {kIntel, 6, 0x8f, 0x8f, {"sapphirerapids", kSapphirerapids}},
    {kIntel, 6, 0xcf, 0xcf, {"emeraldrapids", kSapphirerapids}},
    {kIntel, 6, 0xad, 0xad, {"graniterapids", kGraniterapids}},
    {kIntel, 6, 0xae, 0xae, {"graniterapids-d", kGraniterapidsD}},
    {kIntel, 19, 0x01, 0x01, {"diamondrapids", kDiamondrapids}},
    {kIntel, 6, 0x97, 0x97, {"alderlake", kAlderlake}},
    {kIntel, 6, 0x9a, 0x9a, {"alderlake", kAlderlake}},
    {kIntel, 6, 0xbe, 0xbe, {"gracemont", kAlderlake}},
    {kIntel, 6, 0xb7, 0xb7, {"raptorlake", kAlderlake}},
    {kIntel, 6, 0xba, 0xba, {"raptorlake", kAlderlake}},
    {kIntel, 6, 0xbf, 0xbf, {"raptorlake", kAlderlake}},
    {kIntel, 6, 0xd7, 0xd7, {"raptorlake", kAlderlake}},  // Bartlett Lake
    {kIntel, 6, 0xaa, 0xaa, {"meteorlake", kAlderlake}},
    {kIntel, 6, 0xac, 0xac, {"meteorlake", kAlderlake}},
    {kIntel, 6, 0xb5, 0xb5, {"arrowlake", kArrowlake}},
    {kIntel, 6, 0xc5, 0xc5, {"arrowlake", kArrowlake}},
    {kIntel, 6, 0xc6, 0xc6, {"arrowlake-s", kLunarlake}},
    {kIntel, 6, 0xbd, 0xbd, {"lunarlake", kLunarlake}},
    {kIntel, 6, 0xcc, 0xcc, {"pantherlake", kLunarlake}},
    {kIntel, 6, 0xe5, 0xe5, {"pantherlake", kLunarlake}},
    {kIntel, 6, 0xd5, 0xd5, {"wildcatlake", kLunarlake}},
    {kIntel, 18, 0x01, 0x01, {"novalake", kNovalake}},
    {kIntel, 18, 0x03, 0x03, {"novalake", kNovalake}},
    {kIntel, 6, 0x1c, 0x1c, {"bonnell", kBonnell}},
    {kIntel, 6, 0x26, 0x27, {"bonnell", kBonnell}},
    {kIntel, 6, 0x35, 0x36, {"bonnell", kBonnell}},
    {kIntel, 6, 0x37, 0x37, {"silvermont", kSilvermont}},
    {kIntel, 6, 0x4a, 0x4a, {"silvermont", kSilvermont}},
    {kIntel, 6, 0x4c, 0x4d, {"silvermont", kSilvermont}},
    {kIntel, 6, 0x5a, 0x5a, {"silvermont", kSilvermont}},
    {kIntel, 6, 0x5d, 0x5d, {"silvermont", kSilvermont}},
    {kIntel, 6, 0x75, 0x75, {"silvermont", kSilvermont}},
    {kIntel, 6, 0x5c, 0x5c, {"goldmont", kSilvermont}},
    {kIntel, 6, 0x5f, 0x5f, {"goldmont", kSilvermont}},
    {kIntel, 6, 0x7a, 0x7a, {"goldmont-plus", kSilvermont}},
    {kIntel, 6, 0x86, 0x86, {"tremont", kTremont}},
    {kIntel, 6, 0x8a, 0x8a, {"tremont", kTremont}},
    {kIntel, 6, 0x96, 0x96, {"tremont", kTremont}},
    {kIntel, 6, 0x9c, 0x9c, {"tremont", kTremont}},
    {kIntel, 6, 0xaf, 0xaf, {"sierraforest", kArrowlake}},
    {kIntel, 6, 0xb6, 0xb6, {"grandridge", kArrowlake}},
    {kIntel, 6, 0xdd, 0xdd, {"clearwaterforest", kLunarlake}},
    {kIntel, 6, 0x57, 0x57, {"knl", kKnl}},
    {kIntel, 6, 0x85, 0x85, {"knm", kKnm}},
    {kAmd, 0x10, 0x00, 0xff, {"amdfam10", kAmdfam10}},
    {kAmd, 0x12, 0x00, 0xff, {"amdfam10", kAmdfam10}},  // Llano
    {kAmd, 0x14, 0x00, 0xff, {"btver1", kBtver1}},
    {kAmd, 0x15, 0x02, 0x02, {"bdver2", kBdver2}},
    {kAmd, 0x15, 0x00, 0x0f, {"bdver1", kBdver1}},
    {kAmd, 0x15, 0x10, 0x1f, {"bdver2", kBdver2}},
    {kAmd, 0x15, 0x30, 0x3f, {"bdver3", kBdver2}},
    {kAmd, 0x15, 0x60, 0x7f, {"bdver4", kBdver4}},
    {kAmd, 0x16, 0x00, 0xff, {"btver2", kBtver2}},
    {kAmd, 0x17, 0x00, 0x2f, {"znver1", kZnver1}},
    {kAmd, 0x17, 0x30, 0xaf, {"znver2", kZnver1}},
    {kAmd, 0x19, 0x00, 0x0f, {"znver3", kZnver1}},
    {kAmd, 0x19, 0x10, 0x1f, {"znver4", kZnver4}},
    {kAmd, 0x19, 0x20, 0x5f, {"znver3", kZnver1}},
    {kAmd, 0x19, 0x60, 0x7f, {"znver4", kZnver4}},
    {kAmd, 0x19, 0xa0, 0xaf, {"znver4", kZnver4}},
    {kAmd, 0x1a, 0x00, 0x4f, {"znver5", kZnver5}},
    {kAmd, 0x1a, 0x60, 0x77, {"znver5", kZnver5}},
    {kAmd, 0x1a, 0xd0, 0xd7, {"znver5", kZnver5}},
    {kAmd, 0x1a, 0x50, 0x5f, {"znver6", kZnver6}},
    {kAmd, 0x1a, 0x80, 0xcf, {"znver6", kZnver6}},
    {kAmd, 0x1a, 0xd8, 0xe7, {"znver6", kZnver6}},
};

// For models that are unknown or not believed: best first; `sign` sets a core apart from the next one in the list.
struct Lineage {
  std::string_view vendor;
  Core core;
  Mask sign;
};

constexpr Lineage kLineages[] = {
    {kIntel, {"diamondrapids", kDiamondrapids}, with(kAmxFp16, kAmxComplex, kAvxVnniInt16)},
    {kIntel, {"graniterapids-d", kGraniterapidsD}, with(kAmxFp16, kAmxComplex)},
    {kIntel, {"graniterapids", kGraniterapids}, with(kAmxFp16)},
    {kIntel, {"sapphirerapids", kSapphirerapids}, 0},
    {kIntel, {"icelake-server", kIcelake}, 0},
    {kIntel, {"cooperlake", kCooperlake}, 0},
    {kIntel, {"cascadelake", kCascadelake}, 0},
    {kAmd, {"znver6", kZnver6}, 0},
    {kAmd, {"znver5", kZnver5}, 0},
    {kAmd, {"znver4", kZnver4}, 0},
    {"", {"x86-64-v4", kLevel4}, 0},
    {"", {"x86-64-v3", kLevel3}, 0},
    {"", {"x86-64-v2", kLevel2}, 0},
    {"", {"x86-64", 0}, 0},
};

constexpr bool contains(Mask all, Mask part) { return (all & part) == part; }

Mask maskOf(const std::vector<std::string>& features) {
  Mask mask = 0;
  for (const auto& feature : features) {
    const auto found = std::find(kFeatureNames.begin(), kFeatureNames.end(), feature);
    if (found != kFeatureNames.end()) mask |= Mask{1} << (found - kFeatureNames.begin());
  }
  return mask;
}

enum Register { kEdx0, kEax1, kEdx1 };

struct HiddenFeature {
  std::string_view name;
  std::string_view owner;  // the kernel lists it only if it saves the registers that the feature works on
  Register reg;
  int bit;
};

constexpr HiddenFeature kHiddenFeatures[] = {
    {"avx512_vp2intersect", "avx512f", kEdx0, 8}, {"avx512_fp16", "avx512bw", kEdx0, 23},
    {"avx_vnni", "avx2", kEax1, 4},               {"avx512_bf16", "avx512bw", kEax1, 5},
    {"cmpccxadd", "avx2", kEax1, 7},              {"amx_fp16", "amx_tile", kEax1, 21},
    {"avx_ifma", "avx2", kEax1, 23},              {"avx_vnni_int8", "avx2", kEdx1, 4},
    {"avx_ne_convert", "avx2", kEdx1, 5},         {"amx_complex", "amx_tile", kEdx1, 8},
    {"avx_vnni_int16", "avx2", kEdx1, 10},
};

}  // namespace

std::optional<X86Leaf7> readX86Leaf7() {
#if defined(__x86_64__) || defined(__i386__)
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) == 0) return std::nullopt;
  X86Leaf7 leaf;
  leaf.edx0 = edx;
  if (eax >= 1 && __get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx) != 0) {
    leaf.eax1 = eax;
    leaf.edx1 = edx;
  }
  return leaf;
#else
  return std::nullopt;
#endif
}

void addHiddenX86Features(const X86Leaf7& leaf, std::vector<std::string>& features) {
  const auto listed = [&](std::string_view name) { return std::find(features.begin(), features.end(), name) != features.end(); };
  const std::uint32_t registers[] = {leaf.edx0, leaf.eax1, leaf.edx1};
  for (const auto& hidden : kHiddenFeatures) {
    const bool reported = (registers[hidden.reg] >> hidden.bit & 1u) != 0;
    if (reported && listed(hidden.owner) && !listed(hidden.name)) features.emplace_back(hidden.name);
  }
}

std::string x86Architecture(std::string_view vendor, std::int64_t family, std::int64_t model,
                            const std::vector<std::string>& features) {
  const Mask reported = maskOf(features);
  for (const auto& row : kModels) {
    if (row.vendor != vendor || row.family != family || model < row.firstModel || model > row.lastModel) continue;
    const bool complete = contains(reported, row.core.features & ~kOptional);
    if (complete && contains(row.core.features, reported)) return std::string(row.core.name);
  }
  for (const auto& row : kLineages) {
    if (!row.vendor.empty() && row.vendor != vendor) continue;
    if (contains(reported, (row.core.features & ~kOptional) | row.sign)) return std::string(row.core.name);
  }
  return "x86-64";
}

}  // namespace nexus::cpu_plugin
