#include <nexus/dtype.h>
#include <nexus/error.h>

#include <string>

namespace nexus {

namespace {
constexpr DTypeInfo table[] = {
#define NEXUS_DTYPE(enumerator, code, numpy, short_name, bits, dlpack, format) \
  {DType::enumerator, numpy, short_name, (bits + 7) / 8, bits, dlpack, format},
#include <nexus/dtype_table.h>
#undef NEXUS_DTYPE
};
constexpr DTypeInfo unknown = {DType::Unknown, "unknown", "unknown", 1, 8, 0, ""};
}  // namespace

std::span<const DTypeInfo> allDTypes() noexcept { return table; }

const DTypeInfo& dtypeInfo(DType dtype) noexcept {
  const auto code = static_cast<std::size_t>(dtype);
  return code >= 1 && code <= std::size(table) ? table[code - 1] : unknown;
}

static_assert(
    [] {
      for (std::size_t i = 0; i < std::size(table); ++i)
        if (static_cast<std::size_t>(table[i].dtype) != i + 1) return false;
      return true;
    }(),
    "codes of element types count up from 1");

DType parseDType(std::string_view name) {
  for (const DTypeInfo& info : table)
    if (name == info.name || name == info.shortName) return info.dtype;
  if (name == "i4" || name == "u4" || name == "i8" || name == "u8") {
    const std::string bits(name.substr(1)), kind = name[0] == 'i' ? "int" : "uint";
    throw InvalidArgumentError("the element type '" + std::string(name) + "' is " + kind + bits + " to compilers and " + kind +
                               std::to_string(8 * (bits[0] - '0')) + " to NumPy; write out which one is meant");
  }
  std::string all;
  for (const DTypeInfo& info : table) all += (all.empty() ? "" : ", ") + std::string(info.name) + " (" + info.shortName + ")";
  throw InvalidArgumentError("there is no element type '" + std::string(name) + "'; the element types are " + all);
}

}  // namespace nexus
