// Cost of the database from C++, beside nlohmann::json. The C++ form of database.py.
#include "harness/program.h"

#include <nexus.h>

#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

namespace {

/// Keeps the compiler from leaving out what is measured.
template <class T>
void use(const T& value) {
  asm volatile("" : : "r,m"(value) : "memory");
}

nlohmann::json read(const std::string& path) {
  std::ifstream file(path);
  return nlohmann::json::parse(file);
}

nexus::Info largestEntry() {
  nexus::Info largest;
  for (const nexus::Info& entry : nexus::Database::get().find())
    if (!largest || std::filesystem::file_size(entry.getPath()) > std::filesystem::file_size(largest.getPath())) largest = entry;
  return largest;
}

void measure(const benchmark::Effort& effort) {
  using namespace benchmark;
  const nexus::Info info = nexus::getDeviceInfo("nvidia-gpu-sm_90");
  const nlohmann::json peer = nlohmann::json::parse(info.toJson());
  const std::string largest = largestEntry().getPath();

  Table table(effort);
  const char* pointer = "/ExecutionLimits/MaxThreadsPerBlock";
  const char* deep = "/Rates/Matrix/bf16/fp32/OpsPerClockPerCore";
  const Bar bar{100, Bar::Of::Figure};
  table.measure("getInt(pointer)", ns, looped([&] { use(info.getInt(pointer)); }),
                Peer{"nlohmann, by pointer", looped([&] { use(peer[nlohmann::json::json_pointer(pointer)].get<std::int64_t>()); })},
                bar);
  table.measure("getFloat(pointer), five deep", ns, looped([&] { use(info.getFloat(deep)); }),
                Peer{"nlohmann, by pointer", looped([&] { use(peer[nlohmann::json::json_pointer(deep)].get<double>()); })}, bar);
  table.measure("at(key).at(key).getInt()", ns, looped([&] { use(info.at("ExecutionLimits").at("MaxThreadsPerBlock").getInt()); }),
                Peer{"nlohmann, by key", looped([&] { use(peer["ExecutionLimits"]["MaxThreadsPerBlock"].get<std::int64_t>()); })},
                bar);
  table.measure("getDeviceInfo(name), loaded", ns, looped([] { use(nexus::getDeviceInfo("nvidia-gpu-sm_90")); }));
  table.measure("load the largest entry", ms, looped([&] { use(nexus::readInfo(largest)); }),
                Peer{"nlohmann", looped([&] { use(read(largest)); })}, Bar{2, Bar::Of::Figure});
}

}  // namespace

int main(int argc, char** argv) {
  using namespace std::chrono_literals;
  return benchmark::runProgram(argc, argv, measure, {21, 0.02, 5ms}, {5, 0.005, 1ms});
}
