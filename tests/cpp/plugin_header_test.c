/* The plugin C-API as C99: the layout that every plugin ever built relies on. A line of this file changes only together with
 * NXS_ABI_MAJOR, except that the size of what may grow at its end follows a new NXS_ABI_MINOR. */
#include "plugin_header_test.h"

const layout_row layout_in_c[] = LAYOUT_ROWS;

#define STATIC_ASSERT(name, condition) typedef char static_assert_##name[(condition) ? 1 : -1]

STATIC_ASSERT(magic, NXS_PLUGIN_MAGIC == ('N' | 'X' << 8 | 'S' << 16 | '1' << 24));
STATIC_ASSERT(abi_major, NXS_ABI_MAJOR == 1);
STATIC_ASSERT(forever, NXS_FOREVER == UINT64_MAX);
STATIC_ASSERT(status_size, sizeof(nxs_status) == 4);

#define EXPECT_SIZE(type, size) STATIC_ASSERT(sizeof_##type, sizeof(type) == (size))
#define EXPECT_OFFSET(type, member, offset) STATIC_ASSERT(offset_##type##_##member, offsetof(type, member) == (offset))
/* Nothing may follow, not even padding beyond that of the struct's alignment of 8. */
#define EXPECT_LAST(type, member, size) \
  STATIC_ASSERT(last_##type##_##member, (offsetof(type, member) + (size) + 7) / 8 * 8 == sizeof(type))

#if UINTPTR_MAX == UINT64_MAX
EXPECT_SIZE(nxs_host, 32);
EXPECT_OFFSET(nxs_host, struct_size, 0);
EXPECT_OFFSET(nxs_host, abi_major, 8);
EXPECT_OFFSET(nxs_host, abi_minor, 12);
EXPECT_OFFSET(nxs_host, set_error, 16);
EXPECT_OFFSET(nxs_host, log, 24);
EXPECT_LAST(nxs_host, log, 8);

EXPECT_SIZE(nxs_value, 16);
EXPECT_OFFSET(nxs_value, type, 0);
EXPECT_OFFSET(nxs_value, count, 4);
EXPECT_OFFSET(nxs_value, as, 8);
EXPECT_LAST(nxs_value, as, 8);

EXPECT_SIZE(nxs_buffer_desc, 48);
EXPECT_OFFSET(nxs_buffer_desc, struct_size, 0);
EXPECT_OFFSET(nxs_buffer_desc, size, 8);
EXPECT_OFFSET(nxs_buffer_desc, host_pointer, 16);
EXPECT_OFFSET(nxs_buffer_desc, flags, 24);
EXPECT_OFFSET(nxs_buffer_desc, device_pointer, 32);
EXPECT_OFFSET(nxs_buffer_desc, producer_stream, 40);
EXPECT_LAST(nxs_buffer_desc, producer_stream, 8);

EXPECT_SIZE(nxs_library_desc, 56);
EXPECT_OFFSET(nxs_library_desc, struct_size, 0);
EXPECT_OFFSET(nxs_library_desc, path, 8);
EXPECT_OFFSET(nxs_library_desc, data, 16);
EXPECT_OFFSET(nxs_library_desc, size, 24);
EXPECT_OFFSET(nxs_library_desc, language, 32);
EXPECT_OFFSET(nxs_library_desc, options, 40);
EXPECT_OFFSET(nxs_library_desc, name, 48);
EXPECT_LAST(nxs_library_desc, name, 8);

EXPECT_SIZE(nxs_argument_info, 24);
EXPECT_OFFSET(nxs_argument_info, name, 0);
EXPECT_OFFSET(nxs_argument_info, kind, 8);
EXPECT_OFFSET(nxs_argument_info, dtype, 12);
EXPECT_OFFSET(nxs_argument_info, size, 16);
EXPECT_OFFSET(nxs_argument_info, access, 20);
EXPECT_LAST(nxs_argument_info, access, 4);

EXPECT_SIZE(nxs_kernel_info, 48);
EXPECT_OFFSET(nxs_kernel_info, struct_size, 0);
EXPECT_OFFSET(nxs_kernel_info, name, 8);
EXPECT_OFFSET(nxs_kernel_info, has_arguments, 16);
EXPECT_OFFSET(nxs_kernel_info, argument_count, 20);
EXPECT_OFFSET(nxs_kernel_info, arguments, 24);
EXPECT_OFFSET(nxs_kernel_info, shared_bytes, 32);
EXPECT_OFFSET(nxs_kernel_info, max_threads_per_block, 40);
EXPECT_LAST(nxs_kernel_info, max_threads_per_block, 4);

EXPECT_SIZE(nxs_argument, 32);
EXPECT_OFFSET(nxs_argument, kind, 0);
EXPECT_OFFSET(nxs_argument, size, 4);
EXPECT_OFFSET(nxs_argument, offset, 8);
EXPECT_OFFSET(nxs_argument, value, 16);
EXPECT_LAST(nxs_argument, value, 16);

EXPECT_SIZE(nxs_launch, 96);
EXPECT_OFFSET(nxs_launch, kernel, 0);
EXPECT_OFFSET(nxs_launch, arguments, 8);
EXPECT_OFFSET(nxs_launch, grid, 16);
EXPECT_OFFSET(nxs_launch, block, 40);
EXPECT_OFFSET(nxs_launch, shared_bytes, 64);
EXPECT_OFFSET(nxs_launch, argument_count, 72);
EXPECT_OFFSET(nxs_launch, flags, 76);
EXPECT_OFFSET(nxs_launch, cluster, 80);
EXPECT_OFFSET(nxs_launch, reserved, 92);
EXPECT_LAST(nxs_launch, reserved, 4);

EXPECT_SIZE(nxs_copy, 56);
EXPECT_OFFSET(nxs_copy, destination, 0);
EXPECT_OFFSET(nxs_copy, source, 8);
EXPECT_OFFSET(nxs_copy, host_destination, 16);
EXPECT_OFFSET(nxs_copy, host_source, 24);
EXPECT_OFFSET(nxs_copy, destination_offset, 32);
EXPECT_OFFSET(nxs_copy, source_offset, 40);
EXPECT_OFFSET(nxs_copy, size, 48);
EXPECT_LAST(nxs_copy, size, 8);

EXPECT_SIZE(nxs_fill, 48);
EXPECT_OFFSET(nxs_fill, buffer, 0);
EXPECT_OFFSET(nxs_fill, offset, 8);
EXPECT_OFFSET(nxs_fill, size, 16);
EXPECT_OFFSET(nxs_fill, pattern, 24);
EXPECT_OFFSET(nxs_fill, pattern_size, 40);
EXPECT_LAST(nxs_fill, pattern_size, 4);

EXPECT_SIZE(nxs_event_point, 16);
EXPECT_OFFSET(nxs_event_point, event, 0);
EXPECT_OFFSET(nxs_event_point, value, 8);

EXPECT_SIZE(nxs_host_call, 16);
EXPECT_OFFSET(nxs_host_call, function, 0);
EXPECT_OFFSET(nxs_host_call, user, 8);

EXPECT_SIZE(nxs_command, 168);
EXPECT_OFFSET(nxs_command, kind, 0);
EXPECT_OFFSET(nxs_command, reserved, 4);
EXPECT_OFFSET(nxs_command, as, 8);
EXPECT_LAST(nxs_command, as, 160);

EXPECT_OFFSET(nxs_plugin, struct_size, 0);
EXPECT_OFFSET(nxs_plugin, magic, 8);
EXPECT_OFFSET(nxs_plugin, abi_major, 12);
EXPECT_OFFSET(nxs_plugin, abi_minor, 16);
EXPECT_OFFSET(nxs_plugin, reserved, 20);
EXPECT_OFFSET(nxs_plugin, name, 24);
EXPECT_OFFSET(nxs_plugin, version, 32);
EXPECT_OFFSET(nxs_plugin, table, 40);
#endif
EXPECT_LAST(nxs_plugin, table, sizeof(nxs_plugin_table));

enum {
#define ENTRY_INDEX(need, name, parameters) INDEX_##name,
  NXS_PLUGIN_ENTRIES(ENTRY_INDEX)
#undef ENTRY_INDEX
      ENTRY_COUNT
};

#define EXPECT_ENTRY(need, name, parameters) \
  STATIC_ASSERT(position_of_##name, offsetof(nxs_plugin_table, name) == INDEX_##name * sizeof(void*));
NXS_PLUGIN_ENTRIES(EXPECT_ENTRY)
EXPECT_SIZE(nxs_plugin_table, ENTRY_COUNT * sizeof(void*));

/* Of ABI 1.0; later entries only follow. */
EXPECT_OFFSET(nxs_plugin_table, runtime_open, 0 * sizeof(void*));
EXPECT_OFFSET(nxs_plugin_table, runtime_close, 1 * sizeof(void*));
EXPECT_OFFSET(nxs_plugin_table, runtime_property, 2 * sizeof(void*));
EXPECT_OFFSET(nxs_plugin_table, runtime_device_count, 3 * sizeof(void*));
EXPECT_OFFSET(nxs_plugin_table, runtime_device, 4 * sizeof(void*));
EXPECT_OFFSET(nxs_plugin_table, device_property, 5 * sizeof(void*));
EXPECT_OFFSET(nxs_plugin_table, buffer_create, 6 * sizeof(void*));
EXPECT_OFFSET(nxs_plugin_table, buffer_destroy, 7 * sizeof(void*));
EXPECT_OFFSET(nxs_plugin_table, buffer_host_pointer, 8 * sizeof(void*));
EXPECT_OFFSET(nxs_plugin_table, buffer_device_pointer, 9 * sizeof(void*));
EXPECT_OFFSET(nxs_plugin_table, library_create, 10 * sizeof(void*));
EXPECT_OFFSET(nxs_plugin_table, library_destroy, 11 * sizeof(void*));
EXPECT_OFFSET(nxs_plugin_table, library_kernel_count, 12 * sizeof(void*));
EXPECT_OFFSET(nxs_plugin_table, library_kernel_at, 13 * sizeof(void*));
EXPECT_OFFSET(nxs_plugin_table, library_kernel, 14 * sizeof(void*));
EXPECT_OFFSET(nxs_plugin_table, kernel_info, 15 * sizeof(void*));
EXPECT_OFFSET(nxs_plugin_table, stream_create, 16 * sizeof(void*));
EXPECT_OFFSET(nxs_plugin_table, stream_destroy, 17 * sizeof(void*));
EXPECT_OFFSET(nxs_plugin_table, stream_submit, 18 * sizeof(void*));
EXPECT_OFFSET(nxs_plugin_table, stream_synchronize, 19 * sizeof(void*));
EXPECT_OFFSET(nxs_plugin_table, stream_query, 20 * sizeof(void*));
EXPECT_OFFSET(nxs_plugin_table, event_create, 21 * sizeof(void*));
EXPECT_OFFSET(nxs_plugin_table, event_destroy, 22 * sizeof(void*));
EXPECT_OFFSET(nxs_plugin_table, event_signal, 23 * sizeof(void*));
EXPECT_OFFSET(nxs_plugin_table, event_wait, 24 * sizeof(void*));
EXPECT_OFFSET(nxs_plugin_table, event_query, 25 * sizeof(void*));
EXPECT_OFFSET(nxs_plugin_table, event_notify, 26 * sizeof(void*));
EXPECT_OFFSET(nxs_plugin_table, schedule_create, 27 * sizeof(void*));
EXPECT_OFFSET(nxs_plugin_table, schedule_destroy, 28 * sizeof(void*));
EXPECT_OFFSET(nxs_plugin_table, schedule_update, 29 * sizeof(void*));
EXPECT_OFFSET(nxs_plugin_table, schedule_run, 30 * sizeof(void*));
EXPECT_OFFSET(nxs_plugin_table, event_fail, 31 * sizeof(void*));
EXPECT_OFFSET(nxs_plugin_table, schedule_times, 32 * sizeof(void*));
EXPECT_LAST(nxs_plugin_table, schedule_times, sizeof(void*));

STATIC_ASSERT(command_kinds, NXS_COMMAND_LAUNCH == 1 && NXS_COMMAND_COPY == 2 && NXS_COMMAND_FILL == 3 && NXS_COMMAND_SIGNAL == 4 &&
                                 NXS_COMMAND_WAIT == 5 && NXS_COMMAND_HOST_CALL == 6);
STATIC_ASSERT(value_types, NXS_VALUE_STRING == 1 && NXS_VALUE_INT == 2 && NXS_VALUE_FLOAT == 3 && NXS_VALUE_STRING_VECTOR == 4 &&
                               NXS_VALUE_INT_VECTOR == 5 && NXS_VALUE_FLOAT_VECTOR == 6);
STATIC_ASSERT(argument_kinds, NXS_ARGUMENT_BUFFER == 1 && NXS_ARGUMENT_SCALAR == 2);
STATIC_ASSERT(access_kinds, NXS_ACCESS_UNKNOWN == 0 && NXS_ACCESS_READ == 1 && NXS_ACCESS_WRITE == 2 && NXS_ACCESS_READ_WRITE == 3);
STATIC_ASSERT(submit_flags, NXS_SUBMIT_INLINE == 1);

/* A value that occurs twice, or is the one for "none", is a duplicate case label and does not compile. */
const char* status_name_in_c(int32_t status) {
  switch (status) {
    case NXS_SUCCESS: return "Success";
#define NEXUS_STATUS(name, constant, value, python_base, meaning) \
  case NXS_##constant: return #name;
#include <nexus/status_table.h>
#undef NEXUS_STATUS
    default: return NULL;
  }
}

const char* property_name_in_c(uint32_t property) {
  switch (property) {
    case 0: return "none";
#define NEXUS_PROPERTY(id, name, type, change, unit, meaning) \
  case NXS_PROPERTY_##name: return #name;
#include <nexus/property_table.h>
#undef NEXUS_PROPERTY
    default: return NULL;
  }
}

const char* dtype_name_in_c(uint32_t dtype) {
  switch (dtype) {
    case NXS_DTYPE_UNKNOWN: return "Unknown";
#define NEXUS_DTYPE(name, code, numpy, short_name, bits, dlpack, format) \
  case NXS_DTYPE_##name: return #name;
#include <nexus/dtype_table.h>
#undef NEXUS_DTYPE
    default: return NULL;
  }
}
