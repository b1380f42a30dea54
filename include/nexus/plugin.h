/* Nexus runtime plugin C-API.
 *
 * A runtime plugin is a shared library named libnexus_plugin_<name>.so (.dylib on macOS) that exports one symbol, nxsGetPlugin. It
 * returns a table of functions; the core (libnexus) does everything else. This header is plain C99 and needs no other part of Nexus
 * than the two tables beside it.
 *
 * What the core guarantees, so that a plugin need not check it:
 *   - pointers are valid and belong to the plugin; sizes, offsets, grids, blocks and argument lists lie inside the limits that the
 *     plugin itself reported through properties and kernel descriptions;
 *   - a child is destroyed before its parent, and no object is destroyed while a submitted command still uses it;
 *   - no entry is called in a forked child with an object that the parent made.
 *
 * What the plugin guarantees:
 *   - nothing is thrown or longjmp-ed across this interface, and no signal handler is left behind;
 *   - every entry may be called from several threads at once, unless its comment says otherwise;
 *   - on failure, an entry has called host->set_error on the calling thread, has changed nothing and has written no out-parameter.
 *     The exceptions, which are answers and need no set_error, are named below: NXS_TIMEOUT everywhere, NXS_NOT_FOUND of properties,
 *     kernels and schedule_times, NXS_UNSUPPORTED of the two pointers of a buffer;
 *   - loading the library and calling nxsGetPlugin touches no driver. Drivers are opened by runtime_open, with dlopen, and contexts
 *     are made when a device is first used for more than properties.
 *
 * Strings are UTF-8 and end in NUL. Pointers passed in are borrowed for the call unless the comment says otherwise. Structs and the
 * table only ever grow at their end; struct_size, the first member, says how much of it the other side knows. */
#ifndef NEXUS_PLUGIN_H
#define NEXUS_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* "NXS1", as stored in memory on a little-endian machine. */
#define NXS_PLUGIN_MAGIC 0x3153584eu
/* A plugin of another major number is refused. A higher minor number only means that entries were appended. */
#define NXS_ABI_MAJOR 1u
#define NXS_ABI_MINOR 0u

#if defined(__GNUC__)
#define NXS_EXPORT __attribute__((visibility("default")))
#else
#define NXS_EXPORT
#endif

/* Result of every call; the meaning of each is in nexus/status_table.h. */
typedef int32_t nxs_status;
enum {
  NXS_SUCCESS = 0,
#define NEXUS_STATUS(name, constant, value, python_base, meaning) NXS_##constant = value,
#include <nexus/status_table.h>
#undef NEXUS_STATUS
  NXS_STATUS_END
};

/* Property ids, NXS_PROPERTY_<Name>; types, units and meanings are in nexus/property_table.h. */
enum {
#define NEXUS_PROPERTY(id, name, type, change, unit, meaning) NXS_PROPERTY_##name = id,
#include <nexus/property_table.h>
#undef NEXUS_PROPERTY
  NXS_PROPERTY_END
};

/* Element types of kernel arguments, NXS_DTYPE_<Name>; 0 means unknown. */
enum {
  NXS_DTYPE_UNKNOWN = 0,
#define NEXUS_DTYPE(name, code, numpy, short_name, bits, dlpack, format) NXS_DTYPE_##name = code,
#include <nexus/dtype_table.h>
#undef NEXUS_DTYPE
  NXS_DTYPE_END
};

/* Objects of the plugin. The core never looks inside. */
typedef struct nxs_runtime nxs_runtime;
typedef struct nxs_device nxs_device;
typedef struct nxs_buffer nxs_buffer;
typedef struct nxs_library nxs_library;
typedef struct nxs_kernel nxs_kernel;
typedef struct nxs_stream nxs_stream;
typedef struct nxs_event nxs_event;
typedef struct nxs_schedule nxs_schedule;

/* A wait that never times out. */
#define NXS_FOREVER UINT64_MAX

/* ---------------------------------------------------------------- services of the core */

enum { NXS_LOG_DEBUG = 0, NXS_LOG_INFO = 1, NXS_LOG_WARN = 2 };

/* Lives as long as the plugin is loaded. All members may be called from any thread. */
typedef struct nxs_host {
  size_t struct_size;
  uint32_t abi_major;
  uint32_t abi_minor;
  /* Records the details of a failure for the calling thread; the entry then returns `status`. The message (copied) says what failed,
   * on which object, what was expected and found, and what to do. native_code is the driver's own number, 0 if there is none. */
  nxs_status (*set_error)(nxs_status status, int64_t native_code, const char* message);
  /* Writes one line to the log of Nexus if NEXUS_LOG asks for that level. */
  void (*log)(int32_t level, const char* plugin, const char* message);
} nxs_host;

/* ---------------------------------------------------------------- values and descriptions */

enum {
  NXS_VALUE_STRING = 1,
  NXS_VALUE_INT = 2,
  NXS_VALUE_FLOAT = 3,
  NXS_VALUE_STRING_VECTOR = 4,
  NXS_VALUE_INT_VECTOR = 5,
  NXS_VALUE_FLOAT_VECTOR = 6
};

/* The value of a property. Pointers belong to the plugin. Those of Static properties stay valid until the object that was asked is
 * destroyed, those of Live ones until the same thread asks the same object again. */
typedef struct nxs_value {
  uint32_t type;  /* NXS_VALUE_*, as nexus/property_table.h prescribes for the property */
  uint32_t count; /* elements of a vector, otherwise 1 */
  union {
    int64_t i;
    double f;
    const char* s;
    const int64_t* i_vec;
    const double* f_vec;
    const char* const* s_vec;
  } as;
} nxs_value;

typedef struct nxs_buffer_desc {
  size_t struct_size;
  uint64_t size;      /* bytes, at least 1 */
  void* host_pointer; /* NULL: allocate. Otherwise use this host memory, which outlives the buffer; a device that cannot returns
                         NXS_UNSUPPORTED */
  uint32_t flags;     /* NXS_BUFFER_* */
  uint32_t reserved;
  uint64_t device_pointer; /* 0: none. Otherwise use this memory of the device, whose address is one of buffer_device_pointer or of another library
                              of the process, and which outlives the buffer; NXS_UNSUPPORTED if the device cannot */
  uint64_t producer_stream; /* With device_pointer: the driver's handle of the stream (cudaStream_t, hipStream_t) whose work so far must be done when
                               the call returns; 1: the driver's default stream, which is CUDA's legacy one; 0: there is nothing to wait for */
} nxs_buffer_desc;

enum {
  /* Allocate memory of the host that the device copies from and to without a detour, and that its kernels can reach. The buffer has a host
   * pointer. NXS_UNSUPPORTED if the device has no such memory. */
  NXS_BUFFER_HOST = 1
};

typedef struct nxs_library_desc {
  size_t struct_size;
  const char* path;     /* file to load, or NULL */
  const void* data;     /* bytes to load where path is NULL */
  uint64_t size;        /* of data */
  const char* language; /* NULL: data is a binary of the device; otherwise it is source text in this language, one of KernelLanguages */
  const char* options;  /* for the compiler, or NULL: separated by blanks, quoted as in a shell (plugins/support/option_list.h) */
  const char* name;     /* what messages call the source text, or NULL */
} nxs_library_desc;

/* Of an unknown argument only the size is known; one that has the size of an address may be a buffer. */
enum { NXS_ARGUMENT_UNKNOWN = 0, NXS_ARGUMENT_BUFFER = 1, NXS_ARGUMENT_SCALAR = 2 };
enum { NXS_ACCESS_UNKNOWN = 0, NXS_ACCESS_READ = 1, NXS_ACCESS_WRITE = 2, NXS_ACCESS_READ_WRITE = 3 };

/* One declared argument of a kernel. */
typedef struct nxs_argument_info {
  const char* name; /* NULL if unknown */
  uint32_t kind;    /* NXS_ARGUMENT_* */
  uint32_t dtype;   /* NXS_DTYPE_*: of the scalar, or of the buffer's elements; NXS_DTYPE_UNKNOWN if unknown */
  uint32_t size;    /* bytes of the scalar, or of one element of the buffer; 0 if unknown */
  uint32_t access;  /* NXS_ACCESS_* of a buffer */
} nxs_argument_info;

/* What is known of a kernel. Everything that it points to belongs to the library and lives as long. */
typedef struct nxs_kernel_info {
  size_t struct_size;
  const char* name;
  uint32_t has_arguments; /* 0: the binary does not tell; the core then passes what it is given, unchecked */
  uint32_t argument_count;
  const nxs_argument_info* arguments;
  uint64_t shared_bytes;          /* shared memory of one block that the kernel declares itself */
  uint32_t max_threads_per_block; /* for this kernel; 0: as the device */
} nxs_kernel_info;

/* ---------------------------------------------------------------- commands */

/* One argument of a launch. Scalars are stored here by value, in the kernel's own type and byte order. */
typedef struct nxs_argument {
  uint32_t kind;   /* NXS_ARGUMENT_* */
  uint32_t size;   /* bytes of the scalar, 0 for buffers */
  uint64_t offset; /* of a buffer: first byte */
  union {
    nxs_buffer* buffer;
    unsigned char scalar[16];
  } value;
} nxs_argument;

typedef struct nxs_launch {
  nxs_kernel* kernel;
  const nxs_argument* arguments; /* argument_count of them, borrowed for the call that passes the command */
  uint64_t grid[3];              /* blocks in x, y, z; each at least 1 */
  uint64_t block[3];             /* work items of one block in x, y, z; each at least 1 */
  uint64_t shared_bytes;         /* launch-sized shared memory of one block, beyond the kernel's own */
  uint32_t argument_count;
  uint32_t flags;      /* NXS_LAUNCH_*; 0 unless the property HasCooperativeLaunch is 1 */
  uint32_t cluster[3]; /* blocks of one cluster in x, y, z; all 0 (no clusters) unless the property HasClusterLaunch is 1 */
  uint32_t reserved;
} nxs_launch;

enum {
  /* All blocks run at the same time, so that they can wait for each other; NXS_LAUNCH_FAILED if they are too many for that. */
  NXS_LAUNCH_COOPERATIVE = 1
};

/* Copies between two places that do not overlap, of which at least one is a buffer of the stream's device. Host memory is read or written until
 * the command has completed. It may be that of a buffer of another device or plugin. Only where the property HasPeerCopy is 1, the second buffer
 * may be one of another device of the same runtime. */
typedef struct nxs_copy {
  nxs_buffer* destination; /* NULL: host_destination */
  nxs_buffer* source;      /* NULL: host_source */
  void* host_destination;
  const void* host_source;
  uint64_t destination_offset; /* into the buffer, bytes */
  uint64_t source_offset;
  uint64_t size; /* bytes, at least 1 */
} nxs_copy;

typedef struct nxs_fill {
  nxs_buffer* buffer;
  uint64_t offset;           /* bytes */
  uint64_t size;             /* bytes, at least 1, a multiple of pattern_size */
  unsigned char pattern[16]; /* repeated */
  uint32_t pattern_size;     /* 1, 2, 4, 8 or 16 */
} nxs_fill;

typedef struct nxs_event_point {
  nxs_event* event;
  uint64_t value;
} nxs_event_point;

/* Calls back once, when all earlier commands of the stream have completed or were skipped. The status is that of the stream. Later commands
 * wait until it has returned. It is called on a thread of the plugin, or on one that waits for the stream in stream_synchronize; never by
 * stream_submit or schedule_run, with or without NXS_SUBMIT_INLINE, whose caller may hold a lock that the callback takes. The callback
 * returns soon, throws nothing and does not call into the plugin. */
typedef struct nxs_host_call {
  void (*function)(void* user, nxs_status status);
  void* user;
} nxs_host_call;

/* Notes the time at which the stream comes here, that is when all earlier commands have completed and the stream is not held up. It holds
 * up neither the stream nor the host. *nanoseconds, memory of the host that lives until the command has completed, is then written: in
 * nanoseconds of the host's monotonic clock (CLOCK_MONOTONIC on Linux), as the device's own clock tells, converted. It is there when the
 * command counts as completed, and before a later host call of the stream is made. If the stream has failed, the command is skipped and
 * *nanoseconds stays as it was.
 *
 * The times of one stream never go back. They lie between the host's time at the beginning of the call that submits the command and the
 * time at which its completion is told, however inexact the conversion. A command of a schedule writes at each run.
 *
 * Submitted only where the property HasTimestamps is 1; NXS_UNSUPPORTED otherwise. NXS_INVALID_ARGUMENT if nanoseconds is NULL. */
typedef struct nxs_timestamp {
  uint64_t* nanoseconds;
} nxs_timestamp;

enum {
  NXS_COMMAND_LAUNCH = 1,
  NXS_COMMAND_COPY = 2,
  NXS_COMMAND_FILL = 3,
  NXS_COMMAND_SIGNAL = 4,
  NXS_COMMAND_WAIT = 5,
  NXS_COMMAND_HOST_CALL = 6,
  NXS_COMMAND_TIMESTAMP = 7
};

typedef struct nxs_command {
  uint32_t kind; /* NXS_COMMAND_* */
  uint32_t reserved;
  union {
    nxs_launch launch;
    nxs_copy copy;
    nxs_fill fill;
    nxs_event_point event;
    nxs_host_call host_call;
    nxs_timestamp timestamp;
    uint64_t room[20]; /* fixes the size of the struct */
  } as;
} nxs_command;

enum {
  /* The caller is going to wait at once. A plugin that can run the commands on the calling thread does so and returns their status,
   * with *ticket 0; any other ignores the flag. */
  NXS_SUBMIT_INLINE = 1,
  /* For schedule_run: measure the commands, for schedule_times. */
  NXS_SUBMIT_TIMED = 2
};

/* ---------------------------------------------------------------- the table */

/* Every entry, once: NXS_ENTRY(REQUIRED or OPTIONAL, name, (parameters)). All return nxs_status. An optional entry may be NULL; the
 * core then works without it or reports Unsupported with the entry's name.
 *
 * Runtime
 *   runtime_open        Looks for the driver and lists its devices; no contexts. Returns NXS_UNAVAILABLE with the reason ("libcuda.so.1
 *                       not found") if there is nothing to offer. May be called again, also while another runtime is open. The caller owns
 *                       the runtime.
 *   runtime_close       Destroys the runtime and its devices. Not called concurrently with any other entry on them.
 *   runtime_property    Value of a property of the runtime; NXS_NOT_FOUND if it is not known (set_error is not needed then).
 *   runtime_device_count, runtime_device
 *                       The devices; they belong to the runtime. The order is stable while the runtime is open.
 * Device
 *   device_property     Like runtime_property. Makes no context.
 * Buffer
 *   buffer_create       Memory on the device, aligned to the property BufferAlignment, contents undefined. The caller owns the buffer.
 *                       NXS_OUT_OF_MEMORY if there is not enough.
 *   buffer_destroy      Gives it back; host memory that was wrapped is left alone.
 *   buffer_host_pointer Address at which the host can read and write the buffer without a copy, valid while the buffer lives.
 *                       NXS_UNSUPPORTED (set_error is not needed) if there is none.
 *   buffer_device_pointer
 *                       Address as the device's own kernels see it; otherwise like buffer_host_pointer. Others may now use the memory in work of
 *                       which neither core nor plugin know: buffer_destroy must not give it to somebody else before the device has done that.
 * Library and kernel
 *   library_create      Loads a file or bytes, or compiles source. Checks that the binary suits the device. The caller owns the library.
 *   library_destroy     Unloads it, with its kernels.
 *   library_kernel_count, library_kernel_at
 *                       The kernels that the library tells of; 0 if it tells of none.
 *   library_kernel      A kernel by name; NXS_NOT_FOUND if there is none (set_error is not needed). It belongs to the library.
 *   kernel_info         Fills in at most info->struct_size bytes.
 * Stream: an in-order queue. Commands of one stream run one after another, those of different streams independently.
 *   stream_create       The caller owns the stream.
 *   stream_destroy      Returns at once. The core destroys a stream only when its commands have completed, or with its runtime.
 *   stream_submit       Appends commands, all or none, and returns without waiting for them (but see NXS_SUBMIT_INLINE). The array is
 *                       borrowed for the call. Several threads may submit to one stream; each call's commands stay together. It may
 *                       wait until there is room for the commands, but not while the stream waits for an event, which this very thread may
 *                       be going to signal. *ticket
 *                       becomes a number that grows with every submission to the stream, or 0 if the commands have completed already.
 *                       A command that fails makes the stream fail: what was submitted behind it is skipped, events that it was to signal
 *                       fail too, and the next wait for the stream returns the status and ends the failure. A signal that does not
 *                       raise its event, which is at that value or beyond it or has failed, is such a command; the event stays as it was.
 *                       A wait is for an event of the same device, and may come long before its signal, which the host or any stream may
 *                       send. It must hold up nothing but its own stream: no thread, no other stream, no event_signal, and it must not
 *                       keep stream_submit from accepting the signal. Where the driver's queues cannot promise that, the plugin keeps what
 *                       is behind the wait itself until the event is reached. Waits for events of other devices and plugins never come
 *                       here: the core waits with event_notify and submits what is behind them then.
 *   stream_synchronize  Waits until everything submitted before the call has completed; NXS_TIMEOUT after timeout_ns nanoseconds.
 *   stream_query        *completed becomes the ticket up to which all commands have completed. It may lag behind, but reaches the last
 *                       ticket when the stream is idle. Never blocks, and does not report failures, except that NXS_DEVICE_LOST says that
 *                       nothing runs on the device any more and the plugin, too, is done with what the stream's commands use: it is then
 *                       given back.
 * Event: a 64-bit value that only grows, starting at `initial`.
 *   event_create, event_destroy
 *                       The caller owns the event. Destroying one that a stream still waits for is excluded by the core. When nothing is
 *                       left that could raise an event, the core calls event_fail for what waits for it.
 *   event_signal        Raises the value from the host. A value that is not above the present one is NXS_INVALID_ARGUMENT.
 *   event_wait          Blocks until the value is reached; NXS_TIMEOUT after timeout_ns nanoseconds; the failing status if the command that
 *                       was to signal it failed.
 *   event_query         The present value, or the failing status. Never blocks.
 *   event_notify        Calls back once, on any thread, when the value is reached or the event fails; at once if it is so already. Same
 *                       rules as nxs_host_call.
 * Schedule (optional; without it the core submits the commands of a schedule to the stream one by one)
 *   schedule_create     Compiles a list of commands to what the device replays best. The caller owns the schedule. Objects used by the
 *                       commands outlive it.
 *   schedule_destroy    Not called while a run is in flight.
 *   schedule_update     Replaces one command by another of the same kind. Runs in flight keep the old one.
 *   schedule_run        Like stream_submit with the schedule's commands; counts as one command for tickets.
 * Later additions
 *   event_fail          Makes every wait of the host or of a stream for a value that is not reached fail with `status` and the message
 *                       (copied), and calls back those of event_notify. If the event has failed already, the first failure stays. Without
 *                       this entry the core cannot pass on a failure of another device, and what waits for an event that its program has
 *                       dropped is parked until the process ends; it says so with a warning.
 *   schedule_times      Durations in nanoseconds, as the device measured them, of the first `count` commands of the last completed run with
 *                       NXS_SUBMIT_TIMED. NXS_NOT_FOUND if there was none. Without this entry the core measures with
 *                       timestamps, or with host calls where there are none. */
#define NXS_PLUGIN_ENTRIES(NXS_ENTRY)                                                                                            \
  NXS_ENTRY(REQUIRED, runtime_open, (nxs_runtime * *runtime))                                                                    \
  NXS_ENTRY(REQUIRED, runtime_close, (nxs_runtime * runtime))                                                                    \
  NXS_ENTRY(REQUIRED, runtime_property, (nxs_runtime * runtime, uint32_t property, nxs_value * value))                           \
  NXS_ENTRY(REQUIRED, runtime_device_count, (nxs_runtime * runtime, uint32_t * count))                                           \
  NXS_ENTRY(REQUIRED, runtime_device, (nxs_runtime * runtime, uint32_t index, nxs_device * *device))                             \
  NXS_ENTRY(REQUIRED, device_property, (nxs_device * device, uint32_t property, nxs_value * value))                              \
  NXS_ENTRY(REQUIRED, buffer_create, (nxs_device * device, const nxs_buffer_desc* desc, nxs_buffer** buffer))                    \
  NXS_ENTRY(REQUIRED, buffer_destroy, (nxs_buffer * buffer))                                                                     \
  NXS_ENTRY(OPTIONAL, buffer_host_pointer, (nxs_buffer * buffer, void** pointer))                                                \
  NXS_ENTRY(OPTIONAL, buffer_device_pointer, (nxs_buffer * buffer, uint64_t * pointer))                                          \
  NXS_ENTRY(REQUIRED, library_create, (nxs_device * device, const nxs_library_desc* desc, nxs_library** library))                \
  NXS_ENTRY(REQUIRED, library_destroy, (nxs_library * library))                                                                  \
  NXS_ENTRY(REQUIRED, library_kernel_count, (nxs_library * library, uint32_t * count))                                           \
  NXS_ENTRY(REQUIRED, library_kernel_at, (nxs_library * library, uint32_t index, nxs_kernel * *kernel))                          \
  NXS_ENTRY(REQUIRED, library_kernel, (nxs_library * library, const char* name, nxs_kernel** kernel))                            \
  NXS_ENTRY(REQUIRED, kernel_info, (nxs_kernel * kernel, nxs_kernel_info * info))                                                \
  NXS_ENTRY(REQUIRED, stream_create, (nxs_device * device, nxs_stream * *stream))                                                \
  NXS_ENTRY(REQUIRED, stream_destroy, (nxs_stream * stream))                                                                     \
  NXS_ENTRY(REQUIRED, stream_submit, (nxs_stream * stream, const nxs_command* commands, uint32_t count, uint32_t flags, uint64_t* ticket)) \
  NXS_ENTRY(REQUIRED, stream_synchronize, (nxs_stream * stream, uint64_t timeout_ns))                                            \
  NXS_ENTRY(REQUIRED, stream_query, (nxs_stream * stream, uint64_t * completed))                                                 \
  NXS_ENTRY(REQUIRED, event_create, (nxs_device * device, uint64_t initial, nxs_event * *event))                                 \
  NXS_ENTRY(REQUIRED, event_destroy, (nxs_event * event))                                                                        \
  NXS_ENTRY(REQUIRED, event_signal, (nxs_event * event, uint64_t value))                                                         \
  NXS_ENTRY(REQUIRED, event_wait, (nxs_event * event, uint64_t value, uint64_t timeout_ns))                                      \
  NXS_ENTRY(REQUIRED, event_query, (nxs_event * event, uint64_t * value))                                                        \
  NXS_ENTRY(REQUIRED, event_notify, (nxs_event * event, uint64_t value, nxs_host_call call))                                     \
  NXS_ENTRY(OPTIONAL, schedule_create, (nxs_device * device, const nxs_command* commands, uint32_t count, nxs_schedule** schedule)) \
  NXS_ENTRY(OPTIONAL, schedule_destroy, (nxs_schedule * schedule))                                                               \
  NXS_ENTRY(OPTIONAL, schedule_update, (nxs_schedule * schedule, uint32_t index, const nxs_command* command))                    \
  NXS_ENTRY(OPTIONAL, schedule_run, (nxs_schedule * schedule, nxs_stream * stream, uint32_t flags, uint64_t* ticket))              \
  NXS_ENTRY(OPTIONAL, event_fail, (nxs_event * event, nxs_status status, const char* message))                                   \
  NXS_ENTRY(OPTIONAL, schedule_times, (nxs_schedule * schedule, uint64_t* nanoseconds, uint32_t count))

#define NXS_DECLARE_ENTRY(need, name, parameters) nxs_status(*name) parameters;
typedef struct nxs_plugin_table {
  NXS_PLUGIN_ENTRIES(NXS_DECLARE_ENTRY)
} nxs_plugin_table;

/* What nxsGetPlugin returns: static storage that lives as long as the library is loaded. struct_size counts the whole struct, table
 * included, so that it tells how many entries the plugin was built with. */
typedef struct nxs_plugin {
  size_t struct_size;
  uint32_t magic; /* NXS_PLUGIN_MAGIC */
  uint32_t abi_major;
  uint32_t abi_minor;
  uint32_t reserved;
  const char* name;    /* of the runtime: lower case letters, digits and '_' */
  const char* version; /* of the plugin */
  nxs_plugin_table table;
} nxs_plugin;

/* The one exported symbol. Called after loading, and again, maybe on several threads at once, if the process loads the plugin for another
 * system: always with the same host, which lives as long as the plugin is loaded. Returns NULL, after set_error, if the plugin cannot work
 * with this host at all. */
NXS_EXPORT const nxs_plugin* nxsGetPlugin(const nxs_host* host);
typedef const nxs_plugin* (*nxs_get_plugin_function)(const nxs_host* host);
#define NXS_GET_PLUGIN_SYMBOL "nxsGetPlugin"

#ifdef __cplusplus
}
#endif

#endif
