/* Layout of the plugin C-API as one language's compiler sees it. */
#ifndef NEXUS_TESTS_PLUGIN_HEADER_TEST_H
#define NEXUS_TESTS_PLUGIN_HEADER_TEST_H

#include <nexus/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct layout_row {
  const char* what;
  size_t value;
} layout_row;

/* As C99 sees it. Ends with a row whose `what` is NULL. */
extern const layout_row layout_in_c[];

/* Name in the C++ API of a value of the C enums; NULL if there is none. */
const char* status_name_in_c(int32_t status);
const char* property_name_in_c(uint32_t property);
const char* dtype_name_in_c(uint32_t dtype);

#define SIZE_ROW(type) {"sizeof " #type, sizeof(type)}
#define OFFSET_ROW(type, member) {"offsetof " #type "." #member, offsetof(type, member)}
#define ENTRY_ROW(need, name, parameters) OFFSET_ROW(nxs_plugin_table, name),

#define LAYOUT_ROWS                                       \
  {                                                       \
      SIZE_ROW(nxs_host),                                 \
      OFFSET_ROW(nxs_host, log),                          \
      SIZE_ROW(nxs_value),                                \
      OFFSET_ROW(nxs_value, as),                          \
      SIZE_ROW(nxs_buffer_desc),                          \
      OFFSET_ROW(nxs_buffer_desc, producer_stream),       \
      SIZE_ROW(nxs_library_desc),                         \
      OFFSET_ROW(nxs_library_desc, name),                 \
      SIZE_ROW(nxs_argument_info),                        \
      OFFSET_ROW(nxs_argument_info, access),              \
      SIZE_ROW(nxs_kernel_info),                          \
      OFFSET_ROW(nxs_kernel_info, max_threads_per_block), \
      SIZE_ROW(nxs_argument),                             \
      OFFSET_ROW(nxs_argument, value),                    \
      SIZE_ROW(nxs_launch),                               \
      OFFSET_ROW(nxs_launch, cluster),                    \
      SIZE_ROW(nxs_copy),                                 \
      OFFSET_ROW(nxs_copy, size),                         \
      SIZE_ROW(nxs_fill),                                 \
      OFFSET_ROW(nxs_fill, pattern_size),                 \
      SIZE_ROW(nxs_event_point),                          \
      OFFSET_ROW(nxs_event_point, value),                 \
      SIZE_ROW(nxs_host_call),                            \
      OFFSET_ROW(nxs_host_call, user),                    \
      SIZE_ROW(nxs_command),                              \
      OFFSET_ROW(nxs_command, as),                        \
      SIZE_ROW(nxs_plugin_table),                         \
      SIZE_ROW(nxs_plugin),                               \
      OFFSET_ROW(nxs_plugin, table),                      \
      NXS_PLUGIN_ENTRIES(ENTRY_ROW){NULL, 0},             \
  }

#ifdef __cplusplus
}
#endif

#endif
