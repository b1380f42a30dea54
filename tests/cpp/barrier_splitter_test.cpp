// Kernels that are split at their barriers give what they give when each item runs on a stack of its own.
#include "plugins/cpu/kernel_rewriter.h"

#include "cpu_device.h"
#include "expect_error.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

using nexus::cpu_plugin::rewriteKernels;
using nexus::cpu_plugin::RewrittenText;

namespace {

constexpr std::int64_t blocks = 5;

std::string splittable() {
  std::ifstream file(NEXUS_TEST_SOURCE_DIR "/tests/kernels/splittable.nx");
  return std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
}

std::string kernel(const std::string& body, const std::string& before = "") {
  return before + "NX_KERNEL(k, (NX_INOUT(int32_t) x, NX_VALUE(int32_t) n)) {\n" + body + "\n}\n";
}

std::vector<std::int32_t> run(const nexus::Library& library, const std::string& name, std::int32_t n) {
  std::vector<std::int32_t> values(64 * blocks);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::int32_t>(i * 7919 % 1000);
  const nexus::Buffer x = cpuDevice().createBuffer(values);
  library.getKernel(name).launch(blocks, nexus::Dim3(12, 3), {x, n}, blocking(64 * 4));
  return contents<std::int32_t>(x);
}

/// The same text without splitting: only language "nexus" splits.
nexus::Library unsplit(const std::string& text) {
  return cpuDevice().createLibrary("#include <nexus/kernel.h>\n" + text, {.language = "c++"});
}

void expectSame(const std::string& text, const std::vector<std::string>& names) {
  const nexus::Library split = cpuDevice().createLibrary(text), fibers = unsplit(text);
  for (const std::string& name : names)
    for (const std::int32_t n : {0, 1, 2, 5})
      EXPECT_EQ(run(split, name, n), run(fibers, name, n)) << name << ", n = " << n << "\n" << text;
}

/// Expects that the kernel is left alone, for a reason that contains this text.
void expectLeft(const std::string& text, const std::string& reason) {
  const RewrittenText result = rewriteKernels(text, {});
  EXPECT_EQ(result.text, "") << text;
  ASSERT_EQ(result.notes.size(), 1u) << text;
  EXPECT_NE(result.notes[0].find(reason), std::string::npos) << result.notes[0] << "\n" << text;
}

}  // namespace

TEST(BarrierSplitter, SameResultsAsOnStacks) {
  const RewrittenText result = rewriteKernels(splittable(), {});
  EXPECT_TRUE(result.notes.empty()) << result.notes[0];
  EXPECT_EQ(result.text.find("NX_BARRIER"), std::string::npos) << result.text;
  EXPECT_EQ(result.text.find("NX_KERNEL"), std::string::npos) << result.text;
  // What was split compiles by itself; otherwise the comparison below would compare stacks with stacks.
  EXPECT_NO_THROW(unsplit(result.text)) << result.text;
  expectSame(splittable(), {"kinds", "nested", "plain_inside", "sums", "moved_parameters"});
}

TEST(BarrierSplitter, BlocksOfAllShapes) {
  const nexus::Library split = cpuDevice().createLibrary(splittable()), fibers = unsplit(splittable());
  for (const nexus::Dim3 block : {nexus::Dim3(36), nexus::Dim3(1, 36), nexus::Dim3(4, 9), nexus::Dim3(32), nexus::Dim3(16, 2),
                                  nexus::Dim3(2, 2), nexus::Dim3(1)}) {
    std::vector<std::vector<std::int32_t>> results;
    for (const nexus::Library& library : {split, fibers}) {
      std::vector<std::int32_t> values(64 * blocks, 3);
      const nexus::Buffer x = cpuDevice().createBuffer(values);
      for (const char* name : {"kinds", "sums", "moved_parameters"})
        library.getKernel(name).launch(blocks, block, {x, 2}, blocking());
      results.push_back(contents<std::int32_t>(x));
    }
    // Smaller blocks read shared memory that nobody wrote.
    if (block.x * block.y == 36) {
      EXPECT_EQ(results[0], results[1]);
    }
  }
}

TEST(BarrierSplitter, LeavesWhatItCannotProve) {
  const std::string b = "NX_BARRIER();";
  expectLeft(kernel("if (x[0] > 0) {" + b + "}"), "the condition 'x[0] > 0'");
  expectLeft(kernel("if (NX_LOCAL_ID(0) < 100) " + b), "the condition 'NX_LOCAL_ID(0) < 100'");
  expectLeft(kernel("int32_t m = n; m = x[0]; if (m > 0) " + b), "the condition 'm > 0'");
  expectLeft(kernel("for (size_t i = 0; i <= NX_LOCAL_ID(0); ++i) " + b), "the condition 'i <= NX_LOCAL_ID(0)'");
  expectLeft(kernel("for (size_t i = NX_LOCAL_ID(0); i < 9; ++i) " + b), "the loop over 'i'");
  expectLeft(kernel("for (int i = 0; i < 3; ++i) {" + b + " if (x[0]) i = 2; }"), "the loop over 'i'");
  expectLeft(kernel("for (int i = 0; i < 3; i += x[0]) " + b), "the step 'i += x[0]'");
  expectLeft(kernel("for (int i = 0; i < 3; ) {" + b + " }"), "the step ''");
  expectLeft(kernel("int i; for (i = 0; i < 3; ++i) " + b), "does not declare its variable");
  expectLeft(kernel("int i = 0; while (i < 3) { " + b + " ++i; }"), "inside of a 'while'");
  expectLeft(kernel("int i = 0; do { " + b + " ++i; } while (i < 3);"), "inside of a 'do'");
  expectLeft(kernel("switch (n) { case 1: " + b + " }"), "inside of a 'switch'");
  expectLeft(kernel("x[0] = 1, NX_BARRIER();"), "inside of a 'x'");
  expectLeft(kernel("NX_BARRIER(), x[0] = 1;"), "part of an expression");
  expectLeft(kernel("again: x[0] = 1; " + b), "labels");
  expectLeft(kernel("goto end; " + b + " end:;"), "goto");
  expectLeft(kernel("static int s; " + b), "static");
  expectLeft(kernel("{ NX_SHARED(int, t, 3); " + b + " }"), "shared memory");
  expectLeft(kernel("{ NX_SHARED(int, t, 3); } " + b), "shared memory");
  expectLeft(kernel("\n#if 1\n" + b + "\n#endif\n"), "preprocessor");
  expectLeft(kernel("auto v = x[0]; " + b + " x[1] = v;"), "'v' cannot be kept");
  expectLeft(kernel("int& r = x[NX_LOCAL_ID(0)]; " + b + " r = 2;"), "'r' cannot be kept");
  expectLeft(kernel("int v = 1; " + b + " { int v = 2; " + b + " x[0] = v; } x[1] = v;"), "'v' is declared twice");
  expectLeft(kernel("int n = 1; " + b + " x[0] = n;"), "'n' is declared twice");
  expectLeft(kernel("SET(v) " + b + " x[0] = v;", "#define SET(v) int v = 1;\n"), "");
  expectLeft(kernel("SET(v); " + b + " x[0] = v;", "#define SET(v) int v = 1\n"), "macro SET");
  expectLeft(kernel("std::size_t v = x[0]; " + b + " x[0] = v;"), "may be a declaration");
  expectLeft(kernel("if (LIMIT > 2) " + b, "#define LIMIT x[0]\n"), "the condition 'LIMIT > 2'");
  expectLeft(kernel("if (LIMIT > 2) " + b, "#define LIMIT 3\n#undef LIMIT\n#define LIMIT NX_LOCAL_ID(0)\n"),
             "the condition 'LIMIT > 2'");
  expectLeft(kernel("if (UNKNOWN > 2) " + b), "the condition 'UNKNOWN > 2'");
  expectLeft("NX_KERNEL(k, (const int* x)) { NX_BARRIER(); }", "not all written with NX_IN");
}

TEST(BarrierSplitter, TextsThatAreNoKernels) {
  for (const char* text : {"", "NX_BARRIER", "// NX_KERNEL(k, ()) { NX_BARRIER(); }\n", "\"NX_KERNEL(k, ()) { NX_BARRIER(); }\"",
                           "#define K NX_KERNEL(k, ()) { \\\n NX_BARRIER(); }\n", "NX_KERNEL(k, ()) { NX_BARRIER();",
                           "NX_KERNEL(k, ( { NX_BARRIER(); }", "NX_KERNEL(k, ()) ( NX_BARRIER(); }", "NX_KERNEL(", "/* NX_BARRIER",
                           "\"NX_BARRIER", "NX_BARRIER '", "#define NX_BARRIER"}) {
    const RewrittenText result = rewriteKernels(text, {});
    EXPECT_EQ(result.text, "") << text;
    EXPECT_TRUE(result.notes.empty()) << text;
  }
  // Any beginning of a text is taken without harm.
  const std::string text = splittable();
  for (std::size_t size = 0; size < text.size(); size += 3) rewriteKernels(text.substr(0, size), {});
}

TEST(BarrierSplitter, MacrosOfTheCommandLine) {
  const std::string text = kernel("for (int i = 0; i < COUNT; ++i) NX_BARRIER();");
  EXPECT_NE(rewriteKernels(text, {"-DCOUNT=3"}).text, "");
  EXPECT_NE(rewriteKernels(text, {"-D", "COUNT=(3 + 4)"}).text, "");
  for (const char* option : {"-DCOUNT=x[0]", "-DCOUNT=NX_LOCAL_ID(0)", "-DCOUNT(a)=3", "-UCOUNT", "-DCOUNT="})
    EXPECT_EQ(rewriteKernels(text, {option}).text, "") << option;
}

// Macros hide from the splitter what the compiler then refuses, so that the original is compiled.
TEST(BarrierSplitter, HiddenThingsAreNotSplitWrongly) {
  const std::string start =
      "NX_SHARED(int32_t, t, 36); const size_t item = NX_LOCAL_ID(1) * NX_BLOCK_SIZE(0) + NX_LOCAL_ID(0);\n"
      "NX_GLOBAL_PTR(int32_t) own = x + 64 * NX_BLOCK_ID(0); t[item] = own[item]; NX_BARRIER();\n";
  const std::string end = "NX_BARRIER(); own[item] = t[(item + 1) % 36];";
  for (const auto& [macros, middle] : std::vector<std::pair<std::string, std::string>>{
           {"#define LEAVE return\n", "if (item == 35) { t[item] = 1; LEAVE; }"},
           {"#define SYNC NX_BARRIER()\n", "int32_t v = t[(item + 1) % 36]; if (n >= 0) { SYNC; t[item] = v + 1; SYNC; }"},
           {"#define INC(v) ++v\n", "int32_t c = n; { NX_BARRIER(); } if (INC(c) > n) t[item] += c;"},
           {"#define MOVE(p) p += 1\n", "if (item == 0) { MOVE(x); t[0] += x[-1] == own[0]; }"},
           {"#define SKIP break\n", "for (int32_t r = 0; r < 3; ++r) { if (item == 5) SKIP; NX_BARRIER(); t[item] += r; }"},
           {"NX_FUNCTION void set(int32_t& v) { v = 3; }\n", "int32_t c = n; set(c); NX_BARRIER(); t[item] += c;"},
           {"NX_FUNCTION void set(int32_t& v) { v = 3; }\n",
            "for (int32_t r = 0; r < 3; ++r) { NX_BARRIER(); t[item] += r; set(r); }"},
       }) {
    const std::string text = kernel(start + middle + "\n" + end, macros);
    if (const std::string split = rewriteKernels(text, {}).text; !split.empty()) {
      EXPECT_THROW(unsplit(split), nexus::CompileFailedError) << split;
    }
    expectSame(text, {"k"});
  }
}

TEST(BarrierSplitter, ExceptionsMakeTheLaunchFail) {
  const std::string text = "#include <stdexcept>\n" +
                           kernel("NX_BARRIER(); if (n == 1) throw std::runtime_error(\"on purpose\"); NX_BARRIER(); x[0] = 2;");
  ASSERT_NE(rewriteKernels(text, {}).text, "");
  const nexus::Library library = cpuDevice().createLibrary(text);
  const nexus::Buffer x = zeros<std::int32_t>(cpuDevice(), 1);
  EXPECT_TRUE(throws<nexus::LaunchFailedError>([&] { library.getKernel("k").launch(3, 8, {x, 1}, blocking()); }, {"on purpose"}));
  library.getKernel("k").launch(1, 8, {x, 0}, blocking());
  EXPECT_EQ(contents<std::int32_t>(x)[0], 2);
}

TEST(BarrierSplitter, LargestBlocksAndManyLaunches) {
  const std::string text = kernel(
      "NX_SHARED(int32_t, t, 4096); const size_t item = NX_LOCAL_ID(0); int32_t kept[16]; for (int i = 0; i < 16; ++i) kept[i] = n "
      "+ i;\n"
      "t[item] = (int32_t)item; NX_BARRIER(); kept[n % 16] += t[4095 - item]; NX_BARRIER();\n"
      "x[NX_GLOBAL_ID(0)] = kept[n % 16];");
  ASSERT_NE(rewriteKernels(text, {}).text, "");
  const nexus::Library library = cpuDevice().createLibrary(text);
  const nexus::Buffer x = zeros<std::int32_t>(cpuDevice(), 4096 * 16);
  for (int n = 0; n < 20; ++n) {
    library.getKernel("k").launch(16, 4096, {x, n}, blocking());
    const auto found = contents<std::int32_t>(x);
    for (std::size_t i = 0; i < found.size(); ++i) ASSERT_EQ(found[i], n + n % 16 + 4095 - static_cast<int>(i % 4096));
  }
}
