// Nearest names in error messages.
#include "lib/suggest.h"

#include <gtest/gtest.h>

namespace {

using nexus::detail::listNames;
using nexus::detail::suggest;

TEST(Suggest, TheNearestNamesInOrder) {
  EXPECT_EQ(suggest("saxpi", {"vadd", "saxpy", "noop"}), " (did you mean 'saxpy'?)");
  EXPECT_EQ(suggest("MemorySise", {"MemoryFree", "MemorySize", "Name"}), " (did you mean 'MemorySize' or 'MemoryFree'?)");
  EXPECT_EQ(suggest("abcd", {"abxy", "abcx"}), " (did you mean 'abcx' or 'abxy'?)");
  EXPECT_EQ(suggest("item", {"item4", "item3", "item2", "item1"}), " (did you mean 'item4', 'item3' or 'item2'?)");
}

TEST(Suggest, NamesThatDifferInCaseOrContainTheWord) {
  EXPECT_EQ(suggest("NAME", {"Vendor", "Name"}), " (did you mean 'Name'?)");
  EXPECT_EQ(suggest("cache", {"Name", "L2CacheSize"}), " (did you mean 'L2CacheSize'?)");
}

TEST(Suggest, NothingIfNothingIsNear) {
  EXPECT_EQ(suggest("zebra", {"saxpy", "noop"}), "");
  EXPECT_EQ(suggest("", {"saxpy"}), "");
  EXPECT_EQ(suggest("x", {"y"}), "");
  EXPECT_EQ(suggest("saxpy", {}), "");
  EXPECT_EQ(suggest(std::string(1'000'000, 'a'), {std::string_view("aaaa")}), "") << "long words are not compared at all";
}

TEST(ListNames, InQuotesUpToALimit) {
  EXPECT_EQ(listNames({}), "none");
  EXPECT_EQ(listNames({"a"}), "'a'");
  EXPECT_EQ(listNames({"a", "b", "c"}), "'a', 'b', 'c'");
  EXPECT_EQ(listNames({"a", "b", "c"}, 2), "'a', 'b' and 1 more");
}

}  // namespace
