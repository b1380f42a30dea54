#define _POSIX_C_SOURCE 200809L
#include "raw_cuda_peer.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

typedef unsigned long long Address;
typedef struct {
  void* function;
  unsigned grid[3], block[3], shared;
  void** parameters;
  void** extra;
  void* kernel;
  void* context;
} KernelNode;

#define FUNCTIONS(F)                                                                                                      \
  F(cuInit, (unsigned))                                                                                                   \
  F(cuDevicePrimaryCtxRetain, (void**, int))                                                                              \
  F(cuCtxSetCurrent, (void*))                                                                                             \
  F(cuModuleLoadData, (void**, const void*))                                                                              \
  F(cuModuleGetFunction, (void**, void*, const char*))                                                                    \
  F(cuMemAlloc_v2, (Address*, size_t))                                                                                    \
  F(cuMemHostAlloc, (void**, size_t, unsigned))                                                                           \
  F(cuMemcpyHtoDAsync_v2, (Address, const void*, size_t, void*))                                                          \
  F(cuMemcpyDtoHAsync_v2, (void*, Address, size_t, void*))                                                                \
  F(cuStreamCreate, (void**, unsigned))                                                                                   \
  F(cuStreamSynchronize, (void*))                                                                                         \
  F(cuLaunchKernel, (void*, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, void*, void**, void**)) \
  F(cuGraphCreate, (void**, unsigned))                                                                                    \
  F(cuGraphAddKernelNode_v2, (void**, void*, void* const*, size_t, const KernelNode*))                                    \
  F(cuGraphInstantiateWithFlags, (void**, void*, unsigned long long))                                                     \
  F(cuGraphUpload, (void*, void*))                                                                                        \
  F(cuGraphLaunch, (void*, void*))
#define DECLARE(name, parameters) static int(*name) parameters;
FUNCTIONS(DECLARE)

static void *stream, *function, *executable, *host;
static Address x, y, copied;
static size_t copiedBytes;
static float a = 2;
static unsigned n = 1;
static void* parameters[] = {&x, &y, &a, &n};

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}
static void launch(void) { cuLaunchKernel(function, 1, 1, 1, 32, 1, 1, 0, stream, parameters, NULL); }

#define TRY(call)                   \
  do {                              \
    const int result = (call);      \
    if (result != 0) return result; \
  } while (0)

int raw_open(const void* image, const char* name, int nodes) {
  void *context, *module, *graph, *last = NULL;
  void* const driver = dlopen("libcuda.so.1", RTLD_NOW);
  if (!driver) return -1;
#define RESOLVE(name, parameters)        \
  *(void**)&name = dlsym(driver, #name); \
  if (!name) return -1;
  FUNCTIONS(RESOLVE)
  TRY(cuInit(0));
  TRY(cuDevicePrimaryCtxRetain(&context, 0));
  TRY(cuCtxSetCurrent(context));
  TRY(cuStreamCreate(&stream, 1));
  TRY(cuModuleLoadData(&module, image));
  TRY(cuModuleGetFunction(&function, module, name));
  TRY(cuMemAlloc_v2(&x, 1024));
  TRY(cuMemAlloc_v2(&y, 1024));
  TRY(cuGraphCreate(&graph, 0));
  for (int i = 0; i < nodes; ++i) {
    const KernelNode node = {.function = function, .grid = {1, 1, 1}, .block = {32, 1, 1}, .parameters = parameters};
    void* added;
    TRY(cuGraphAddKernelNode_v2(&added, graph, last ? &last : NULL, last ? 1 : 0, &node));
    last = added;
  }
  TRY(cuGraphInstantiateWithFlags(&executable, graph, 0));
  TRY(cuGraphUpload(executable, stream));
  return cuStreamSynchronize(stream);
}

int raw_open_copies(unsigned long long bytes) {
  copiedBytes = (size_t)bytes;
  TRY(cuMemAlloc_v2(&copied, copiedBytes));
  TRY(cuMemHostAlloc(&host, copiedBytes, 0));
  memset(host, 1, copiedBytes);
  return 0;
}

double raw_launches(long count, long batch) {
  double seconds = 0;
  for (long done = 0; done < count; done += batch) {
    const long part = count - done < batch ? count - done : batch;
    const double start = now();
    for (long i = 0; i < part; ++i) launch();
    seconds += now() - start;
    cuStreamSynchronize(stream);
  }
  return seconds;
}
double raw_launches_and_waits(long count) {
  const double start = now();
  for (long i = 0; i < count; ++i) {
    launch();
    cuStreamSynchronize(stream);
  }
  return now() - start;
}
double raw_graph_calls(long count, long batch) {
  double seconds = 0;
  for (long done = 0; done < count; done += batch) {
    const long part = count - done < batch ? count - done : batch;
    const double start = now();
    for (long i = 0; i < part; ++i) cuGraphLaunch(executable, stream);
    seconds += now() - start;
    cuStreamSynchronize(stream);
  }
  return seconds;
}
double raw_graphs_to_the_end(long count) {
  const double start = now();
  for (long i = 0; i < count; ++i) {
    cuGraphLaunch(executable, stream);
    cuStreamSynchronize(stream);
  }
  return now() - start;
}
double raw_copies_to_device(long count) {
  const double start = now();
  for (long i = 0; i < count; ++i) {
    cuMemcpyHtoDAsync_v2(copied, host, copiedBytes, stream);
    cuStreamSynchronize(stream);
  }
  return now() - start;
}
double raw_copies_to_host(long count) {
  const double start = now();
  for (long i = 0; i < count; ++i) {
    cuMemcpyDtoHAsync_v2(host, copied, copiedBytes, stream);
    cuStreamSynchronize(stream);
  }
  return now() - start;
}
