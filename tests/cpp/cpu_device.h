#pragma once

#include <nexus.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

/// Seconds after which a test that waits for something has failed.
inline constexpr double patience = 60;

inline nexus::Device cpuDevice() { return nexus::getDevice("cpu"); }

/// The CPU device of a system of its own.
inline nexus::Device anotherCpuDevice() {
  return nexus::System::create({nexus::getRuntime("cpu").getPluginPath()}).getDevice("cpu");
}

/// File of a kernel library that was built for the tests.
inline std::string kernelFile(const std::string& library) { return std::string(NEXUS_TEST_KERNEL_DIR) + "/" + library + ".so"; }

inline nexus::Kernel loadKernel(const nexus::Device& device, const std::string& library, const std::string& kernel) {
  return device.loadLibrary(kernelFile(library)).getKernel(kernel);
}

/// Launch options: return when the kernel has completed.
inline nexus::LaunchOptions blocking(std::int64_t sharedBytes = 0) {
  nexus::LaunchOptions options;
  options.sharedBytes = sharedBytes;
  options.blocking = true;
  return options;
}

/// Launch options: run on that stream and do not wait.
inline nexus::LaunchOptions onStream(const nexus::Stream& stream) {
  nexus::LaunchOptions options;
  options.stream = stream;
  return options;
}

template <class T>
nexus::Buffer zeros(const nexus::Device& device, std::size_t count) {
  return device.createBuffer(std::vector<T>(count));
}

template <class T>
std::vector<T> contents(const nexus::Buffer& buffer) {
  std::vector<T> values(buffer.getByteSize() / sizeof(T));
  buffer.copyTo(values);
  return values;
}

/// An element of a buffer as it is now, without waiting for any stream.
template <class T>
T peek(const nexus::Buffer& buffer) {
  return std::atomic_ref(*static_cast<T*>(buffer.getHostPointer())).load();
}

template <class T>
void poke(const nexus::Buffer& buffer, T value) {
  std::atomic_ref(*static_cast<T*>(buffer.getHostPointer())).store(value);
}

/// Waits for something that nobody announces.
inline bool eventually(const std::function<bool()>& isTrue) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::duration<double>(patience);
  while (!isTrue()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}
