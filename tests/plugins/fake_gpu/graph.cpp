// Graphs: nodes in the order of their dependencies, replayed one after another.
#include "fake_gpu.h"
#include "fake_launch.h"

#include <algorithm>
#include <cstring>

using namespace nexus::gpu_plugin;

namespace nexus::gpu_plugin {

struct OpaqueNode {
  std::vector<OpaqueNode*> before;
  std::shared_ptr<FakeLaunch> launch;  // or
  Work work;
};
struct OpaqueGraph {
  std::vector<std::unique_ptr<OpaqueNode>> nodes;
};
struct OpaqueExecutable {
  struct Step {
    OpaqueNode* node;
    std::shared_ptr<FakeLaunch> launch;
    Work work;
  };
  std::mutex mutex;
  std::vector<Step> steps;
};

namespace {

Result add(NodeHandle* node, OpaqueGraph* graph, const NodeHandle* before, std::size_t count, OpaqueNode made) {
  for (std::size_t i = 0; i < count; ++i) {
    const bool isKnown =
        std::any_of(graph->nodes.begin(), graph->nodes.end(), [&](const auto& known) { return known.get() == before[i]; });
    if (!isKnown) return invalidValue;
    made.before.push_back(before[i]);
  }
  graph->nodes.push_back(std::make_unique<OpaqueNode>(std::move(made)));
  *node = graph->nodes.back().get();
  return success;
}

Result launchOf(const KernelNode* node, std::shared_ptr<FakeLaunch>& launch) {
  return prepareLaunch(node->function, node->grid, node->block, node->sharedBytes, node->parameters, false, launch);
}

Result workOf(const FillNode& fill, Work& work) {
  if (fill.elementSize != 1 && fill.elementSize != 2 && fill.elementSize != 4) return invalidValue;
  if (fill.width == 0 || fill.height == 0 || fill.destination % fill.elementSize != 0) return invalidValue;
  if (fill.height > 1 && fill.pitch < fill.width * fill.elementSize) return invalidValue;
  if (!isMemory(fill.destination, (fill.height - 1) * fill.pitch + fill.width * fill.elementSize)) return invalidValue;
  work = [fill] {
    for (std::size_t y = 0; y < fill.height; ++y)
      for (std::size_t x = 0; x < fill.width; ++x)
        std::memcpy(reinterpret_cast<char*>(fill.destination) + y * fill.pitch + x * fill.elementSize, &fill.value,
                    fill.elementSize);
  };
  return success;
}

Result copyWork(Address to, Address from, std::size_t size, Work& work) {
  if (size == 0 || !isMemory(to, size) || !isMemory(from, size)) return invalidValue;
  work = [=] { std::memmove(reinterpret_cast<void*>(to), reinterpret_cast<const void*>(from), size); };
  return success;
}

OpaqueExecutable::Step* stepOf(OpaqueExecutable* executable, OpaqueNode* node) {
  const auto found =
      std::find_if(executable->steps.begin(), executable->steps.end(), [&](const auto& step) { return step.node == node; });
  return found == executable->steps.end() ? nullptr : &*found;
}

Result setFill(OpaqueExecutable* executable, OpaqueNode* node, const FillNode* fill) {
  std::lock_guard lock(executable->mutex);
  OpaqueExecutable::Step* const step = stepOf(executable, node);
  return step && step->work ? workOf(*fill, step->work) : invalidValue;
}

Result addFill(NodeHandle* node, OpaqueGraph* graph, const NodeHandle* before, std::size_t count, const FillNode* fill) {
  OpaqueNode made;
  if (const Result result = workOf(*fill, made.work); result != success) return result;
  return add(node, graph, before, count, std::move(made));
}
Result addCopy(NodeHandle* node, OpaqueGraph* graph, const NodeHandle* before, std::size_t count, Address to, Address from,
               std::size_t size) {
  OpaqueNode made;
  if (const Result result = copyWork(to, from, size, made.work); result != success) return result;
  return add(node, graph, before, count, std::move(made));
}

}  // namespace

}  // namespace nexus::gpu_plugin

FAKE(cuGraphCreate, hipGraphCreate)(GraphHandle* graph, unsigned) {
  *graph = new OpaqueGraph;
  return success;
}
FAKE(cuGraphDestroy, hipGraphDestroy)(GraphHandle graph) {
  delete graph;
  return success;
}
FAKE(cuGraphAddKernelNode_v2, hipGraphAddKernelNode)(NodeHandle* node, GraphHandle graph, const NodeHandle* before,
                                                     std::size_t count, const KernelNode* kernel) {
  OpaqueNode made;
  if (const Result result = launchOf(kernel, made.launch); result != success) return result;
  return add(node, graph, before, count, std::move(made));
}
FAKE(cuGraphInstantiateWithFlags, hipGraphInstantiateWithFlags)(ExecutableHandle* executable, GraphHandle graph,
                                                                unsigned long long flags) {
  if (flags != 0) return invalidValue;
  auto made = std::make_unique<OpaqueExecutable>();
  // A node can only be added behind those that it depends on.
  for (const auto& node : graph->nodes) made->steps.push_back({node.get(), node->launch, node->work});
  *executable = made.release();
  return success;
}
FAKE(cuGraphExecKernelNodeSetParams_v2, hipGraphExecKernelNodeSetParams)(ExecutableHandle executable, NodeHandle node,
                                                                         const KernelNode* kernel) {
  std::lock_guard lock(executable->mutex);
  OpaqueExecutable::Step* const step = stepOf(executable, node);
  return step && step->launch ? launchOf(kernel, step->launch) : invalidValue;
}
FAKE(cuGraphLaunch, hipGraphLaunch)(ExecutableHandle executable, StreamHandle stream) {
  if (const Result refused = checkCurrent(stream->context); refused != success) return refused;
  std::lock_guard lock(executable->mutex);
  for (const OpaqueExecutable::Step& step : executable->steps) {
    if (step.launch)
      stream->push([launch = step.launch, stream] { runLaunch(*launch, *stream->context); });
    else
      stream->push(step.work);
  }
  return success;
}
FAKE(cuGraphUpload, hipGraphUpload)(ExecutableHandle, StreamHandle) { return success; }
FAKE(cuGraphExecDestroy, hipGraphExecDestroy)(ExecutableHandle executable) {
  delete executable;
  return success;
}
#ifdef NEXUS_FAKE_HIP
FAKE(, hipGraphAddMemsetNode)(NodeHandle* node, GraphHandle graph, const NodeHandle* before, std::size_t count,
                              const FillNode* fill) {
  return addFill(node, graph, before, count, fill);
}
FAKE(, hipGraphExecMemsetNodeSetParams)(ExecutableHandle executable, NodeHandle node, const FillNode* fill) {
  return setFill(executable, node, fill);
}
FAKE(, hipGraphAddMemcpyNode1D)(NodeHandle* node, GraphHandle graph, const NodeHandle* before, std::size_t count, void* to,
                                const void* from, std::size_t size, int kind) {
  if (kind != copyKindOnDevice) return invalidValue;
  return addCopy(node, graph, before, count, reinterpret_cast<Address>(to), reinterpret_cast<Address>(from), size);
}
#else
FAKE(cuGraphAddMemsetNode, )(NodeHandle* node, GraphHandle graph, const NodeHandle* before, std::size_t count, const FillNode* fill,
                             ContextHandle context) {
  return context ? addFill(node, graph, before, count, fill) : invalidContext;
}
FAKE(cuGraphExecMemsetNodeSetParams, )(ExecutableHandle executable, NodeHandle node, const FillNode* fill, ContextHandle context) {
  return context ? setFill(executable, node, fill) : invalidContext;
}
FAKE(cuGraphAddMemcpyNode, )(NodeHandle* node, GraphHandle graph, const NodeHandle* before, std::size_t count, const CopyNode* copy,
                             ContextHandle context) {
  if (!context) return invalidContext;
  if (copy->source.memoryType != 2 || copy->destination.memoryType != 2 || copy->height != 1 || copy->depth != 1)
    return invalidValue;
  return addCopy(node, graph, before, count, copy->destination.device, copy->source.device, copy->width);
}
#endif
