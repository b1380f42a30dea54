#include "graph.h"

#include "fill.h"
#include "launch_parameters.h"
#include "vendor_functions.h"

#include <algorithm>

namespace nexus::gpu_plugin {

namespace {

KernelNode kernelNode(const nxs_launch& launch, const LaunchParameters& parameters) {
  KernelNode node = {};
  node.function = launch.kernel->handle;
  for (std::size_t d = 0; d < 3; ++d) {
    node.grid[d] = static_cast<unsigned>(launch.grid[d]);
    node.block[d] = static_cast<unsigned>(launch.block[d]);
  }
  node.sharedBytes = static_cast<unsigned>(launch.shared_bytes);
  node.parameters = parameters.pointers();  // read during the call that takes the node
  return node;
}

FillNode fillNode(const FillColumn& column) {
  FillNode node = {};
  node.destination = column.start;
  node.value = column.value;
  node.elementSize = column.elementSize;
  const bool isDense = column.pitch == column.elementSize;
  node.width = isDense ? column.count : 1;
  node.height = isDense ? 1 : column.count;
  node.pitch = isDense ? 0 : column.pitch;
  return node;
}

}  // namespace

bool Graph::canHold(const nxs_command& command) {
  switch (command.kind) {
    case NXS_COMMAND_LAUNCH: return command.as.launch.flags == 0 && command.as.launch.cluster[0] == 0;
    case NXS_COMMAND_FILL: return true;
    case NXS_COMMAND_COPY: {
      const nxs_copy& copy = command.as.copy;
      return copy.source && copy.destination && &copy.source->device == &copy.destination->device && !copy.source->host &&
             !copy.destination->host;
    }
    default: return false;
  }
}

Graph::Graph(Device& device, std::span<const nxs_command* const> commands) : device_(device) {
  try {
    device_.check(driver.graphCreate(&graph_, 0), "cannot make a graph");
    NodeHandle last = nullptr;
    const auto append = [&](auto&& add) {
      NodeHandle node = nullptr;
      device_.check(add(&node, last ? &last : nullptr, std::size_t{last ? 1u : 0u}), "cannot add a command to a graph");
      nodes_.back().push_back(last = node);
    };
    for (const nxs_command* command : commands) {
      nodes_.emplace_back();
      kernels_.push_back(nullptr);
      if (command->kind == NXS_COMMAND_LAUNCH) {
        const LaunchParameters parameters(command->as.launch);
        const KernelNode kernel = kernelNode(command->as.launch, parameters);
        append([&](NodeHandle* node, const NodeHandle* before, std::size_t count) {
          return driver.graphAddKernel(node, graph_, before, count, &kernel);
        });
        kernels_.back() = command->as.launch.kernel;
      } else if (command->kind == NXS_COMMAND_FILL) {
        for (const FillColumn& column : splitFill(command->as.fill))
          append([&](NodeHandle* node, const NodeHandle* before, std::size_t count) {
            return addFillNode(node, graph_, before, count, fillNode(column), device_.context());
          });
      } else {
        const nxs_copy& copy = command->as.copy;
        append([&](NodeHandle* node, const NodeHandle* before, std::size_t count) {
          return addCopyNode(node, graph_, before, count, copy.destination->address + copy.destination_offset,
                             copy.source->address + copy.source_offset, copy.size, device_.context());
        });
      }
    }
    listLastKernels();
    device_.check(driver.graphInstantiate(&executable_, graph_, 0), "cannot prepare a graph");
    if (driver.graphUpload) device_.check(driver.graphUpload(executable_, device_.housekeeping()), "cannot upload a graph");
  } catch (...) {
    release();
    throw;
  }
}

Graph::~Graph() { release(); }

void Graph::release() noexcept {
  if (executable_) driver.graphExecutableDestroy(executable_);
  if (graph_) driver.graphDestroy(graph_);
}

void Graph::listLastKernels() noexcept {
  const auto end = lastKernels_.end();
  auto first = end;
  for (auto kernel = kernels_.rbegin(); kernel != kernels_.rend() && first != lastKernels_.begin(); ++kernel)
    if (*kernel && std::find(first, end, *kernel) == end) *--first = *kernel;
  lastKernelCount_ = static_cast<std::size_t>(end - first);
}

bool Graph::update(std::size_t index, const nxs_command& command) {
  const std::vector<NodeHandle>& nodes = nodes_[index];
  if (command.kind == NXS_COMMAND_LAUNCH && canHold(command) && driver.graphSetKernel) {
    const LaunchParameters parameters(command.as.launch);
    const KernelNode kernel = kernelNode(command.as.launch, parameters);
    if (driver.graphSetKernel(executable_, nodes[0], &kernel) != success) return false;
    kernels_[index] = command.as.launch.kernel;
    listLastKernels();
    return true;
  }
  if (command.kind != NXS_COMMAND_FILL) return false;
  const std::vector<FillColumn> columns = splitFill(command.as.fill);
  if (columns.size() != nodes.size()) return false;
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (setFillNode(executable_, nodes[i], fillNode(columns[i]), device_.context()) != success) return false;
  return true;
}

}  // namespace nexus::gpu_plugin
