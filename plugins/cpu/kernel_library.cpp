#include "kernel_library.h"

#include "shared_object.h"

#include "plugins/support/parameter_list.h"
#include "plugins/support/plugin_error.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace nexus::cpu_plugin {

using plugin_support::PluginError;

namespace {

/// The macro says more than the type: both NX_OUT and NX_INOUT are pointers to T.
std::uint32_t declaredAccess(const std::string& macro, std::uint32_t fromType) {
  if (macro == "NX_IN") return NXS_ACCESS_READ;
  if (macro == "NX_OUT") return NXS_ACCESS_WRITE;
  if (macro == "NX_INOUT") return NXS_ACCESS_READ_WRITE;
  return fromType;
}

}  // namespace

Kernel::Kernel(const nexus_cpu_kernel& description) : name_(description.name), description_(&description) {
  if (description.struct_size > offsetof(nexus_cpu_kernel, item_bytes)) itemBytes_ = description.item_bytes;
  const auto parameters = plugin_support::parseParameterList(description.parameters);
  const bool isUnderstood = parameters.size() == description.argument_count;
  argumentNames_.resize(description.argument_count);
  for (std::uint32_t i = 0; i < description.argument_count; ++i) {
    const nexus_cpu_argument& argument = description.arguments[i];
    if (isUnderstood) argumentNames_[i] = parameters[i].name;
    arguments_.push_back({argumentNames_[i].c_str(), argument.kind, argument.dtype, argument.size,
                          isUnderstood ? declaredAccess(parameters[i].macro, argument.access) : argument.access});
  }
}

Kernel::Kernel(std::string name, nexus_cpu_function function) : name_(std::move(name)), function_(function) {}

void Kernel::info(nxs_kernel_info& info) const {
  nxs_kernel_info all{};
  all.struct_size = info.struct_size;
  all.name = name_.c_str();
  all.has_arguments = description_ != nullptr;
  all.argument_count = static_cast<std::uint32_t>(arguments_.size());
  all.arguments = arguments_.data();
  all.shared_bytes = sharedBytes();
  std::memcpy(&info, &all, std::min(info.struct_size, sizeof all));
}

void Kernel::runBlocks(nexus_cpu_block& block, const void* const* arguments, std::size_t first, std::size_t count) const {
  if (description_) {
    description_->run_blocks(&block, arguments, first, count);
    return;
  }
  for (std::size_t i = first; i < first + count; ++i) {
    block.index[0] = i % block.grid[0];
    block.index[1] = i / block.grid[0] % block.grid[1];
    block.index[2] = i / block.grid[0] / block.grid[1];
    function_(&block, arguments);
  }
}

void Kernel::learnItemCost(float measured) const noexcept {
  const float nanoseconds = std::max(measured, 1e-6f);  // 0 means unknown
  const float known = itemCost();
  // One slow run, interrupted by the system, must not make the next ones look expensive for long.
  itemCost_.store(known == 0 ? nanoseconds : std::min(known * 0.75f + nanoseconds * 0.25f, nanoseconds * 2),
                  std::memory_order_relaxed);
}

KernelLibrary::KernelLibrary(const nxs_library_desc& desc) {
  library_ = desc.path ? openSharedObject(desc.path) : openSharedObject(desc.data, desc.size);
  readDescriptions();
}

void KernelLibrary::readDescriptions() {
  void* symbol = findFunction(library_.get(), NEXUS_CPU_KERNELS_SYMBOL);
  if (!symbol) return;
  const auto kernels = reinterpret_cast<nexus_cpu_kernels_function>(symbol);
  for (const nexus_cpu_kernel* kernel = kernels(); kernel; kernel = kernel->next) {
    if (kernel->struct_size < offsetof(nexus_cpu_kernel, item_bytes))
      throw PluginError(NXS_UNAVAILABLE, "it was built with an older nexus/kernel.h; compile it again");
    if (std::any_of(described_.begin(), described_.end(), [&](const auto& other) { return other->name() == kernel->name; }))
      throw PluginError(NXS_UNAVAILABLE, "it has two kernels named '" + std::string(kernel->name) + "'; rename one");
    described_.push_back(std::make_unique<nxs_kernel>(*kernel));
  }
}

nxs_kernel* KernelLibrary::find(const std::string& name) {
  for (const auto& kernel : described_)
    if (kernel->name() == name) return kernel.get();
  // A library that describes its kernels has no others: its other functions are helpers.
  if (!described_.empty()) return nullptr;
  std::lock_guard lock(mutex_);
  if (const auto known = plain_.find(name); known != plain_.end()) return known->second.get();
  void* function = findFunction(library_.get(), name.c_str());
  if (!function) return nullptr;
  return plain_.emplace(name, std::make_unique<nxs_kernel>(name, reinterpret_cast<nexus_cpu_function>(function)))
      .first->second.get();
}

}  // namespace nexus::cpu_plugin
