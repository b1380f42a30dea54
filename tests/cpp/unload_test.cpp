// A system of one's own, with its plugin, is gone when its last handle is.
#include "cpu_device.h"
#include "temporary_folder.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <dirent.h>

namespace {

bool isLoaded(const std::string& path) {
  void* loaded = dlopen(path.c_str(), RTLD_NOW | RTLD_NOLOAD);
  if (loaded) dlclose(loaded);
  return loaded != nullptr;
}

std::size_t threadCount() {
  std::size_t count = 0;
  DIR* folder = opendir("/proc/self/task");
  while (readdir(folder)) ++count;
  closedir(folder);
  return count - 2;  // "." and ".."
}

class Unload : public testing::Test {
 protected:
  const TemporaryFolder folder;
  const std::string plugin = folder.copy(nexus::getRuntime("cpu").getPluginPath(), "libnexus_plugin_cpu.so");
};

TEST_F(Unload, AfterNothingWasDone) {
  {
    const nexus::System system = nexus::System::create({plugin});
    EXPECT_EQ(system.getDevice("cpu").getRuntime().getPluginPath(), plugin);
    EXPECT_TRUE(isLoaded(plugin));
  }
  EXPECT_FALSE(isLoaded(plugin));
}

TEST_F(Unload, AfterWorkOfEveryKind) {
#if defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "ThreadSanitizer has a thread of its own, and does not see that the loader orders unloading and loading again";
#endif
  const std::size_t threads = threadCount();
  for (int round = 0; round < 3; ++round) {
    // Threads that ran kernels keep memory for the next ones until they end, and the plugin with it.
    std::thread([&] {
      const nexus::Device device = nexus::System::create({plugin}).getDevice("cpu");
      const nexus::Stream stream = device.createStream();
      const nexus::Event event = device.createEvent();
      const nexus::Buffer sums = zeros<float>(device, 100), others = zeros<float>(device, 100),
                          values = zeros<float>(device, 25600);
      const nexus::Kernel blockSum = loadKernel(device, "basic", "block_sum");
      blockSum.launch({100}, {256}, {values, sums}, onStream(stream));
      blockSum.launch({100}, {256}, {values, others}, blocking());
      stream.signal(event, 1);
      EXPECT_TRUE(event.wait(1, patience));
      EXPECT_TRUE(isLoaded(plugin));
    }).join();
    EXPECT_TRUE(eventually([&] { return !isLoaded(plugin); }));
    EXPECT_TRUE(eventually([&] { return threadCount() == threads; })) << threadCount() << " threads instead of " << threads;
  }
}

TEST_F(Unload, WhenTheLastWorkInFlightIsDone) {
  std::vector<std::int32_t> memory(1);
  std::atomic<bool> isReleased = false;
  std::thread([&] {
    const nexus::Device device = nexus::System::create({plugin}).getDevice("cpu");
    const nexus::Stream stream = device.createStream();
    const nexus::Event event = device.createEvent();
    stream.wait(event, 1);
    loadKernel(device, "order", "store").launch({1}, {1}, {device.wrap(memory, [&] { isReleased = true; }), 5}, onStream(stream));
    event.signal(1);
  }).join();
  EXPECT_TRUE(eventually([&] { return isReleased && !isLoaded(plugin); }));
  EXPECT_EQ(memory[0], 5);
}

TEST_F(Unload, TwoSystemsShareTheFileAndNothingElse) {
  nexus::Device first = nexus::System::create({plugin}).getDevice("cpu");
  const nexus::Device second = nexus::System::create({plugin}).getDevice("cpu");
  EXPECT_FALSE(first == second);
  first = {};
  EXPECT_TRUE(isLoaded(plugin));
  EXPECT_EQ(contents<float>(zeros<float>(second, 4)), std::vector<float>(4));
}

}  // namespace
