# The X-macro tables of the public headers, for SWIG and CMake.

# SWIG follows no #include, so that an enumeration made from a table would be empty. NEXUS_SWIG_HEADERS is a folder with copies of
# such headers that contain their table, to be searched first.
set(NEXUS_SWIG_HEADERS "${CMAKE_CURRENT_BINARY_DIR}/headers")
function(nexus_expand_table header table)
  set(public "${PROJECT_SOURCE_DIR}/include/nexus")
  file(READ "${public}/${header}" text)
  file(READ "${public}/${table}" rows)
  string(REPLACE "#include <nexus/${table}>" "${rows}" text "${text}")
  file(CONFIGURE OUTPUT "${NEXUS_SWIG_HEADERS}/nexus/${header}" CONTENT "${text}" @ONLY)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${public}/${header}" "${public}/${table}")
endfunction()
nexus_expand_table(dtype.h dtype_table.h)
nexus_expand_table(property.h property_table.h)

# The rows of the table of statuses.
file(STRINGS "${PROJECT_SOURCE_DIR}/include/nexus/status_table.h" NEXUS_STATUS_ROWS REGEX "^NEXUS_STATUS")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/include/nexus/status_table.h")
