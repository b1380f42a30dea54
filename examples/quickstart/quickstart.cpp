// Finds a device, looks at it, compiles a kernel and runs it. Usage: quickstart [DEVICE]
#include <nexus.h>

#include <iostream>
#include <numeric>
#include <vector>

// The same text runs on every device.
const char* const source = R"(
NX_KERNEL(saxpy, (NX_IN(float) x, NX_INOUT(float) y, NX_VALUE(float) a, NX_VALUE(uint64_t) n)) {
  const size_t i = NX_GLOBAL_ID(0);
  if (i < n) y[i] += a * x[i];
}
)";

int main(int argumentCount, char** arguments) try {
  const nexus::Device device = nexus::getDevice(argumentCount > 1 ? arguments[1] : "");
  std::cout << device.getId() << ": " << device.getProperty<std::string>("Name") << "\n";

  std::vector<float> x(1'000'000), y(x.size(), 1.0f);
  std::iota(x.begin(), x.end(), 0.0f);
  const nexus::Buffer xs = device.createBuffer(x);
  const nexus::Buffer ys = device.createBuffer(y);

  const nexus::Kernel saxpy = device.createLibrary(source).getKernel("saxpy");
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
