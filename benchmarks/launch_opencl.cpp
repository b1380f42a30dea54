// Cost of Nexus over an OpenCL driver from C++, beside the driver's own C functions on the same device. See README.md.
//
//     bench_launch_opencl [--quick]
#include "harness/program.h"

#include "plugins/opencl/api.h"

#include <dlfcn.h>
#include <nexus.h>

#include <stdexcept>

namespace {

using namespace benchmark;
using namespace nexus::opencl;

constexpr std::size_t size = 1024, block = 64;
constexpr std::size_t commandsOfBatch = 100, commandsOfSchedule = 10;
constexpr const char* source =
    "__kernel void vadd(__global const float* a, __global const float* b, __global float* c, ulong n) {\n"
    "  size_t i = get_global_id(0);\n"
    "  if (i < n) c[i] = a[i] + b[i];\n"
    "}\n";

/// The same work through the driver's C functions, on the device that Nexus calls opencl:0.
class Direct {
 public:
  Direct() {
    const Api& cl = openApi();
    cl_uint count = 0;
    check(cl.clGetPlatformIDs(1, &platform_, &count), "clGetPlatformIDs");
    check(cl.clGetDeviceIDs(platform_, DEVICE_TYPE_ALL, 1, &device_, nullptr), "clGetDeviceIDs");
    cl_int error = 0;
    context_ = Context(cl.clCreateContext(nullptr, 1, &device_, nullptr, nullptr, &error));
    check(error, "clCreateContext");
    for (CommandQueue& queue : queues_) {
      queue = CommandQueue(cl.clCreateCommandQueue(context_.get(), device_, 0, &error));
      check(error, "clCreateCommandQueue");
    }
    const char* text = source;
    program_ = Program(cl.clCreateProgramWithSource(context_.get(), 1, &text, nullptr, &error));
    check(error, "clCreateProgramWithSource");
    check(cl.clBuildProgram(program_.get(), 1, &device_, "", nullptr, nullptr), "clBuildProgram");
    kernel_ = KernelHandle(cl.clCreateKernel(program_.get(), "vadd", &error));
    check(error, "clCreateKernel");
    for (float*& vector : vectors_)
      vector =
          static_cast<float*>(cl.clSVMAlloc(context_.get(), MEM_READ_WRITE | MEM_SVM_FINE_GRAIN_BUFFER, size * sizeof(float), 64));
    // The plugin has no use for it.
    void* const loader = dlopen("libOpenCL.so.1", RTLD_NOW);
    finish_ = loader ? reinterpret_cast<cl_int (*)(cl_command_queue)>(dlsym(loader, "clFinish")) : nullptr;
    if (!finish_) throw std::runtime_error("the OpenCL loader has no clFinish");
  }
  void launch() const {
    const Api& cl = api();
    for (cl_uint i = 0; i < 3; ++i) cl.clSetKernelArgSVMPointer(kernel_.get(), i, vectors_[i]);
    const cl_ulong n = size;
    cl.clSetKernelArg(kernel_.get(), 3, sizeof n, &n);
    enqueue();
  }
  void enqueue(std::size_t queue = 0, cl_event* event = nullptr) const {
    const std::size_t global = size, local = block;
    check(api().clEnqueueNDRangeKernel(queues_[queue].get(), kernel_.get(), 1, nullptr, &global, &local, 0, nullptr, event),
          "clEnqueueNDRangeKernel");
  }
  /// Launches in one queue, for which the other one waits.
  void enqueueAndHandOver(std::size_t queue) const {
    cl_event launched = nullptr;
    enqueue(queue, &launched);
    const DriverEvent owner(launched);
    check(api().clFlush(queues_[queue].get()), "clFlush");
    check(api().clEnqueueBarrierWithWaitList(queues_[1 - queue].get(), 1, &launched, nullptr), "clEnqueueBarrierWithWaitList");
  }
  void finish(std::size_t queue = 0) const { check(finish_(queues_[queue].get()), "clFinish"); }

 private:
  cl_platform_id platform_ = nullptr;
  cl_device_id device_ = nullptr;
  Context context_;
  CommandQueue queues_[2];
  Program program_;
  KernelHandle kernel_;
  float* vectors_[3] = {};
  cl_int (*finish_)(cl_command_queue) = nullptr;
};

void measure(const Effort& effort) {
  const nexus::Device device = nexus::getDevice("opencl:0");
  std::printf("device: %s, %s\n\n", device.getProperty<std::string>("Name").c_str(),
              device.getProperty<std::string>("DriverVersion").c_str());
  const nexus::Library library = device.createLibrary(source, {.language = "opencl"});
  const nexus::Kernel vadd = library.getKernel("vadd");
  nexus::Buffer a = device.createBuffer({size}), b = device.createBuffer({size}), c = device.createBuffer({size});
  a.fill(1);
  b.fill(2);
  const nexus::Stream stream = device.getDefaultStream();
  const std::uint64_t n = size;
  const auto launch = [&] { vadd.launch(size / block, block, {a, b, c, n}); };
  launch();
  stream.synchronize();
  std::vector<float> result(size);
  c.copyTo(result);
  for (const float value : result)
    if (value != 3.0f) throw std::runtime_error("the vector add is wrong");

  const Direct direct;
  Table table(effort);
  const Bar bar{1.1};
  table.measure("launch, then wait", us, looped([&] {
                  launch();
                  stream.synchronize();
                }),
                Peer{"OpenCL C, clFinish", looped([&] {
                       direct.launch();
                       direct.finish();
                     })},
                bar);
  table.measure("100 launches, then wait, per launch", us,
                batched(commandsOfBatch,
                        [&] {
                          for (std::size_t i = 0; i < commandsOfBatch; ++i) launch();
                          stream.synchronize();
                        }),
                Peer{"OpenCL C, clFinish", batched(commandsOfBatch,
                                                   [&] {
                                                     for (std::size_t i = 0; i < commandsOfBatch; ++i) direct.launch();
                                                     direct.finish();
                                                   })},
                bar);
  const nexus::Stream streams[2] = {device.createStream(), device.createStream()};
  const nexus::Event turn = device.createEvent();
  std::uint64_t turns = 0;
  table.measure("100 launches on two streams in turn, per launch", us,
                batched(commandsOfBatch,
                        [&] {
                          for (std::size_t i = 0; i < commandsOfBatch; ++i) {
                            vadd.launch(size / block, block, {a, b, c, n}, {.stream = streams[i % 2]});
                            streams[i % 2].signal(turn, ++turns);
                            streams[1 - i % 2].wait(turn, turns);
                          }
                          for (const nexus::Stream& each : streams) each.synchronize();
                        }),
                Peer{"OpenCL C, barriers", batched(commandsOfBatch, [&] {
                       for (std::size_t i = 0; i < commandsOfBatch; ++i) direct.enqueueAndHandOver(i % 2);
                       for (std::size_t i = 0; i < 2; ++i) direct.finish(i);
                     })});
  const nexus::Schedule schedule = device.createSchedule();
  for (std::size_t i = 0; i < commandsOfSchedule; ++i) schedule.createCommand(vadd, {a, b, c, n}, size / block, block);
  table.measure("run of a schedule of 10 launches, per launch", us, batched(commandsOfSchedule, [&] { schedule.run(); }),
                Peer{"OpenCL C, arguments set before", batched(commandsOfSchedule,
                                                               [&] {
                                                                 for (std::size_t i = 0; i < commandsOfSchedule; ++i)
                                                                   direct.enqueue();
                                                                 direct.finish();
                                                               })},
                bar);
}

}  // namespace

int main(int argc, char** argv) { return runProgram(argc, argv, measure); }
