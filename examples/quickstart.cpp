// Finds a device, looks at it, runs a kernel on it. Usage: quickstart KERNELS.so (made from kernels.cpp).
#include <nexus.h>

#include <iostream>
#include <numeric>
#include <vector>

int main(int argumentCount, char** arguments) try {
  if (argumentCount != 2) {
    std::cerr << "usage: " << arguments[0] << " KERNELS.so\n";
    return 2;
  }
  const nexus::Device device = nexus::getDevice();
  std::cout << device.getId() << ": " << device.getProperty<std::string>("Name") << ", "
            << device.getProperty<std::int64_t>("ThreadCount") << " threads\n";

  std::vector<float> x(1'000'000), y(x.size(), 1.0f);
  std::iota(x.begin(), x.end(), 0.0f);
  const nexus::Buffer xs = device.createBuffer(x);
  const nexus::Buffer ys = device.createBuffer(y);

  const nexus::Kernel saxpy = device.loadLibrary(arguments[1]).getKernel("saxpy");
  const nexus::Schedule schedule = device.createSchedule();
  schedule.createCommand(saxpy, {xs, ys, 2.0f, x.size()}, (x.size() + 1023) / 1024, 1024);
  schedule.run();

  ys.copyTo(y);
  std::cout << "y[3] = " << y[3] << "\n";
  return y[3] == 7.0f ? 0 : 1;
} catch (const nexus::Error& error) {
  std::cerr << nexus::statusName(error.status()) << ": " << error.what() << "\n";
  return 1;
}
