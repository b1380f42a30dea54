// Kernel libraries: what is none is refused with a reason, what is one tells of its kernels.
#include "kernel_test.h"

#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>

namespace nexus::conformance {
namespace {

nxs_library_desc bytesDescription(const std::string& bytes) {
  nxs_library_desc desc = {};
  desc.struct_size = sizeof desc;
  desc.data = bytes.data();
  desc.size = bytes.size();
  return desc;
}

/// A name for a file that vanishes with the object.
class TemporaryPath {
 public:
  TemporaryPath()
      : path_(std::filesystem::temp_directory_path() / ("nexus-conformance-" + std::to_string(std::random_device()()))) {}
  TemporaryPath(const TemporaryPath&) = delete;
  TemporaryPath& operator=(const TemporaryPath&) = delete;
  ~TemporaryPath() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  std::string string() const { return path_.string(); }
  void write(const std::string& text) const { std::ofstream(path_, std::ios::binary) << text; }

 private:
  std::filesystem::path path_;
};

/// Whether library_create fails with a reason and writes nothing.
testing::AssertionResult isRefused(nxs_device* device, const nxs_library_desc& desc) {
  nxs_library* const untouched = reinterpret_cast<nxs_library*>(std::uintptr_t{0x55});
  nxs_library* library = untouched;
  auto result = failsWith({NXS_UNAVAILABLE, NXS_INVALID_ARGUMENT, NXS_UNSUPPORTED, NXS_COMPILE_FAILED},
                          [&] { return table().library_create(device, &desc, &library); });
  if (library == untouched) return result;
  if (result) return testing::AssertionFailure() << "a failing call wrote its out-parameter";
  table().library_destroy(library);
  return result;
}

std::string firstPart(std::size_t divisor) {
  const std::string whole = fileContents(subject().kernelPath);
  return whole.substr(0, whole.size() / divisor);
}

struct BadContents {
  const char* name;
  std::string (*make)();
};
const BadContents badContents[] = {
    {"Empty", [] { return std::string(); }},
    {"OneByte", [] { return std::string(1, '\x7f'); }},
    {"Text", [] { return std::string("this is no kernel library\n"); }},
    {"Zeros", [] { return std::string(5000, '\0'); }},
    {"Garbage",
     [] {
       const auto bytes = someBytes(100'000, 12);
       return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
     }},
    {"FirstBytes", [] { return fileContents(subject().kernelPath).substr(0, 64); }},
    {"FirstEighth", [] { return firstPart(8); }},
    // With symbols for a debugger, all that is loaded may be in it, but what comes last is missing.
    {"FirstHalf", [] { return firstPart(2); }},
};

class BadLibrary : public DeviceTest, public testing::WithParamInterface<BadContents> {};

TEST_P(BadLibrary, IsRefusedAsAFile) {
  const TemporaryPath file;
  file.write(GetParam().make());
  const std::string path = file.string();
  EXPECT_TRUE(isRefused(device, fileDescription(path)));
}

TEST_P(BadLibrary, IsRefusedAsBytes) {
  const std::string bytes = GetParam().make();
  EXPECT_TRUE(isRefused(device, bytesDescription(bytes)));
}

INSTANTIATE_TEST_SUITE_P(Library, BadLibrary, testing::ValuesIn(badContents),
                         [](const auto& info) { return std::string(info.param.name); });

using Library = DeviceTest;

TEST_F(Library, MissingFileIsRefused) {
  const TemporaryPath file;
  const std::string path = file.string();
  EXPECT_TRUE(isRefused(device, fileDescription(path)));
  EXPECT_NE(reportedError().message.find(path), std::string::npos) << "the message names the file: " << reportedError().message;
}

TEST_F(Library, FolderIsRefused) {
  const std::string path = std::filesystem::temp_directory_path().string();
  EXPECT_TRUE(isRefused(device, fileDescription(path)));
}

TEST_F(Library, SourceInAnUnknownLanguageIsRefused) {
  const std::string source = "program nothing";
  nxs_library_desc desc = bytesDescription(source);
  desc.language = "no such language";
  EXPECT_TRUE(isRefused(device, desc));
}

class LoadedLibrary : public KernelTest {
 protected:
  static nxs_kernel_info infoOf(nxs_kernel* kernel) {
    nxs_kernel_info info = {};
    info.struct_size = sizeof info;
    if (kernel) {
      EXPECT_OK(table().kernel_info(kernel, &info));
    }
    return info;
  }
  void expectWorks(nxs_library* one) {
    nxs_kernel* found = nullptr;
    ASSERT_OK(table().library_kernel(one, "advance", &found));
    const auto value = bufferOf(std::vector<std::uint64_t>{3});
    const auto stream = createStream();
    const std::vector<nxs_argument> arguments = {bufferArgument(value.get()), scalarArgument(std::uint64_t{5}),
                                                 scalarArgument(std::uint64_t{7})};
    run(stream.get(), {launchCommand(found, {1, 1, 1}, {1, 1, 1}, arguments)});
    EXPECT_EQ(readAs<std::uint64_t>(value.get(), 1)[0], 22u);
  }
};

/// Bytes of an element type; 0 for NXS_DTYPE_UNKNOWN, nothing for a number that is no type.
std::optional<std::uint32_t> sizeOfType(std::uint32_t dtype) {
  switch (dtype) {
    case NXS_DTYPE_UNKNOWN: return 0;
#define NEXUS_DTYPE(name, code, numpy, short_name, bits, dlpack, format) \
  case NXS_DTYPE_##name: return (bits + 7) / 8;
#include <nexus/dtype_table.h>
#undef NEXUS_DTYPE
    default: return std::nullopt;
  }
}

class NamedKernel : public LoadedLibrary, public testing::WithParamInterface<const char*> {};

TEST_P(NamedKernel, IsFoundAndDescribed) {
  nxs_kernel* const found = kernel(GetParam());
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(kernel(GetParam()), found) << "the same kernel each time";
  const nxs_kernel_info info = infoOf(found);
  EXPECT_STREQ(info.name, GetParam());
  if (info.argument_count != 0) {
    ASSERT_NE(info.arguments, nullptr);
  }
  for (std::uint32_t i = 0; i < info.argument_count; ++i) {
    const nxs_argument_info& argument = info.arguments[i];
    EXPECT_TRUE(argument.kind == NXS_ARGUMENT_BUFFER || argument.kind == NXS_ARGUMENT_SCALAR) << i;
    EXPECT_LE(argument.access, std::uint32_t{NXS_ACCESS_READ_WRITE}) << i;
    if (argument.kind == NXS_ARGUMENT_SCALAR) {
      EXPECT_LE(argument.size, 16u) << i;
    }
    const std::optional<std::uint32_t> size = sizeOfType(argument.dtype);
    EXPECT_TRUE(size) << "argument " << i << " has the unknown type " << argument.dtype;
    if (size && *size != 0 && argument.size != 0) {
      EXPECT_EQ(argument.size, *size) << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Library, NamedKernel,
                         testing::Values("noop", "fill_index", "describe_item", "multiply_add", "advance", "store_int32",
                                         "store_16_bytes", "store_mixed", "sum_20", "static_shared", "dynamic_shared",
                                         "reverse_block", "rotate_often", "delay"),
                         [](const auto& info) { return std::string(info.param); });

class UnknownKernel : public LoadedLibrary, public testing::WithParamInterface<std::tuple<const char*, std::string>> {};

TEST_P(UnknownKernel, IsNotFound) {
  nxs_kernel* const untouched = reinterpret_cast<nxs_kernel*>(std::uintptr_t{0x55});
  nxs_kernel* found = untouched;
  EXPECT_EQ(table().library_kernel(library.get(), std::get<1>(GetParam()).c_str(), &found), NXS_NOT_FOUND);
  EXPECT_EQ(found, untouched) << "a failing call writes nothing";
}

INSTANTIATE_TEST_SUITE_P(Library, UnknownKernel,
                         testing::Values(std::tuple("Other", "no_such_kernel"), std::tuple("Empty", ""),
                                         std::tuple("Prefix", "fill_inde"), std::tuple("Longer", "fill_index2"),
                                         std::tuple("OtherCase", "FILL_INDEX"), std::tuple("Space", " fill_index"),
                                         std::tuple("Symbol", "printf"), std::tuple("Long", std::string(100'000, 'x'))),
                         [](const auto& info) { return std::string(std::get<0>(info.param)); });

TEST_F(LoadedLibrary, ListsKernelsThatAreFound) {
  std::uint32_t count = 0;
  ASSERT_OK(table().library_kernel_count(library.get(), &count));
  std::set<std::string> names;
  for (std::uint32_t i = 0; i < count; ++i) {
    nxs_kernel* listed = nullptr;
    ASSERT_OK(table().library_kernel_at(library.get(), i, &listed));
    ASSERT_NE(listed, nullptr);
    const nxs_kernel_info info = infoOf(listed);
    ASSERT_NE(info.name, nullptr);
    EXPECT_TRUE(names.insert(info.name).second) << info.name << " is listed twice";
    EXPECT_EQ(kernel(info.name), listed);
  }
}

TEST_F(LoadedLibrary, DescribesArgumentsIfItDescribesAny) {
  nxs_kernel* const one = kernel("multiply_add");
  ASSERT_NE(one, nullptr);
  const nxs_kernel_info info = infoOf(one);
  if (!info.has_arguments) GTEST_SKIP() << "kernel_info says that the binary does not tell of arguments";
  ASSERT_EQ(info.argument_count, 4u);
  const std::uint32_t kinds[] = {NXS_ARGUMENT_BUFFER, NXS_ARGUMENT_BUFFER, NXS_ARGUMENT_SCALAR, NXS_ARGUMENT_SCALAR};
  for (int i = 0; i < 4; ++i) EXPECT_EQ(info.arguments[i].kind, kinds[i]) << i;
  EXPECT_EQ(info.arguments[2].size, 4u);
  EXPECT_EQ(info.arguments[3].size, 8u);
}

TEST_F(LoadedLibrary, FillsInWhatTheCallerKnows) {
  nxs_kernel* const one = kernel("multiply_add");
  ASSERT_NE(one, nullptr);
  const nxs_kernel_info whole = infoOf(one);
  for (const std::size_t known : {offsetof(nxs_kernel_info, has_arguments), offsetof(nxs_kernel_info, shared_bytes)}) {
    nxs_kernel_info info;
    std::memset(&info, 0xa5, sizeof info);
    info.struct_size = known;
    ASSERT_OK(table().kernel_info(one, &info));
    EXPECT_EQ(info.struct_size, known);
    EXPECT_STREQ(info.name, whole.name);
    const auto* bytes = reinterpret_cast<const unsigned char*>(&info);
    for (std::size_t i = known; i < sizeof info; ++i) ASSERT_EQ(bytes[i], 0xa5) << "byte " << i << " lies behind struct_size";
  }
}

TEST_F(LoadedLibrary, TextLivesAsLongAsTheLibrary) {
  const nxs_kernel_info first = infoOf(kernel("advance"));
  for (const char* name : {"noop", "fill_index", "advance"}) infoOf(kernel(name));
  EXPECT_STREQ(first.name, "advance");
}

TEST_F(LoadedLibrary, LoadsFromBytes) {
  const nxs_library_desc given = kernelsDescription();
  const std::string bytes = fileContents(subject().kernelPath);
  Owned<nxs_library> loaded;
  {
    const std::string copy = bytes;
    nxs_library_desc desc = bytesDescription(copy);
    desc.language = given.language;
    nxs_library* created = nullptr;
    ASSERT_OK(table().library_create(device, &desc, &created));
    loaded.reset(created);
  }
  expectWorks(loaded.get());
  expectWorks(library.get());
}

TEST_F(LoadedLibrary, LoadsTwice) {
  const nxs_library_desc desc = kernelsDescription();
  nxs_library* created = nullptr;
  ASSERT_OK(table().library_create(device, &desc, &created));
  Owned<nxs_library> second(created);
  expectWorks(second.get());
  library.reset();
  expectWorks(second.get());
}

TEST_F(LoadedLibrary, LoadsFromSeveralThreads) {
  onThreads([&](int) {
    for (int i = 0; i < 10; ++i) {
      const nxs_library_desc desc = kernelsDescription();
      nxs_library* created = nullptr;
      ASSERT_OK(table().library_create(device, &desc, &created));
      const Owned<nxs_library> own(created);
      nxs_kernel *one = nullptr, *other = nullptr;
      EXPECT_OK(table().library_kernel(own.get(), "advance", &one));
      EXPECT_OK(table().library_kernel(library.get(), "advance", &other));
      EXPECT_STREQ(infoOf(one).name, infoOf(other).name);
    }
  });
}

}  // namespace
}  // namespace nexus::conformance
