#include <nexus/error.h>
#include <nexus/shape.h>

#include <algorithm>

namespace nexus {

Shape::Shape(std::span<const std::int64_t> values) {
  if (values.size() > maxRank)
    throw InvalidArgumentError("an array of " + std::to_string(values.size()) + " dimensions; Nexus takes at most " +
                               std::to_string(maxRank) + ": reshape it");
  std::copy(values.begin(), values.end(), values_.begin());
  rank_ = static_cast<std::uint8_t>(values.size());
}

bool Shape::operator==(const Shape& other) const noexcept { return std::equal(begin(), end(), other.begin(), other.end()); }

std::string Shape::toString() const {
  std::string text = "(";
  for (std::size_t i = 0; i < rank_; ++i) text += (i ? ", " : "") + std::to_string(values_[i]);
  return text + (rank_ == 1 ? ",)" : ")");
}

}  // namespace nexus
