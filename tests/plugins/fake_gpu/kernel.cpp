// Modules and kernels. A module is a shared library that the fake run-time compiler has built; each thread of a block runs on a stack of its own if the
// kernel has barriers.
#include "fake_gpu.h"
#include "fake_launch.h"

#include "plugins/cpu/fiber.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <map>

using namespace nexus::gpu_plugin;

namespace nexus::gpu_plugin {

struct OpaqueModule {
  int file = -1;  // stays open: its number is in the name by which dlopen tells loaded files apart
  void* handle = nullptr;
  std::mutex mutex;
  std::map<std::string, OpaqueFunction> functions;
  std::vector<Address> variables;
  ~OpaqueModule() {
    for (const Address variable : variables) forgetMemory(variable);
    if (handle) dlclose(handle);
    if (file >= 0) close(file);
  }
};

namespace {

/// The block that this thread executes now.
struct Block {
  cpu_plugin::FiberGroup& threads;
  std::function<void(unsigned)> place;
  std::function<void()> call;
  unsigned now = 0;
  int fault = success;
};
thread_local Block* running = nullptr;

[[noreturn]] void raiseFault(int code) { throw code; }
void yieldToOthers() {
  if (!running) std::abort();  // a barrier in a function that the fake compiler took for one without
  Block& block = *running;
  const unsigned self = block.now;
  block.threads.barrier();
  if (block.fault != success) raiseFault(block.fault);
  block.now = self;
  block.place(self);
}

void runThread(void* context, std::size_t index) {
  Block& block = *static_cast<Block*>(context);
  if (block.fault != success) return;
  block.now = static_cast<unsigned>(index);
  block.place(block.now);
  try {
    block.call();
  } catch (int code) {
    block.fault = code;
  }
}

}  // namespace

void FakeLaunch::runBlock(const unsigned* index, cpu_plugin::FiberGroup& threads, void* dynamicShared) const {
  const unsigned count = block[0] * block[1] * block[2];
  std::vector<void*> pointers;
  for (const std::string& value : values) pointers.push_back(const_cast<char*>(value.data()));
  const auto place = [&](unsigned i) {
    const unsigned thread[3] = {i % block[0], i / block[0] % block[1], i / block[0] / block[1]};
    function->place(thread, index, block, grid, dynamicShared);
  };
  if (!function->hasBarrier) {
    for (unsigned i = 0; i < count; ++i) {
      place(i);
      function->call(pointers.data());
    }
    return;
  }
  Block state{threads, place, [&] { function->call(pointers.data()); }};
  running = &state;
  threads.run(count, runThread, &state);
  running = nullptr;
  if (state.fault != success) raiseFault(state.fault);
}

void runLaunch(const FakeLaunch& launch, OpaqueContext& context) {
  if (context.broken != success) return;
  static thread_local cpu_plugin::FiberGroup threads;
  const std::size_t bytes = (launch.shared + std::size_t{127}) / 64 * 64;
  const std::unique_ptr<void, void (*)(void*)> dynamicShared(std::aligned_alloc(64, bytes), std::free);
  try {
    unsigned index[3];
    for (index[2] = 0; index[2] < launch.grid[2]; ++index[2])
      for (index[1] = 0; index[1] < launch.grid[1]; ++index[1])
        for (index[0] = 0; index[0] < launch.grid[0]; ++index[0]) launch.runBlock(index, threads, dynamicShared.get());
  } catch (int code) {
    context.broken = code;
  }
}

Result prepareLaunch(OpaqueFunction* function, const unsigned* grid, const unsigned* block, unsigned shared, void** parameters,
                     bool isCooperative, std::shared_ptr<FakeLaunch>& launch) {
  constexpr unsigned maxThreads = 1024, residentBlocks = 64;
  if (!function || (function->sizes[0] != 0 && !parameters)) return invalidValue;
  for (int d = 0; d < 3; ++d)
    if (grid[d] == 0 || block[d] == 0) return invalidValue;
  if (block[0] * block[1] * block[2] > maxThreads || shared > static_cast<unsigned>(function->allowedShared)) return invalidValue;
  if (isCooperative && grid[0] * grid[1] * grid[2] > residentBlocks) return 720;
  launch = std::make_shared<FakeLaunch>();
  launch->function = function;
  std::memcpy(launch->grid, grid, sizeof launch->grid);
  std::memcpy(launch->block, block, sizeof launch->block);
  launch->shared = shared;
  for (unsigned i = 0; i < function->sizes[0]; ++i)
    launch->values.emplace_back(static_cast<const char*>(parameters[i]), function->sizes[1 + i]);
  return success;
}

namespace {
Result launchOn(OpaqueStream* stream, OpaqueFunction* function, const unsigned* grid, const unsigned* block, unsigned shared,
                void** parameters, bool isCooperative) {
  if (!stream) return invalidValue;
  if (const Result refused = checkCurrent(stream->context); refused != success) return refused;
  std::shared_ptr<FakeLaunch> launch;
  if (const Result result = prepareLaunch(function, grid, block, shared, parameters, isCooperative, launch); result != success)
    return result;
  stream->push([launch, stream] { runLaunch(*launch, *stream->context); });
  return success;
}
}  // namespace

}  // namespace nexus::gpu_plugin

FAKE(cuModuleLoadDataEx, hipModuleLoadDataEx)(ModuleHandle* module, const void* image, unsigned, int*, void**) {
  if (!currentContext()) return invalidContext;
  if (const Result broken = currentContext()->broken; broken != success) return broken;
  const auto* header = static_cast<const Elf64_Ehdr*>(image);
  if (std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) return 218;
  const std::size_t size = header->e_shoff + std::size_t{header->e_shnum} * header->e_shentsize;
  auto loaded = std::make_unique<OpaqueModule>();
  loaded->file = memfd_create("fake-gpu-module", MFD_CLOEXEC);
  if (loaded->file < 0 || write(loaded->file, image, size) != static_cast<ssize_t>(size)) return outOfMemory;
  loaded->handle = dlopen(("/proc/self/fd/" + std::to_string(loaded->file)).c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!loaded->handle) return invalidImage;
  if (!dlsym(loaded->handle, "fake_place")) return noBinaryForGpu;  // some other shared library
  *module = loaded.release();
  return success;
}
FAKE(cuModuleUnload, hipModuleUnload)(ModuleHandle module) {
  delete module;
  return success;
}
FAKE(cuModuleGetFunction, hipModuleGetFunction)(FunctionHandle* function, ModuleHandle module, const char* name) {
  const auto symbol = [&](const std::string& prefix) { return dlsym(module->handle, (prefix + name).c_str()); };
  void* const call = symbol("fake_call_");
  if (!call) return notFound;
  std::lock_guard lock(module->mutex);
  OpaqueFunction& found = module->functions[name];
  if (!found.call) {
    found.name = name;
    found.call = reinterpret_cast<void (*)(void**)>(call);
    found.place = reinterpret_cast<decltype(found.place)>(dlsym(module->handle, "fake_place"));
    found.sizes = static_cast<const unsigned*>(symbol("fake_sizes_"));
    found.hasBarrier = *static_cast<const int*>(symbol("fake_barrier_")) != 0;
    // Modules of one file share these.
    __atomic_store_n(static_cast<void (**)()>(dlsym(module->handle, "fake_yield")), &yieldToOthers, __ATOMIC_RELEASE);
    __atomic_store_n(static_cast<void (**)(int)>(dlsym(module->handle, "fake_fault")), &raiseFault, __ATOMIC_RELEASE);
  }
  *function = &found;
  return success;
}
FAKE(cuModuleGetGlobal_v2, hipModuleGetGlobal)(Address* address, std::size_t* size, ModuleHandle module, const char* name) {
  void* const variable = dlsym(module->handle, name);
  Dl_info info = {};
  const ElfW(Sym)* symbol = nullptr;
  if (!variable || !dladdr1(variable, &info, reinterpret_cast<void**>(const_cast<ElfW(Sym)**>(&symbol)), RTLD_DL_SYMENT) || !symbol)
    return notFound;
  std::lock_guard lock(module->mutex);
  *address = reinterpret_cast<Address>(variable);
  *size = symbol->st_size;
  noteMemory(*address, *size);
  module->variables.push_back(*address);
  return success;
}
FAKE(cuFuncGetAttribute, hipFuncGetAttribute)(int* value, int attribute, FunctionHandle) {
  *value = attribute == 0 ? 1024 : 0;
  return success;
}
FAKE(cuFuncSetAttribute, hipFuncSetAttribute)(FunctionHandle function, int attribute, int value) {
  if (attribute != 8 || value > (96 << 10)) return invalidValue;
  function->allowedShared = value;
  return success;
}
FAKE(cuLaunchKernel, hipModuleLaunchKernel)(FunctionHandle function, unsigned gx, unsigned gy, unsigned gz, unsigned bx,
                                            unsigned by, unsigned bz, unsigned shared, StreamHandle stream, void** parameters,
                                            void**) {
  const unsigned grid[] = {gx, gy, gz}, block[] = {bx, by, bz};
  return launchOn(stream, function, grid, block, shared, parameters, false);
}
#ifdef NEXUS_FAKE_HIP
FAKE(, hipModuleLaunchCooperativeKernel)(FunctionHandle function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by,
                                         unsigned bz, unsigned shared, StreamHandle stream, void** parameters) {
  const unsigned grid[] = {gx, gy, gz}, block[] = {bx, by, bz};
  return launchOn(stream, function, grid, block, shared, parameters, true);
}
#else
FAKE(cuLaunchKernelEx, )(const LaunchConfiguration* configuration, FunctionHandle function, void** parameters, void**) {
  bool isCooperative = false;
  for (unsigned i = 0; i < configuration->attributeCount; ++i) {
    const LaunchAttribute& attribute = configuration->attributes[i];
    if (attribute.id == cooperativeAttribute)
      isCooperative = attribute.value.cooperative != 0;
    else if (attribute.id != clusterAttribute)
      return invalidValue;
    for (int d = 0; attribute.id == clusterAttribute && d < 3; ++d)
      if (attribute.value.cluster[d] == 0 || configuration->grid[d] % attribute.value.cluster[d] != 0) return invalidValue;
  }
  return launchOn(configuration->stream, function, configuration->grid, configuration->block, configuration->sharedBytes,
                  parameters, isCooperative);
}
FAKE(cuModuleGetFunctionCount, )(unsigned* count, ModuleHandle module) {
  const auto names = static_cast<const char* const*>(dlsym(module->handle, "fake_kernels"));
  for (*count = 0; names[*count]; ++*count) {
  }
  return success;
}
FAKE(cuModuleEnumerateFunctions, )(FunctionHandle* functions, unsigned count, ModuleHandle module) {
  const auto names = static_cast<const char* const*>(dlsym(module->handle, "fake_kernels"));
  for (unsigned i = 0; i < count; ++i)
    if (const Result result = cuModuleGetFunction(&functions[i], module, names[i]); result != success) return result;
  return success;
}
FAKE(cuFuncGetName, )(const char** name, FunctionHandle function) {
  *name = function->name.c_str();
  return success;
}
FAKE(cuFuncGetParamInfo, )(FunctionHandle function, std::size_t index, std::size_t* offset, std::size_t* size) {
  if (index >= function->sizes[0]) return invalidValue;
  *offset = 0;
  for (std::size_t i = 0; i <= index; ++i) {
    *size = function->sizes[1 + i];
    *offset = (*offset + *size - 1) / *size * *size;
    if (i < index) *offset += *size;
  }
  return success;
}
#endif
