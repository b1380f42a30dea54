// Source text to running kernels on the CPU, and what goes wrong on the way.
#include "cpu_device.h"
#include "environment_variable.h"
#include "expect_error.h"
#include "temporary_folder.h"

#include <gtest/gtest.h>

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <thread>

namespace {

namespace fs = std::filesystem;

const char* const add = "NX_KERNEL(add, (NX_INOUT(int32_t) x, NX_VALUE(int32_t) n)) { x[NX_GLOBAL_ID(0)] += n; }\n";

std::vector<fs::path> cached(const std::string& folder, const char* extension = ".entry") {
  std::vector<fs::path> files;
  if (fs::exists(folder))
    for (const auto& file : fs::directory_iterator(folder))
      if (file.path().extension() == extension) files.push_back(file.path());
  return files;
}

std::int32_t runAdd(const nexus::Library& library, std::int32_t n) {
  const nexus::Buffer x = zeros<std::int32_t>(cpuDevice(), 4);
  library.getKernel("add").launch(1, 4, {x, n}, blocking());
  return contents<std::int32_t>(x)[3];
}

/// Every test has a cache of its own.
class Compile : public testing::Test {
 protected:
  TemporaryFolder folder;
  std::string cache = folder / "cache";
  EnvironmentVariable cacheFolder{"NEXUS_CACHE_DIR", cache};
  EnvironmentVariable compiler{"NEXUS_CXX", {}};
  nexus::Device device = cpuDevice();

  nexus::Library compile(const std::string& source, const nexus::CompileOptions& options = {}) const {
    return device.createLibrary(source, options);
  }
  /// A program named `name` in a folder of its own, which becomes the whole of PATH; returns its path.
  std::string script(const std::string& name, const std::string& body) const {
    const std::string path = folder.write(name, "#!/bin/sh\n" + body + "\n");
    chmod(path.c_str(), 0755);
    return path;
  }
};

}  // namespace

TEST_F(Compile, TheLanguagesOfTheDevice) {
  EXPECT_EQ(device.getProperty<std::vector<std::string>>("KernelLanguages"), (std::vector<std::string>{"nexus", "c++", "c"}));
  EXPECT_TRUE((throws<nexus::InvalidArgumentError>([&] { compile(add, {.language = "cuda"}); },
                                                   {"cpu:0", "'cuda'", "'nexus', 'c++', 'c'"})));
  EXPECT_TRUE((throws<nexus::InvalidArgumentError>([&] { compile(add, {.language = ""}); }, {"'nexus', 'c++', 'c'"})));
  EXPECT_TRUE((throws<nexus::InvalidArgumentError>([&] { compile(add, {.language = "nexsu"}); }, {"did you mean 'nexus'"})));
}

TEST_F(Compile, PortableText) {
  const nexus::Library library = compile(add);
  EXPECT_EQ(library.getPath(), "");
  ASSERT_EQ(library.getKernels().size(), 1u);
  EXPECT_EQ(library.getKernel("add").getArguments()[1].name, "n");
  EXPECT_EQ(runAdd(library, 5), 5);
  EXPECT_EQ(runAdd(compile(std::string("  #  include <nexus/kernel.h>\n") + add), 6), 6);
  EXPECT_EQ(runAdd(compile(std::string("#include \"nexus/kernel.h\"\n") + add), 7), 7);
}

TEST_F(Compile, CPlusPlusAndC) {
  const nexus::Library portable = compile(std::string("#include <nexus/kernel.h>\n") + add, {.language = "c++"});
  EXPECT_EQ(runAdd(portable, 8), 8);
  const std::string plain =
      "#include <nexus/cpu_kernel.h>\n"
      "void add(const nexus_cpu_block* block, const void* const* arguments) {\n"
      "  int* x = *(int* const*)arguments[0];\n"
      "  const long long n = *(const long long*)arguments[1];\n"
      "  for (size_t i = 0; i < block->size[0]; ++i) x[i] += (int)n;\n"
      "}\n";
  const nexus::Library library = compile(plain, {.language = "c"});
  EXPECT_TRUE(library.getKernels().empty());
  EXPECT_EQ(runAdd(library, 9), 9);
  EXPECT_EQ(runAdd(compile("extern \"C\" {\n" + plain + "}\n", {.language = "c++"}), 10), 10);
}

TEST_F(Compile, OptionsAndDefines) {
  const std::string text =
      "NX_KERNEL(add, (NX_INOUT(int32_t) x, NX_VALUE(int32_t) n)) { x[NX_GLOBAL_ID(0)] += n * FACTOR + sizeof(TEXT) - 1; }\n";
  EXPECT_EQ(runAdd(compile(text, {.defines = {{"FACTOR", "(1 + 2)"}, {"TEXT", "\"it's \\\"\""}}}), 10), 36);
  EXPECT_EQ(runAdd(compile(text, {.options = "-DFACTOR=4 '-DTEXT=\"a b\"'", .defines = {}}), 10), 43);
  EXPECT_EQ(runAdd(compile(text, {.options = "-O0", .defines = {{"FACTOR", "1"}, {"TEXT", "\"\""}}}), 10), 10);
  EXPECT_EQ(runAdd(compile("#ifdef ON\n" + std::string(add) + "#endif\n", {.defines = {{"ON", ""}}}), 3), 3);
}

TEST_F(Compile, WrongOptions) {
  EXPECT_TRUE((throws<nexus::InvalidArgumentError>([&] { compile(""); }, {"empty"})));
  EXPECT_TRUE((throws<nexus::InvalidArgumentError>([&] { compile(std::string("x\0y", 3)); }, {"NUL", "bytes"})));
  for (const char* name : {"", "2", "a b", "A(x)", "A=1", "-DA"})
    EXPECT_TRUE((throws<nexus::InvalidArgumentError>([&] { compile(add, {.defines = {{name, "1"}}}); },
                                                     {"defines", std::string("'") + name + "'"})));
  EXPECT_TRUE((throws<nexus::InvalidArgumentError>([&] { compile(add, {.defines = {{"A", "1\n2"}}}); }, {"'A'", "one line"})));
  EXPECT_TRUE((throws<nexus::InvalidArgumentError>([&] { compile(add, {.options = std::string("-O\0", 3)}); }, {"NUL"})));
  for (const char* options : {"'-O2", "\"-O2", "-O2 -D'"})
    EXPECT_TRUE((throws<nexus::InvalidArgumentError>([&] { compile(add, {.options = options}); }, {options, "not closed"})));
}

TEST_F(Compile, MessagesOfTheCompiler) {
  const std::string wrong = "// first\n\nNX_KERNEL(k, (NX_OUT(int32_t) x)) {\n  x[0] = missing;\n}\n";
  try {
    compile(wrong, {.options = "-DSOMETHING=1", .name = "folder/wrong.nx"});
    FAIL() << "nothing was thrown";
  } catch (const nexus::CompileFailedError& error) {
    const std::string message = error.what();
    for (const char* part : {"cpu:0: cannot compile 'folder/wrong.nx'", "folder/wrong.nx:4:10: error:", "missing",
                             "x[0] = missing;", "-DSOMETHING=1", "exit status 1", "kept in: "})
      EXPECT_NE(message.find(part), std::string::npos) << part << "\n" << message;
    const std::string kept = message.substr(message.find("kept in: ") + 9);
    std::ifstream file(kept + "/text/wrong.nx");
    EXPECT_EQ(std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>()), wrong);
    EXPECT_EQ(kept.find(cache), 0u) << kept;
    // The command can be run again.
    const std::size_t command = message.find("command: ") + 9;
    EXPECT_NE(std::system((message.substr(command, message.find('\n', command) - command) + " >/dev/null 2>&1").c_str()), 0);
  }
  EXPECT_TRUE(cached(cache).empty());
}

TEST_F(Compile, FailuresDoNotPileUp) {
  for (int i = 0; i < 3; ++i) EXPECT_THROW(compile("wrong"), nexus::CompileFailedError);
  EXPECT_EQ(std::distance(fs::directory_iterator(cache + "/failed"), fs::directory_iterator()), 1);
  for (int i = 0; i < 30; ++i) fs::create_directory(cache + "/failed/" + std::to_string(i));
  EXPECT_THROW(compile("wrong too"), nexus::CompileFailedError);
  EXPECT_EQ(std::distance(fs::directory_iterator(cache + "/failed"), fs::directory_iterator()), 20);
}

TEST_F(Compile, FromTheCacheWithoutTheCompiler) {
  const std::string counter = folder / "runs";
  const std::string wrapper = script("counting-cxx", "echo run >>" + counter + "\nexec c++ \"$@\"");
  const EnvironmentVariable chosen("NEXUS_CXX", wrapper);
  const auto runs = [&] {
    std::ifstream file(counter);
    return std::count(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>(), '\n');
  };
  EXPECT_EQ(runAdd(compile(add), 1), 1);
  EXPECT_EQ(runAdd(compile(add), 2), 2);
  EXPECT_EQ(runs(), 1);
  EXPECT_EQ(cached(cache).size(), 1u);
  compile(add, {.options = "-O1"});
  compile(add, {.defines = {{"A", "1"}}});
  compile(std::string(add) + "\n");
  compile(add, {.name = "other"});
  EXPECT_EQ(runs(), 5) << "what the program depends on has changed";
  compile(add, {.options = "-O1"});
  EXPECT_EQ(runs(), 5);
  // Another version of the compiler.
  script("counting-cxx", "echo run >>" + counter + "\nexec  c++ \"$@\"");
  compile(add);
  EXPECT_EQ(runs(), 6);
  for (const fs::path& entry : cached(cache)) fs::resize_file(entry, fs::file_size(entry) / 2);
  EXPECT_EQ(runAdd(compile(add), 3), 3) << "a damaged entry";
  EXPECT_EQ(runs(), 7);
  const EnvironmentVariable none("NEXUS_CACHE_DIR", "");
  EXPECT_EQ(runAdd(compile(add), 4), 4);
  EXPECT_EQ(runs(), 8);
}

TEST_F(Compile, ChangedHeadersAreNoticed) {
  const std::string text =
      "#include \"my factor.h\"\n#include <stdint.h>\nNX_KERNEL(add, (NX_INOUT(int32_t) x, NX_VALUE(int32_t) n)) { "
      "x[NX_GLOBAL_ID(0)] += n * FACTOR; }\n";
  const nexus::CompileOptions options{.options = "-I '" + folder.path() + "'"};
  folder.write("my factor.h", "#define FACTOR 2\n");
  EXPECT_EQ(runAdd(compile(text, options), 10), 20);
  EXPECT_EQ(runAdd(compile(text, options), 10), 20);
  folder.write("my factor.h", "#define FACTOR 3\n");
  EXPECT_EQ(runAdd(compile(text, options), 10), 30);
  fs::remove(folder / "my factor.h");
  EXPECT_THROW(compile(text, options), nexus::CompileFailedError);
}

TEST_F(Compile, FoldersThatCannotBeWritten) {
  folder.write("file", "x");
  const EnvironmentVariable blocked("NEXUS_CACHE_DIR", folder / "file");
  EXPECT_EQ(runAdd(compile(add), 1), 1);
  try {
    compile("wrong");
    FAIL() << "nothing was thrown";
  } catch (const nexus::CompileFailedError& error) {
    const std::string message = error.what();
    const std::string kept = message.substr(message.find("kept in: ") + 9);
    EXPECT_TRUE(fs::exists(kept + "/text/kernel")) << message;
    fs::remove_all(kept);
  }
  const EnvironmentVariable temporary("TMPDIR", folder / "file");
  EXPECT_EQ(runAdd(compile(std::string(add) + "\n\n"), 1), 1) << "/tmp is used then";
}

TEST_F(Compile, CacheThatCannotTakeTheProgram) {
  // Files end between the size of the program and that of its entry, which also holds the options. The compiler lifts the limit.
  const EnvironmentVariable chosen("NEXUS_CXX", script("lifting-cxx", "ulimit -S -f unlimited\nexec c++ \"$@\""));
  const std::string large = std::string(add) + "namespace { __attribute__((used)) char table[150000] = {1}; }\n";
  const nexus::CompileOptions options{.defines = {{"LONG", std::string(80'000, '1')}}};
  rlimit before = {};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{200'000, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  std::int32_t sum = 0;
  EXPECT_NO_THROW(sum = runAdd(compile(large, options), 4));
  setrlimit(RLIMIT_FSIZE, &before);
  signal(SIGXFSZ, handler);
  EXPECT_EQ(sum, 4);
  EXPECT_TRUE(cached(cache).empty());
  EXPECT_EQ(runAdd(compile(large, options), 5), 5);
  ASSERT_EQ(cached(cache).size(), 1u) << "kept once there is room";
  EXPECT_GT(fs::file_size(cached(cache)[0]), limit.rlim_cur);
}

TEST_F(Compile, NoCompiler) {
  const EnvironmentVariable path("PATH", folder.path());
  EXPECT_TRUE((throws<nexus::UnavailableError>([&] { compile(add); }, {"c++", "g++", "clang++", "zig", "ziglang", "NEXUS_CXX",
                                                                       "apt-get install g++", "nexus-device[compiler]"})));
  const EnvironmentVariable chosen("NEXUS_CXX", "no-such-compiler -O3");
  EXPECT_TRUE((throws<nexus::UnavailableError>([&] { compile(add); }, {"NEXUS_CXX is 'no-such-compiler -O3'", "no such program"})));
}

TEST_F(Compile, CompilersOnPath) {
  const std::string real = fs::canonical("/usr/bin/c++").string();
  const std::string search = std::getenv("PATH");
  {
    // Not from the working directory, and no folder or file that is not executable.
    fs::create_directory(folder / "c++");
    folder.write("g++", "not executable");
    script("clang++", "exec " + real + " \"$@\"");
    const EnvironmentVariable path("PATH", ":" + folder.path() + ":" + search);
    EXPECT_EQ(runAdd(compile(add), 1), 1);
  }
  fs::remove(folder / "clang++");
  script("zig", "test \"$1\" = c++ || exit 9\nshift\nPATH=" + search + " exec " + real + " \"$@\"");
  const EnvironmentVariable path("PATH", folder.path());
  EXPECT_EQ(runAdd(compile(std::string(add) + "\n"), 2), 2);
}

TEST_F(Compile, CompilersThatFail) {
  {
    const EnvironmentVariable chosen("NEXUS_CXX", script("crash", "kill -9 $$"));
    EXPECT_TRUE((throws<nexus::CompileFailedError>([&] { compile(add); }, {"killed by signal 9"})));
  }
  {
    const EnvironmentVariable chosen("NEXUS_CXX", script("lazy", "exit 0"));
    EXPECT_TRUE((throws<nexus::CompileFailedError>([&] { compile(add); }, {"wrote no file"})));
  }
  {
    const EnvironmentVariable chosen(
        "NEXUS_CXX", script("garbage", "for last; do :; done\nfor a; do case $p in -o) echo rubbish >$a;; esac; p=$a; done"));
    EXPECT_TRUE((throws<nexus::UnavailableError>([&] { compile(add); }, {"cpu:0"})));
  }
  const std::string broken = folder.write("broken", "#!/no/such/interpreter\n");
  chmod(broken.c_str(), 0755);
  const EnvironmentVariable chosen("NEXUS_CXX", broken);
  EXPECT_TRUE((throws<nexus::UnavailableError>([&] { compile(add); }, {"cannot start", broken})));
}

TEST_F(Compile, NamesThatAreNoFileNames) {
  for (const char* name : {"/", "..", "-o", "a\"b\\c\nd", "input.cpp", "a/b/../c.nx"})
    EXPECT_EQ(runAdd(compile(add, {.name = name}), 2), 2) << name;
  EXPECT_EQ(runAdd(compile(add, {.name = std::string(3000, 'n')}), 2), 2);
}

TEST_F(Compile, FromManyThreads) {
  std::vector<std::thread> threads;
  std::atomic<int> sum = 0;
  for (int i = 0; i < 4; ++i) threads.emplace_back([&] { sum += runAdd(compile(add), 5); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(sum, 20);
  EXPECT_EQ(cached(cache).size(), 1u);
}
