#include "plugins/cpu/arm_architecture.h"

namespace nexus::cpu_plugin {
namespace {

struct Implementer {
  std::int64_t code;
  std::string_view vendor;
};

constexpr Implementer kImplementers[] = {
    {0x41, "arm"},   {0x42, "broadcom"},  {0x43, "cavium"},  {0x46, "fujitsu"}, {0x48, "hisilicon"}, {0x4e, "nvidia"},
    {0x50, "apm"},   {0x51, "qualcomm"},  {0x53, "samsung"}, {0x56, "marvell"}, {0x61, "apple"},     {0x66, "faraday"},
    {0x69, "intel"}, {0x6d, "microsoft"}, {0x70, "phytium"}, {0xc0, "ampere"},
};

struct Part {
  std::int64_t implementer, part;
  std::string_view name;
};

constexpr Part kParts[] = {
    {0x41, 0xc05, "cortex-a5"},   {0x41, 0xc07, "cortex-a7"},     {0x41, 0xc08, "cortex-a8"},      {0x41, 0xc09, "cortex-a9"},
    {0x41, 0xc0e, "cortex-a17"},  {0x41, 0xc0f, "cortex-a15"},    {0x41, 0xd02, "cortex-a34"},     {0x41, 0xd03, "cortex-a53"},
    {0x41, 0xd04, "cortex-a35"},  {0x41, 0xd05, "cortex-a55"},    {0x41, 0xd06, "cortex-a65"},     {0x41, 0xd07, "cortex-a57"},
    {0x41, 0xd08, "cortex-a72"},  {0x41, 0xd09, "cortex-a73"},    {0x41, 0xd0a, "cortex-a75"},     {0x41, 0xd0b, "cortex-a76"},
    {0x41, 0xd0c, "neoverse-n1"}, {0x41, 0xd0d, "cortex-a77"},    {0x41, 0xd0e, "cortex-a76ae"},   {0x41, 0xd40, "neoverse-v1"},
    {0x41, 0xd41, "cortex-a78"},  {0x41, 0xd42, "cortex-a78ae"},  {0x41, 0xd43, "cortex-a65ae"},   {0x41, 0xd44, "cortex-x1"},
    {0x41, 0xd46, "cortex-a510"}, {0x41, 0xd47, "cortex-a710"},   {0x41, 0xd48, "cortex-x2"},      {0x41, 0xd49, "neoverse-n2"},
    {0x41, 0xd4a, "neoverse-e1"}, {0x41, 0xd4b, "cortex-a78c"},   {0x41, 0xd4c, "cortex-x1c"},     {0x41, 0xd4d, "cortex-a715"},
    {0x41, 0xd4e, "cortex-x3"},   {0x41, 0xd4f, "neoverse-v2"},   {0x41, 0xd80, "cortex-a520"},    {0x41, 0xd81, "cortex-a720"},
    {0x41, 0xd82, "cortex-x4"},   {0x41, 0xd83, "neoverse-v3ae"}, {0x41, 0xd84, "neoverse-v3"},    {0x41, 0xd85, "cortex-x925"},
    {0x41, 0xd87, "cortex-a725"}, {0x41, 0xd88, "cortex-a520ae"}, {0x41, 0xd89, "cortex-a720ae"},  {0x41, 0xd8a, "c1-nano"},
    {0x41, 0xd8b, "c1-pro"},      {0x41, 0xd8c, "c1-ultra"},      {0x41, 0xd8e, "neoverse-n3"},    {0x41, 0xd8f, "cortex-a320"},
    {0x41, 0xd90, "c1-premium"},  {0x42, 0x516, "thunderx2t99"},  {0x43, 0x516, "thunderx2t99"},   {0x43, 0x0af, "thunderx2t99"},
    {0x43, 0x0a1, "thunderxt88"}, {0x46, 0x001, "a64fx"},         {0x46, 0x003, "fujitsu-monaka"}, {0x48, 0xd01, "tsv110"},
    {0x4e, 0x004, "carmel"},      {0x4e, 0x010, "olympus"},       {0x51, 0x001, "oryon-1"},        {0x51, 0x800, "cortex-a73"},
    {0x51, 0x801, "cortex-a53"},  {0x51, 0x802, "cortex-a75"},    {0x51, 0x803, "cortex-a55"},     {0x51, 0x804, "cortex-a76"},
    {0x51, 0x805, "cortex-a55"},  {0x51, 0xc00, "falkor"},        {0x51, 0xc01, "saphira"},        {0x53, 0x002, "exynos-m3"},
    {0x53, 0x003, "exynos-m4"},   {0x61, 0x022, "apple-m1"},      {0x61, 0x023, "apple-m1"},       {0x61, 0x024, "apple-m1"},
    {0x61, 0x025, "apple-m1"},    {0x61, 0x028, "apple-m1"},      {0x61, 0x029, "apple-m1"},       {0x61, 0x032, "apple-m2"},
    {0x61, 0x033, "apple-m2"},    {0x61, 0x034, "apple-m2"},      {0x61, 0x035, "apple-m2"},       {0x61, 0x038, "apple-m2"},
    {0x61, 0x039, "apple-m2"},    {0x6d, 0xd49, "neoverse-n2"},  // Azure Cobalt 100
    {0xc0, 0xac3, "ampere1"},     {0xc0, 0xac4, "ampere1a"},      {0xc0, 0xac5, "ampere1b"},       {0xc0, 0xac7, "ampere1c"},
};

}  // namespace

std::string_view armVendor(std::int64_t implementer) {
  for (const auto& row : kImplementers) {
    if (row.code == implementer) return row.vendor;
  }
  return {};
}

std::string_view armArchitecture(std::int64_t implementer, std::int64_t part) {
  for (const auto& row : kParts) {
    if (row.implementer == implementer && row.part == part) return row.name;
  }
  return {};
}

}  // namespace nexus::cpu_plugin
