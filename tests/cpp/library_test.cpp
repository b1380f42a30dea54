// Loading kernel libraries from files and from memory, good and bad.
#include "cpu_device.h"
#include "expect_error.h"
#include "temporary_folder.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <iterator>

namespace {

using nexus::Library;

std::vector<std::byte> bytesOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const auto* start = reinterpret_cast<const std::byte*>(text.data());
  return std::vector<std::byte>(start, start + text.size());
}

class LoadLibrary : public testing::Test {
 protected:
  const nexus::Device device = cpuDevice();
  const TemporaryFolder folder;

  std::int32_t versionOf(const Library& library) const {
    const nexus::Buffer result = zeros<std::int32_t>(device, 1);
    library.getKernel("version").launch({1}, {1}, {result}, blocking());
    return contents<std::int32_t>(result)[0];
  }
  /// Replaces a file as a linker does: the old one lives on under no name.
  void replace(const std::string& path, const std::string& library) const {
    std::filesystem::copy_file(kernelFile(library), path + ".new");
    std::filesystem::rename(path + ".new", path);
  }
};

TEST_F(LoadLibrary, TellsWhatItHas) {
  const Library library = device.loadLibrary(kernelFile("basic"));
  EXPECT_EQ(library.getPath(), kernelFile("basic"));
  EXPECT_TRUE(library.getDevice() == device);
  std::vector<std::string> names;
  for (const nexus::Kernel& kernel : library.getKernels()) {
    names.push_back(kernel.getName());
    EXPECT_TRUE(kernel.hasArguments());
    EXPECT_TRUE(kernel.getLibrary() == library);
    EXPECT_TRUE(kernel == library.getKernel(kernel.getName()));
  }
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  for (const char* name : {"block_sum", "noop", "saxpy", "vadd"})
    EXPECT_EQ(std::count(names.begin(), names.end(), name), 1) << name;
}

TEST_F(LoadLibrary, TellsTheArgumentsOfAKernel) {
  const std::vector<nexus::KernelArgument> arguments = loadKernel(device, "basic", "saxpy").getArguments();
  ASSERT_EQ(arguments.size(), 4u);
  const char* names[] = {"x", "y", "a", "n"};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(arguments[i].name, names[i]);
    EXPECT_EQ(arguments[i].isBuffer, i < 2);
    EXPECT_EQ(arguments[i].dtype, i < 3 ? nexus::DType::Float32 : nexus::DType::UInt64);
    EXPECT_EQ(arguments[i].size, i < 3 ? 4u : 8u);
  }
  EXPECT_EQ(arguments[0].access, nexus::ArgumentAccess::Read);
  EXPECT_EQ(arguments[1].access, nexus::ArgumentAccess::ReadWrite);
  EXPECT_EQ(loadKernel(device, "basic", "vadd").getArguments()[2].access, nexus::ArgumentAccess::Write);
}

TEST_F(LoadLibrary, AnUnknownKernelSuggestsTheNearest) {
  const Library library = device.loadLibrary(kernelFile("basic"));
  EXPECT_TRUE(throws<nexus::NotFoundError>([&] { library.getKernel("saxpi"); },
                                           {"'saxpi'", "did you mean 'saxpy'", "'vadd'", kernelFile("basic")}));
  // Described by the library, so an exported function of another name is no kernel.
  EXPECT_TRUE(throws<nexus::NotFoundError>([&] { library.getKernel("nexus_cpu_kernels_1"); }, {"'nexus_cpu_kernels_1'"}));
  EXPECT_TRUE(throws<nexus::NotFoundError>([&] { library.getKernel(""); }, {"''"}));
}

TEST_F(LoadLibrary, APlainFunctionIsAKernelWithoutMetadata) {
  const Library library = device.loadLibrary(kernelFile("plain"));
  EXPECT_TRUE(library.getKernels().empty());
  const nexus::Kernel kernel = library.getKernel("scale_index");
  EXPECT_FALSE(kernel.hasArguments());
  EXPECT_TRUE(kernel.getArguments().empty());
  EXPECT_TRUE(kernel == library.getKernel("scale_index"));
  const nexus::Buffer values = zeros<double>(device, 12);
  kernel.launch({3}, {4}, {values, 0.5}, blocking());
  std::vector<double> expected;
  for (int i = 0; i < 12; ++i) expected.push_back(0.5 * i);
  EXPECT_EQ(contents<double>(values), expected);
  EXPECT_TRUE(throws<nexus::NotFoundError>([&] { library.getKernel("scale"); }, {"'scale'", "does not tell which kernels it has"}));
}

TEST_F(LoadLibrary, ALibraryOfOthersHasNoKernelsButItsOwnFunctions) {
  Dl_info info{};
  ASSERT_NE(dladdr(reinterpret_cast<const void*>(static_cast<double (*)(double)>(&std::cbrt)), &info), 0);
  const Library library = device.loadLibrary(info.dli_fname);
  EXPECT_TRUE(library.getKernels().empty());
  // Of the C library, on which this one depends: the loader would find it.
  EXPECT_TRUE(throws<nexus::NotFoundError>([&] { library.getKernel("printf"); }, {"'printf'", "exports no function of that name"}));
  EXPECT_TRUE(throws<nexus::NotFoundError>([&] { library.getKernel("signgam"); }, {"'signgam'"})) << "a variable is no function";
}

TEST_F(LoadLibrary, TwoKernelsOfOneNameAreRefused) {
  EXPECT_TRUE(throws<nexus::UnavailableError>([&] { device.loadLibrary(kernelFile("same_name")); },
                                              {kernelFile("same_name"), "two kernels named 'twin'"}));
}

TEST_F(LoadLibrary, AFileThatIsRebuiltGivesTheNewCode) {
  const std::string path = folder / "kernels.so";
  replace(path, "version1");
  const Library old = device.loadLibrary(path);
  EXPECT_EQ(versionOf(old), 1);
  replace(path, "version2");
  const Library rebuilt = device.loadLibrary(path);
  EXPECT_EQ(versionOf(rebuilt), 2);
  EXPECT_EQ(versionOf(old), 1);
  replace(path, "version1");
  EXPECT_EQ(versionOf(device.loadLibrary(path)), 1);
  EXPECT_EQ(versionOf(rebuilt), 2);
}

TEST_F(LoadLibrary, AFileThatIsRebuiltAfterAllHandlesWereDroppedGivesTheNewCode) {
  const std::string path = folder / "kernels.so";
  for (const std::int32_t version : {1, 2, 1}) {
    replace(path, "version" + std::to_string(version));
    EXPECT_EQ(versionOf(device.loadLibrary(path)), version);
  }
}

TEST_F(LoadLibrary, TheSameFileTwiceIsTwoLibraries) {
  const Library first = device.loadLibrary(kernelFile("version1")), second = device.loadLibrary(kernelFile("version1"));
  EXPECT_FALSE(first == second);
  EXPECT_EQ(versionOf(first) + versionOf(second), 2);
}

TEST_F(LoadLibrary, FromMemory) {
  std::vector<std::byte> bytes = bytesOf(kernelFile("version2"));
  const Library library = device.createLibrary(bytes), first = device.createLibrary(bytesOf(kernelFile("version1")));
  std::fill(bytes.begin(), bytes.end(), std::byte{0});
  EXPECT_EQ(library.getPath(), "");
  EXPECT_EQ(versionOf(library), 2);
  EXPECT_EQ(versionOf(first), 1);
  EXPECT_TRUE(
      throws<nexus::NotFoundError>([&] { library.getKernel("verson"); }, {"the library from memory", "did you mean 'version'"}));
}

TEST_F(LoadLibrary, FromMemoryGivesTheNewCodeEvenIfTheLoaderKeepsTheOld) {
  // A library with such symbols is never unloaded, so its name must not be used for another.
  EXPECT_EQ(versionOf(device.createLibrary(bytesOf(kernelFile("unique1")))), 1);
  EXPECT_EQ(versionOf(device.createLibrary(bytesOf(kernelFile("unique2")))), 2);
  EXPECT_EQ(versionOf(device.createLibrary(bytesOf(kernelFile("unique1")))), 1);
}

TEST_F(LoadLibrary, WhatIsNoLibraryIsRefusedInTheLoadersWords) {
  const std::string text = folder.write("text.so", std::string(5000, 'x'));
  EXPECT_TRUE(throws<nexus::UnavailableError>([&] { device.loadLibrary(text); }, {"'" + text + "'", "invalid ELF header"}));
  const std::string shortText = folder.write("short.so", "x");
  EXPECT_TRUE(throws<nexus::UnavailableError>([&] { device.loadLibrary(shortText); }, {shortText, "file too short"}));
  const std::string empty = folder.write("empty.so", "");
  EXPECT_TRUE(throws<nexus::UnavailableError>([&] { device.loadLibrary(empty); }, {empty, "file too short"}));
  EXPECT_TRUE(throws<nexus::UnavailableError>([&] { device.loadLibrary(folder.path()); }, {folder.path(), "directory"}));
  EXPECT_TRUE(throws<nexus::UnavailableError>([&] { device.loadLibrary(folder / "missing.so"); },
                                              {folder / "missing.so", "No such file or directory"}));
  EXPECT_TRUE(throws<nexus::InvalidArgumentError>([&] { device.loadLibrary(""); }, {"empty"}));
  EXPECT_TRUE(throws<nexus::InvalidArgumentError>([&] { device.loadLibrary(std::string("a\0b", 3)); }, {"NUL"}));
}

TEST_F(LoadLibrary, BytesThatAreNoLibraryAreRefusedInTheLoadersWords) {
  EXPECT_TRUE(throws<nexus::InvalidArgumentError>([&] { device.createLibrary(std::span<const std::byte>()); }, {"no bytes"}));
  const std::vector<std::byte> text(5000, std::byte{'x'});
  EXPECT_TRUE(
      throws<nexus::UnavailableError>([&] { device.createLibrary(text); }, {"the library from memory", "invalid ELF header"}));
  std::vector<std::byte> truncated = bytesOf(kernelFile("version1"));
  truncated.resize(truncated.size() / 2);
  EXPECT_TRUE(throws<nexus::UnavailableError>([&] { device.createLibrary(truncated); }, {"the library from memory", "truncated"}));
}

TEST_F(LoadLibrary, ABareNameIsAFileOfTheWorkingDirectory) {
  // A bare name must not be searched in the system's folders.
  EXPECT_TRUE(
      throws<nexus::UnavailableError>([&] { device.loadLibrary("libm.so.6"); }, {"libm.so.6", "No such file or directory"}));
}

}  // namespace
