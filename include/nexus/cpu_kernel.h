/* Binary interface between a kernel library for the CPU and the plugin that runs it. C99.
 *
 * C++ kernels written with nexus/kernel.h get all of this from NX_KERNEL. A kernel may also be a plain exported function of any language,
 *
 *     void name(const nexus_cpu_block* block, const void* const* arguments);
 *
 * that is called once for every block, possibly from several threads at once, and loops over the block's items itself. arguments[i]
 * points to the value of argument i: for a buffer to the address of its first byte, for a scalar to the scalar. Nothing tells Nexus what
 * such a function expects, so its arguments are not checked: integers arrive as int64_t and floating-point numbers as double unless the
 * caller gives a type. */
#ifndef NEXUS_CPU_KERNEL_H
#define NEXUS_CPU_KERNEL_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One block, as the kernel sees it. Lives for the call. */
typedef struct nexus_cpu_block {
  size_t grid[3];  /* blocks of the launch in x, y, z */
  size_t size[3];  /* items of one block, fewer than 2^32 in each dimension */
  size_t index[3]; /* this block; not set for `run_blocks`, which counts itself */
  void* shared;    /* shared memory of the block, 64-byte aligned: the kernel's own, then the launch-sized part */
  size_t shared_bytes;
  /* Waits for the other items of the block; only for `run_item`. */
  void (*barrier)(void* state);
  /* Makes the launch fail with a message (copied). */
  void (*fail)(void* state, const char* message);
  void* state;
  /* item_bytes of the kernel for each item of the block, the number of items rounded up to a multiple of 64; 64-byte aligned. */
  void* item_memory;
} nexus_cpu_block;

typedef void (*nexus_cpu_function)(const nexus_cpu_block* block, const void* const* arguments);

/* Type of one declared argument. Numbers as in nexus/plugin.h. */
typedef struct nexus_cpu_argument {
  uint32_t kind;
  uint32_t dtype;
  uint32_t size;
  uint32_t access;
} nexus_cpu_argument;

/* What a kernel library tells of one kernel. Only grows at its end. */
typedef struct nexus_cpu_kernel {
  size_t struct_size;
  const struct nexus_cpu_kernel* next;
  const char* name;
  const char* parameters; /* the parameter list as written, from which the names of the arguments are read */
  const nexus_cpu_argument* arguments;
  uint32_t argument_count;
  uint32_t uses_barrier; /* 1: every item of a block must be able to wait for the others */
  size_t shared_bytes;   /* shared memory that the kernel declares, without the launch-sized part */
  /* Runs blocks first .. first + count - 1, counted with x fastest. Not used if uses_barrier. */
  void (*run_blocks)(const nexus_cpu_block* block, const void* const* arguments, size_t first, size_t count);
  /* Runs one item of block->index. */
  void (*run_item)(const nexus_cpu_block* block, const void* const* arguments, size_t x, size_t y, size_t z);
  size_t item_bytes; /* memory that `run_blocks` needs for each item of the block that it is at */
} nexus_cpu_kernel;

/* Exported by a library that was built with nexus/kernel.h: its first kernel, or NULL. The number is the version of this interface. */
#define NEXUS_CPU_KERNELS_SYMBOL "nexus_cpu_kernels_1"
typedef const nexus_cpu_kernel* (*nexus_cpu_kernels_function)(void);

#ifdef __cplusplus
}
#endif

#endif
