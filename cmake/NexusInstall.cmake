# Install rules and the CMake package, which works from the build tree, an install prefix and the Python wheel alike.
include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/Nexus")

get_property(plugins GLOBAL PROPERTY NEXUS_PLUGINS)
install(TARGETS nexus ${plugins} nexus_plugin_headers EXPORT NexusTargets LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(DIRECTORY include/ DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(DIRECTORY database schema DESTINATION share/nexus FILES_MATCHING PATTERN "*.json")
install(FILES "${CMAKE_BINARY_DIR}/include/nexus/version.h" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/nexus")
install(EXPORT NexusTargets NAMESPACE Nexus:: DESTINATION "${package_dir}")

configure_package_config_file(cmake/NexusConfig.cmake.in "${CMAKE_BINARY_DIR}/NexusConfig.cmake" INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file("${CMAKE_BINARY_DIR}/NexusConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${CMAKE_BINARY_DIR}/NexusConfig.cmake" "${CMAKE_BINARY_DIR}/NexusConfigVersion.cmake" DESTINATION "${package_dir}")
export(EXPORT NexusTargets NAMESPACE Nexus:: FILE "${CMAKE_BINARY_DIR}/NexusTargets.cmake")

# The core library looks for the database in ../share/nexus: in the build tree as well.
file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/share/nexus")
foreach(folder database schema)
  file(CREATE_LINK "${PROJECT_SOURCE_DIR}/${folder}" "${CMAKE_BINARY_DIR}/share/nexus/${folder}" SYMBOLIC)
endforeach()
