// Lists the devices and runs a kernel.
#include <nexus.h>

#include <iostream>

int main(int, char** arguments) {
  try {
    const nexus::Runtimes runtimes = nexus::getRuntimes();
    for (std::size_t i = 0; i < runtimes.size(); ++i) {
      const nexus::Devices devices = runtimes.get(static_cast<std::int64_t>(i)).getDevices();
      for (std::size_t k = 0; k < devices.size(); ++k) std::cout << devices.get(static_cast<std::int64_t>(k)).getId() << "\n";
    }
    const nexus::Device device = nexus::getDevice("cpu");
    std::vector<float> values = {1, 2, 3, 4};
    const nexus::Buffer buffer = device.createBuffer(values);
    device.loadLibrary(arguments[1]).getKernel("double_all").launch({2}, {2}, {buffer});
    buffer.copyTo(values);
    if (values != std::vector<float>{2, 4, 6, 8}) throw std::runtime_error("the kernel did something else");
    std::cout << "consumer: all is well, version " << NEXUS_VERSION << "\n";
  } catch (const std::exception& e) {
    std::cerr << "consumer: " << e.what() << "\n";
    return 1;
  }
}
