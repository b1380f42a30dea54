#include "json_value.h"
#include "suggest.h"

#include <nexus/error.h>
#include <nexus/roofline.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace nexus {

namespace {

constexpr const char* units[] = {"Vector", "VectorPacked", "Matrix", "MatrixSparse"};

bool isRate(const Info& node) { return node.contains("OpsPerClockPerCore"); }

/// Adds or replaces a peak: the rates of a product go before those of its architecture.
void put(std::vector<Peak>& peaks, Peak peak) {
  for (Peak& there : peaks) {
    if (there.unit != peak.unit || there.input != peak.input || there.accumulator != peak.accumulator) continue;
    there = std::move(peak);
    return;
  }
  peaks.push_back(std::move(peak));
}

class Peaks {
 public:
  Peaks(const DeviceModel& device, double matrixClock, double bandwidth)
      : device_(device), matrixClock_(matrixClock), bandwidth_(bandwidth) {}

  void add(const Info& rates, std::vector<Peak>& peaks) const {
    for (const char* unit : units) {
      if (!rates.contains(unit)) continue;
      const Info ofUnit = rates.at(unit);
      for (const std::string& input : ofUnit.getKeys()) {
        const Info node = ofUnit.at(input);
        if (isRate(node)) {
          put(peaks, peak(node, unit, input, ""));
        } else if (node.getKind() == Info::Kind::Object) {
          for (const std::string& accumulator : node.getKeys())
            if (isRate(node.at(accumulator))) put(peaks, peak(node.at(accumulator), unit, input, accumulator));
        }
      }
    }
  }

 private:
  Peak peak(const Info& rate, const char* unit, const std::string& input, const std::string& accumulator) const {
    const bool isMatrixClock = rate.contains("Clock") && rate.getString("Clock") == "Matrix" && matrixClock_ > 0;
    const double clock = isMatrixClock ? matrixClock_ : device_.boostClock;
    const double ops = rate.getFloat("OpsPerClockPerCore") * static_cast<double>(device_.coreCount) * clock * 1e6;
    return {unit, input, accumulator, ops, ops / bandwidth_};
  }

  const DeviceModel& device_;
  double matrixClock_, bandwidth_;
};

}  // namespace

Roofline roofline(const DeviceModel& device) {
  const auto fail = [&device](const std::string& reason) {
    throw UnsupportedError(device.name + ": the roofline cannot be told: " + reason);
  };
  const std::string file = "entry '" + device.entry.getEntryName() + "'";
  if (device.product.empty()) {
    if (!device.entry.contains("Products")) fail(file + " has no /Products, which give cores, clocks and bandwidth");
    fail(file + " has several products; name one of " + detail::listNames(device.entry.at("Products").getKeys(), 12));
  }
  const Info product = device.entry.at("Products").at("/" + detail::escapedStep(device.product));
  const std::string place = file + " has no '" + product.getPointer() + "/";
  if (!product.contains("MemoryBandwidth")) fail(place + "MemoryBandwidth'");
  if (device.coreCount <= 0) fail(place + "CoreCount'");
  if (device.boostClock <= 0) fail(place + "BoostClock'");
  if (!device.entry.contains("Rates") && !product.contains("Rates")) fail(file + " has no /Rates");

  Roofline result;
  result.name = device.name;
  result.bandwidth = product.getFloat("MemoryBandwidth");
  const Peaks peaks(device, product.contains("MatrixClock") ? product.getFloat("MatrixClock") : 0, result.bandwidth);
  if (device.entry.contains("Rates")) peaks.add(device.entry.at("Rates"), result.peaks);
  if (product.contains("Rates")) peaks.add(product.at("Rates"), result.peaks);
  const auto order = [](const Peak& peak) { return std::find(std::begin(units), std::end(units), peak.unit) - std::begin(units); };
  std::stable_sort(result.peaks.begin(), result.peaks.end(), [&](const Peak& a, const Peak& b) { return order(a) < order(b); });
  return result;
}

const Peak& Roofline::getPeak(const std::string& input) const {
  const Peak* best = nullptr;
  std::vector<std::string> inputs;
  for (const Peak& peak : peaks) {
    if (std::find(inputs.begin(), inputs.end(), peak.input) == inputs.end()) inputs.push_back(peak.input);
    if (peak.input == input && peak.unit != "MatrixSparse" && (!best || peak.opsPerSecond > best->opsPerSecond)) best = &peak;
  }
  if (!best)
    throw NotFoundError(name + ": no peak is known for elements of type '" + input + "'; the types known are " +
                        detail::listNames(inputs));
  return *best;
}

double Roofline::attainable(double intensity, const std::string& input) const {
  if (!(intensity >= 0))
    throw InvalidArgumentError("intensity is " + std::to_string(intensity) + ", expected operations per byte from 0 up");
  return std::min(getPeak(input).opsPerSecond, intensity * bandwidth);
}

std::vector<std::int64_t> distribute(std::int64_t work, const std::vector<Roofline>& devices, double intensity,
                                     const std::string& input, std::int64_t multiple) {
  if (work < 0) throw InvalidArgumentError("work is " + std::to_string(work) + ", expected items from 0 up");
  if (multiple < 1) throw InvalidArgumentError("multiple is " + std::to_string(multiple) + ", expected items from 1 up");
  if (devices.empty()) throw InvalidArgumentError("there is no device to give work to");
  if (!(intensity > 0))
    throw InvalidArgumentError("intensity is " + std::to_string(intensity) + ", expected operations per byte above 0");
  std::vector<double> speeds;
  for (const Roofline& device : devices) {
    speeds.push_back(device.attainable(intensity, input));
    if (!(speeds.back() > 0) || std::isinf(speeds.back()))
      throw InvalidArgumentError(device.name + " has a peak or a bandwidth that is not a number above 0");
  }
  // Where each share ends, rounded to whole multiples: the error stays below one multiple, and the shares add up.
  const double all = std::accumulate(speeds.begin(), speeds.end(), 0.0);
  std::vector<std::int64_t> shares;
  double until = 0;
  std::int64_t given = 0;
  for (std::size_t i = 0; i < speeds.size(); ++i) {
    until += speeds[i];
    const bool isLast = i + 1 == speeds.size();
    const auto multiples =
        static_cast<std::int64_t>(std::llround(static_cast<double>(work) * (until / all) / static_cast<double>(multiple)));
    const std::int64_t end = isLast ? work : std::clamp(multiples * multiple, given, work);
    shares.push_back(end - given);
    given = end;
  }
  return shares;
}

}  // namespace nexus
