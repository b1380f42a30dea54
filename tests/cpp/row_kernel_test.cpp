// Kernels that are rewritten for rows of items do what they do item by item.
#include "plugins/cpu/kernel_rewriter.h"

#include "cpu_device.h"
#include "expect_error.h"

#include <nexus/kernel/cpu_guards.h>

#include <gtest/gtest.h>

#include <limits>

using nexus::cpu_plugin::rewriteKernels;
using namespace nexus::cpu;

namespace {

/// Expects that a condition of an item's number gives for a row what it gives for each item. Returns for how many rows it was known.
template <class T, class C>
int compareWithItems(C condition) {
  constexpr T least = std::numeric_limits<T>::min(), most = std::numeric_limits<T>::max();
  int known = 0;
  for (const T first : {T(0), T(1), T(7), T(100), T(most - 70), T(most - 69), T(most - 5), most, least, T(least + 3)})
    for (const std::uint32_t count : {1u, 2u, 5u, 70u})
      for (const T n :
           {T(0), T(1), T(2), T(5), T(8), T(69), T(70), T(106), T(170), most, T(most - 1), T(most - 3), least, T(least + 5)}) {
        if (first > static_cast<T>(most - static_cast<T>(count - 1))) continue;  // no such row
        const RowItems row(rowSet(condition(RowMoving<T>{first, count, true}, rowValue(n))));
        known += row.isKnown;
        for (std::uint32_t x = 0; row.isKnown && x < count; ++x)
          EXPECT_EQ(row.begin <= x && x < row.end, static_cast<bool>(condition(static_cast<T>(first + static_cast<T>(x)), n)))
              << "item " << +x << " of " << +count << " from " << +first << ", n = " << +n;
      }
  return known;
}

#define CONDITION(expression) []([[maybe_unused]] auto i, [[maybe_unused]] auto n) { return expression; }

std::string kernel(const std::string& name, const std::string& body) {
  return "NX_KERNEL(" + name +
         ", (NX_INOUT(int32_t) x, NX_VALUE(int32_t) n, NX_VALUE(uint64_t) w, NX_VALUE(uint8_t) b)) {\n"
         "const size_t place = (NX_GLOBAL_ID(2) * NX_GRID_SIZE(1) * NX_BLOCK_SIZE(1) + NX_GLOBAL_ID(1)) * NX_GRID_SIZE(0) * "
         "NX_BLOCK_SIZE(0) + NX_GLOBAL_ID(0);\n" +
         body + "\n}\n";
}

bool isGuarded(const std::string& text, const std::vector<std::string>& options = {}) {
  return rewriteKernels(text, options).text.find("nx_guard1") != std::string::npos;
}

}  // namespace

TEST(RowKernel, ConditionsOfRowsAreThoseOfItems) {
  const auto check = [](auto condition) {
    EXPECT_GT(compareWithItems<std::uint64_t>(condition), 200);
    EXPECT_GT(compareWithItems<std::uint32_t>(condition), 200);
    EXPECT_GT(compareWithItems<std::uint8_t>(condition), 200);
    EXPECT_GT(compareWithItems<std::int32_t>(condition), 200);
    EXPECT_GT(compareWithItems<std::int64_t>(condition), 200);
  };
  check(CONDITION(i < n));
  check(CONDITION(i <= n));
  check(CONDITION(i > n));
  check(CONDITION(i >= n));
  check(CONDITION(i == n));
  check(CONDITION(n < i));
  check(CONDITION(n <= i));
  check(CONDITION(n > i));
  check(CONDITION(n >= i));
  check(CONDITION(n == i));
  check(CONDITION(!(i < n)));
  check(CONDITION(!(i != n)));
  check(CONDITION(i > 0 && i < n));
  check(CONDITION(i >= n || n > 60));
  check(CONDITION(!(i < 3 || i >= n)));
  check(CONDITION(n > 3 && i < 40 && !(n == 69)));
  check(CONDITION(i && i < n));
  check(CONDITION(true && i < n));
  check(CONDITION((i > 3) && (i > n || n == 2)));
}

// Wrapping around and what C++ does not define are seen, so that the items ask.
TEST(RowKernel, ArithmeticOfRowsIsThatOfTheItems) {
  // With unsigned types of 32 bits and more, all of this is defined.
  const auto check = [](auto condition) {
    EXPECT_GT(compareWithItems<std::uint64_t>(condition), 50);
    EXPECT_GT(compareWithItems<std::uint32_t>(condition), 50);
  };
  check(CONDITION(i + 1 < n));
  check(CONDITION(i + n > 5));
  check(CONDITION(i - 1 < n));
  check(CONDITION(n + i - 3 >= 69));
  check(CONDITION(i < n - 1));
  check(CONDITION(i < 2 * n + 1));
  check(CONDITION(i + 1 < n * n));
  EXPECT_EQ(compareWithItems<std::uint64_t>(CONDITION(i * 2 < n)), 0);
  EXPECT_EQ(compareWithItems<std::uint64_t>(CONDITION(n - i > 3)), 0);
  EXPECT_EQ(compareWithItems<std::uint64_t>(CONDITION(i % 2 == 0)), 0);
  EXPECT_EQ(compareWithItems<std::uint64_t>(CONDITION(i + i < n)), 0);
  check(CONDITION(i < n || i > 60));
  check(CONDITION(i != n));
  check(CONDITION(i != 0 && i < n));
  check(CONDITION(!(i == 0 || i + 1 == n)));

  const auto isKnown = [](auto value) { return rowValue(value).isKnown; };
  constexpr int most = std::numeric_limits<int>::max();
  EXPECT_FALSE(isKnown(rowValue(1) / rowValue(0)));
  EXPECT_FALSE(isKnown(rowValue(1) % rowValue(0)));
  EXPECT_FALSE(isKnown(rowValue(std::numeric_limits<int>::min()) / rowValue(-1)));
  EXPECT_FALSE(isKnown(rowValue(most) + rowValue(1)));
  EXPECT_FALSE(isKnown(rowValue(most) * rowValue(2)));
  EXPECT_FALSE(isKnown(rowValue(std::numeric_limits<int>::min()) - rowValue(1)));
  EXPECT_FALSE(isKnown(RowMoving<int>{most - 5, 5, true} + rowValue(2)));
  EXPECT_TRUE(isKnown(RowMoving<int>{most - 5, 5, true} + rowValue(1)));
  EXPECT_FALSE(isKnown(RowCast<std::uint8_t>()->*RowMoving<int>{250, 7, true}));
  EXPECT_TRUE(isKnown(RowCast<std::uint8_t>()->*RowMoving<int>{250, 6, true}));
  EXPECT_FALSE(isKnown(RowCast<std::uint32_t>()->*RowMoving<int>{-1, 5, true}));
  EXPECT_EQ((RowCast<std::uint8_t>()->*rowValue(257)).value, 1);
  EXPECT_EQ((7u - rowValue(3)).value, 4u);
  EXPECT_EQ((-rowValue(3)).value, -3);
}

TEST(RowKernel, SameResultsAsItemByItem) {
  const std::vector<std::pair<const char*, std::string>> kernels{
      {"plain", "x[place] = x[place] * 3 + (int32_t)NX_GLOBAL_ID(0);"},
      {"bound", "const size_t i = NX_GLOBAL_ID(0); if (i < w) x[place] += 1 + n;"},
      {"inner",
       "const size_t i = NX_GLOBAL_ID(0), j = NX_GLOBAL_ID(1);\n"
       "if (i > 0 && j > 0 && i + 1 < w && j + 1 < b) { x[place] *= 2; x[place] += n; }"},
      {"signs", "const int i = (int)NX_GLOBAL_ID(0) - 3; if (i >= n && i <= 2 * n + 5) x[place] += i;"},
      {"wraps", "const size_t i = NX_GLOBAL_ID(0); if (i - 1 < w) x[place] += 1;"},
      {"narrow", "const uint8_t i = NX_GLOBAL_ID(0); if (i < b) x[place] += i;"},
      {"returns",
       "const uint32_t i = static_cast<uint32_t>(NX_GLOBAL_ID(0));\nif (i >= w) return;  // outside\n"
       "const float half = 0.5f * x[place];\nif (n < 0 || i == 0) { return; }\n const size_t rest = w % i;\n"
       "x[place] = (int32_t)half + (int32_t)rest; if (i > 60) return; x[place] += 1;"},
      {"divides", "if (w == 0) return; const size_t q = b / w; if (NX_GLOBAL_ID(0) < q) x[place] += 2;"},
      {"local", "if (NX_LOCAL_ID(0) < w && NX_BLOCK_ID(0) > 0) x[place] += (int32_t)NX_LOCAL_ID(0);"},
      {"blocks", "x[place] += (int32_t)(NX_BLOCK_ID(0) * 10 + NX_LOCAL_ID(0));"},
      {"rest", "const size_t i = NX_GLOBAL_ID(0); if (i < w && x[place] % 2 == 0 && i != 5) x[place] += 1;"},
      {"either", "const size_t i = NX_GLOBAL_ID(0); if (i >= w || x[place] > 500 || n == 2) return; x[place] += 1;"},
      {"named", "const bool isInside = NX_GLOBAL_ID(0) < w && n >= 0; if (isInside) x[place] += 1;"},
      {"outside", "const size_t i = NX_GLOBAL_ID(0); if (!(i > 2 && i < w)) x[place] += 1;"},
      {"never", "if (false) x[place] = 1;"},
      {"rows", "if (NX_GLOBAL_ID(1) == b) x[place] += 1;"},
      {"linear", "const size_t i = place; if (i < w * b) x[i] += 1;"},
      {"typed", "const auto i = unsigned(NX_GLOBAL_ID(0)) + 1u; if (i < unsigned(n)) x[place] += 1;"},
      {"floats", "const float limit = 0.5f * n; if (NX_GLOBAL_ID(0) < limit) x[place] += 1;"},
      {"scratch", "NX_SHARED(int32_t, t, 4); if (NX_GLOBAL_ID(0) < w) x[place] += 1; if (n == 77) t[0] = x[0];"},
  };
  std::string text;
  for (const auto& [name, body] : kernels) text += kernel(name, body);
  const auto rewritten = rewriteKernels(text, {});
  EXPECT_TRUE(rewritten.notes.empty());
  const auto compile = [](const std::string& source) {
    return cpuDevice().createLibrary("#include <nexus/kernel.h>\n" + source, {.language = "c++"});
  };
  const nexus::Library rows = compile(rewritten.text), items = compile(text);
  for (const auto& [name, body] : kernels)
    for (const auto& [grid, block] : std::vector<std::pair<nexus::Dim3, nexus::Dim3>>{
             {{3, 2, 2}, {70, 2, 1}}, {{1}, {300}}, {{9, 3}, {5, 3, 2}}, {{2, 1, 2}, {1, 4, 1}}, {{40}, {8}}})
      for (const auto& [n, w] :
           std::vector<std::pair<std::int32_t, std::uint64_t>>{{0, 0},
                                                               {1, 1},
                                                               {-2, 64},
                                                               {7, 69},
                                                               {20, 140},
                                                               {100, std::uint64_t(-1)},
                                                               {std::numeric_limits<std::int32_t>::min(), 9}}) {
        std::vector<std::vector<std::int32_t>> results;
        for (const nexus::Library& library : {rows, items}) {
          std::vector<std::int32_t> values(grid.x * grid.y * grid.z * block.x * block.y * block.z);
          for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::int32_t>(i * 7919 % 1000);
          const nexus::Buffer x = cpuDevice().createBuffer(values);
          library.getKernel(name).launch(grid, block, {x, n, w, 3}, blocking());
          results.push_back(contents<std::int32_t>(x));
        }
        ASSERT_EQ(results[0], results[1]) << body << ", n = " << n << ", w = " << w << ", blocks of " << block.x;
      }
}

TEST(RowKernel, FindsConditions) {
  const std::string i = "const size_t i = NX_GLOBAL_ID(0);";
  for (const std::string body :
       {"if (i < w) x[i] = 1;", "if (i >= w) return; x[i] = 1;", "if (i >= w) { return; } x[i] = 1;",
        "if (i < w) { x[i] = 1; F(); }", "if (i < 4 * LIMIT) x[i] = 1;", "if (i < w && x[i]) x[i] = 1;",
        "const float f = x[i]; if (i < w) x[i] = f;", "float sum = 0, other; if (i < w) x[i] = sum;",
        "NX_GLOBAL_PTR(int32_t) p = x + i; if (i < w) *p = 1;", "if (i < w) x[i] = square(n);", "if (i < (uint64_t)n) x[i] = 1;"})
    EXPECT_TRUE(isGuarded(kernel("k", i + body), {"-DLIMIT=3"})) << body;
  for (const std::string body : {"if (i < w) x[i] = 1; x[0] = 2;",
                                 "if (i < w) x[i] = 1; else x[i] = 2;",
                                 "if (i < w) return 1; x[0] = 1;",
                                 "x[0] = 1; if (i < w) x[i] = 1;",
                                 "if (i < w) x[i] = 1; if (i < w) x[i] = 2;",
                                 "if (x[i] < w) x[i] = 1;",
                                 "if (f(i) < w) x[i] = 1;",
                                 "if ((n = 3) < w) x[i] = 1;",
                                 "if (n++ < w) x[i] = 1;",
                                 "size_t v = i++; if (i < w) x[i] = v;",
                                 "int v = NX_ATOMIC_ADD(x, 1); if (i < w) x[i] = v;",
                                 "Type v; if (i < w) x[i] = 1;",
                                 "if (i < unknown) x[i] = 1;",
                                 "if (i < w, n) x[i] = 1;",
                                 "if (i < w && f(n), n) x[i] = 1;",
                                 "if (i < w && f(n) || n) x[i] = 1;",
                                 "if (i < w && f(n) or n) x[i] = 1;",
                                 "if (i < w && f(n) ? n : 2) x[i] = 1;",
                                 "if (int v = 0; i < w) x[i] = v;",
                                 "if constexpr (1 < 2) x[i] = 1;",
                                 "if (i < w) [[likely]] { x[i] = 1; } x[0] = 2;",
                                 "if (i < MACRO) x[i] = 1;",
                                 "if (i < w && MACRO) x[i] = 1;",
                                 "if (i < w) BOTH",
                                 "if (i < w) BOTH;",
                                 "if (i < w) BOTH x[1] = 3;",
                                 "while (i < w) x[i] = 1;",
                                 "\n#if 1\nif (i < w) x[i] = 1;\n#endif\n",
                                 "goto end; if (i < w) x[i] = 1; end:;",
                                 "if (+i < w) x[i] = 1;",
                                 "if (i < EITHER && n) x[i] = 1;",
                                 "if (*x < 3) x[i] = 1;",
                                 "if (NX_GLOBAL_ID(n) < w) x[i] = 1;"})
    EXPECT_FALSE(isGuarded("#define MACRO x[0]\n#define BOTH x[0] = 1; x[1] = 2;\n#define EITHER 3 || 1\n" + kernel("k", i + body)))
        << body;
  // What other files may define.
  const std::string macro = kernel("k", i + "if (i < w) BOTH;"), braced = kernel("k", i + "if (i < w) { BOTH; }");
  EXPECT_TRUE(isGuarded(macro));
  EXPECT_FALSE(isGuarded("#include \"both.h\"\n" + macro));
  EXPECT_FALSE(isGuarded(macro, {"-include", "both.h"}));
  EXPECT_TRUE(isGuarded("#include \"both.h\"\n" + braced));
  EXPECT_TRUE(isGuarded("#include <nexus/kernel.h>\n" + macro));
  EXPECT_FALSE(isGuarded("#define BOTH } {\n" + kernel("k", i + "if (i < w) { BOTH; }")));
  // Any beginning of a text is taken without harm.
  for (std::size_t size = 0; size < braced.size(); ++size) rewriteKernels(braced.substr(0, size), {});
}

TEST(RowKernel, FailsLikeAnyKernel) {
  const std::string text =
      "#include <stdexcept>\n" +
      kernel("k", "if (NX_GLOBAL_ID(0) < w) { if (n == 1) throw std::runtime_error(\"on purpose\"); x[place] = 2; }");
  ASSERT_TRUE(isGuarded(text));
  const nexus::Library library = cpuDevice().createLibrary(text);
  const nexus::Buffer x = zeros<std::int32_t>(cpuDevice(), 200);
  EXPECT_TRUE(
      throws<nexus::LaunchFailedError>([&] { library.getKernel("k").launch(2, 100, {x, 1, 200, 0}, blocking()); }, {"on purpose"}));
  library.getKernel("k").launch(2, 100, {x, 0, 150, 0}, blocking());
  const auto found = contents<std::int32_t>(x);
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_EQ(found[i], i < 150 ? 2 : 0) << i;
}

// What the rewriter cannot see makes its text fail to compile, so that the original is compiled.
TEST(RowKernel, HiddenThingsAreNotRewrittenWrongly) {
  const std::string text = "#define ME NX_LOCAL_ID(0)\n" + kernel("k", "if (NX_GLOBAL_ID(0) < w) { x[place] = (int32_t)ME; }");
  ASSERT_TRUE(isGuarded(text));
  const nexus::Library library = cpuDevice().createLibrary(text);
  const nexus::Buffer x = zeros<std::int32_t>(cpuDevice(), 300);
  library.getKernel("k").launch(3, 100, {x, 0, 300, 0}, blocking());
  const auto found = contents<std::int32_t>(x);
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_EQ(found[i], static_cast<std::int32_t>(i % 100)) << i;
}
