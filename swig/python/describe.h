#pragma once

// One line of text for every object: what repr() shows.

#include "objects.h"

#include <optional>

namespace nexus::python {

inline std::string describe(const System& system) {
  return "<System of " + std::to_string(system.getRuntimes().size()) + " runtimes>";
}

inline std::string describe(const Runtime& runtime) {
  const std::size_t count = runtime.getDevices().size();
  return "<Runtime " + runtime.getName() + ", " + std::to_string(count) + (count == 1 ? " device>" : " devices>");
}

inline std::string describe(const Runtimes& runtimes) {
  std::string text = "<Runtimes [";
  for (std::size_t i = 0; i < runtimes.size(); ++i)
    text += (i == 0 ? "" : ", ") + runtimes.get(static_cast<std::int64_t>(i)).getName();
  return text + "]>";
}

inline std::string describe(const Devices& devices) {
  std::string text = "<Devices [";
  for (std::size_t i = 0; i < devices.size(); ++i) text += (i == 0 ? "" : ", ") + devices.get(static_cast<std::int64_t>(i)).getId();
  return text + "]>";
}

/// A property, or nothing if the device does not know it.
template <class T>
std::optional<T> known(const Device& device, Property property) {
  try {
    return device.getProperty<T>(property);
  } catch (const NotFoundError&) {
    return std::nullopt;
  }
}

/// What the vendor calls a core.
inline const char* coreWord(const Device& device) {
  if (known<std::string>(device, Property::Type) != "gpu") return "cores";
  const auto vendor = known<std::string>(device, Property::Vendor);
  return vendor == "nvidia" ? "SMs" : vendor == "amd" ? "CUs" : "cores";
}

inline std::string describe(const Device& device) {
  std::string text = "<Device " + device.getId();
  if (const auto name = known<std::string>(device, Property::Name)) text += " '" + *name + "'";
  if (const auto architecture = known<std::string>(device, Property::Architecture)) text += " " + *architecture;
  if (const auto threads = known<std::int64_t>(device, Property::ThreadCount))
    text += ", " + std::to_string(*threads) + " threads";
  else if (const auto cores = known<std::int64_t>(device, Property::CoreCount))
    text += ", " + std::to_string(*cores) + " " + coreWord(device);
  if (const auto bytes = known<std::int64_t>(device, Property::MemorySize)) {
    char memory[32];
    std::snprintf(memory, sizeof memory, ", %.1f GiB", static_cast<double>(*bytes) / (1 << 30));
    text += memory;
  }
  return text + ">";
}

inline std::string describe(const Buffer& buffer) {
  const Shape& shape = buffer.getShape();
  // A tuple of one, as Python writes it.
  const std::string sizes = shape.rank() == 1 ? "(" + std::to_string(shape[0]) + ",)" : shape.toString();
  return "<Buffer " + sizes + " " + dtypeInfo(buffer.getDType()).name + " on " + buffer.getDevice().getId() + ">";
}

inline std::string describe(const Library& library) {
  const std::string& path = library.getPath();
  return "<Library " + (path.empty() ? "from memory" : "'" + path + "'") + " on " + library.getDevice().getId() + ">";
}

inline std::string declaration(const KernelArgument& argument) {
  std::string text = argument.name.empty() ? "" : argument.name + ": ";
  switch (argument.access) {
    case ArgumentAccess::Read: text += argument.isBuffer ? "in " : ""; break;
    case ArgumentAccess::Write: text += "out "; break;
    case ArgumentAccess::ReadWrite: text += "inout "; break;
    case ArgumentAccess::Unknown: break;
  }
  if (argument.dtype != DType::Unknown)
    text += dtypeInfo(argument.dtype).name;
  else if (argument.isBuffer)
    text += "void";
  else
    text += std::to_string(argument.size) + " bytes";
  return text + (argument.isBuffer ? "*" : "");
}

inline std::string describe(const KernelArgument& argument) { return "<KernelArgument " + declaration(argument) + ">"; }

inline std::string describe(const Kernel& kernel) {
  std::string text = "<Kernel " + kernel.getName() + "(";
  if (!kernel.hasArguments()) return text + "unchecked arguments)>";
  const char* separator = "";
  for (const KernelArgument& argument : kernel.getArguments()) {
    text += separator + declaration(argument);
    separator = ", ";
  }
  return text + ")>";
}

inline std::string describe(const Dim3& size) {
  return "(" + std::to_string(size.x) + ", " + std::to_string(size.y) + ", " + std::to_string(size.z) + ")";
}

inline std::string describe(const ConfiguredKernel& configured) {
  return "<Kernel " + configured.kernel.getName() + " on grid " + describe(configured.grid) + ", block " +
         describe(configured.block) + ">";
}

inline std::string describe(const Stream& stream) {
  return "<Stream of " + stream.getDevice().getId() + (stream == stream.getDevice().getDefaultStream() ? ", the default>" : ">");
}

inline std::string describe(const Event& event) {
  return "<Event at " + std::to_string(event.getValue()) + " on " + event.getDevice().getId() + ">";
}

inline std::string describe(const Schedule& schedule) {
  const std::size_t count = schedule.getCommands().size();
  return "<Schedule of " + std::to_string(count) + (count == 1 ? " command on " : " commands on ") + schedule.getDevice().getId() +
         ">";
}

inline std::string describe(const Command& command) {
  switch (command.getKind()) {
    case CommandKind::Launch: return "<Command launch of " + command.getKernel().getName() + ">";
    case CommandKind::Copy: return "<Command copy>";
    case CommandKind::Fill: return "<Command fill>";
    case CommandKind::Signal: return "<Command signal>";
    case CommandKind::Wait: return "<Command wait>";
    case CommandKind::Call: return "<Command call>";
  }
  return "<Command>";
}

inline std::string describe(const Info& info) {
  constexpr std::size_t room = 60;
  const std::string pointer = info.getPointer().empty() ? "/" : info.getPointer();
  switch (info.getKind()) {
    case Info::Kind::Object: return "<Info " + pointer + ": object of " + std::to_string(info.getSize()) + ">";
    case Info::Kind::Array: return "<Info " + pointer + ": array of " + std::to_string(info.getSize()) + ">";
    default: break;
  }
  const std::string value = info.toJson();
  return "<Info " + pointer + ": " + (value.size() > room ? value.substr(0, room) + "..." : value) + ">";
}

inline std::string describe(const Database& database) {
  return "<Database of " + std::to_string(database.getNames().size()) + " entries>";
}

inline std::string describe(const DatabaseMatch& match) {
  return "<DatabaseMatch " + match.entry + (match.product.empty() ? ">" : ", product '" + match.product + "'>");
}

inline std::string describe(const DatabaseProblem& problem) {
  return "<DatabaseProblem " + problem.entry + ": " + problem.reason + ">";
}

inline std::string describe(const Compatibility& compatibility) {
  return std::string("<Compatibility ") + fitName(compatibility.fit) + ": " + compatibility.reason + ">";
}

inline std::string describe(const Occupancy& occupancy) {
  return "<Occupancy " + std::to_string(occupancy.blocks) + " blocks, " + std::to_string(occupancy.subgroups) + " of " +
         std::to_string(occupancy.maxSubgroups) + " subgroups, limited by " + occupancy.limit + ">";
}

/// A number as 12.3 tera.
inline std::string scaled(double value) {
  constexpr const char* prefixes[] = {"", " k", " M", " G", " T", " P"};
  std::size_t i = 0;
  for (; value >= 1000 && i + 1 < std::size(prefixes); ++i) value /= 1000;
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return std::string(text) + (i == 0 ? " " : prefixes[i]);
}

inline std::string describe(const Peak& peak) {
  return "<Peak " + peak.unit + " " + peak.input + (peak.accumulator.empty() ? "" : " to " + peak.accumulator) + ": " +
         scaled(peak.opsPerSecond) + "op/s>";
}

inline std::string describe(const Roofline& roofline) {
  return "<Roofline of " + roofline.name + ": " + std::to_string(roofline.peaks.size()) + " peaks, " + scaled(roofline.bandwidth) +
         "B/s>";
}

inline std::string describe(const PluginRecord& record) {
  return "<PluginRecord " + (record.name.empty() ? record.path : record.name) + ": " + pluginStateName(record.state) +
         (record.reason.empty() ? "" : ", " + record.reason) + ">";
}

inline std::string describe(const PropertyInfo& property) {
  return std::string("<PropertyInfo ") + property.name + ": " + propertyTypeName(property.type) + (*property.unit ? " in " : "") +
         property.unit + ">";
}

}  // namespace nexus::python
