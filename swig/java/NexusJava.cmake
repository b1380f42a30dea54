# The Java package nexus: libnexus_java.so and nexus.jar, side by side in <build tree>/java.
find_package(Java 17 COMPONENTS Development)
if(Java_JAVAC_EXECUTABLE AND NOT JAVA_HOME AND NOT DEFINED ENV{JAVA_HOME})
  # JNI's headers from the same JDK.
  file(REAL_PATH "${Java_JAVAC_EXECUTABLE}" javac)
  cmake_path(GET javac PARENT_PATH java_home)
  cmake_path(GET java_home PARENT_PATH JAVA_HOME)
endif()
find_package(JNI COMPONENTS JVM)
if(NOT Java_Development_FOUND OR NOT JAVA_INCLUDE_PATH)
  message(FATAL_ERROR "A JDK of version 17 or later was not found. Install one (Debian: default-jdk-headless), set JAVA_HOME, or "
    "build without Java (-DNEXUS_BUILD_JAVA=OFF).")
endif()

include(java/Tables.cmake)

set(NEXUS_JAVA_OUTPUT_DIR "${CMAKE_BINARY_DIR}/java")
set(NEXUS_JAR "${NEXUS_JAVA_OUTPUT_DIR}/nexus.jar")
set(generated "${CMAKE_CURRENT_BINARY_DIR}/java")

# One exception class for each status.
foreach(row IN LISTS NEXUS_STATUS_ROWS)
  string(REGEX MATCH "\\(([A-Za-z]+), [A-Z_]+, ([0-9]+), [A-Za-z]+, \"(.*)\"\\)" matched "${row}")
  set(name "${CMAKE_MATCH_1}")
  set(meaning "${CMAKE_MATCH_3}")
  string(APPEND cases "      case ${CMAKE_MATCH_2} -> new ${name}Exception(message, nativeCode);\n")
  configure_file(java/nexus/StatusException.java.in "${generated}/exceptions/${name}Exception.java" @ONLY)
endforeach()
configure_file(java/nexus/NexusException.java.in "${generated}/exceptions/NexusException.java" @ONLY)

# The class of the module's functions: `nexus` would hide the package.
set_property(SOURCE nexus.i PROPERTY SWIG_MODULE_NAME Nexus)
swig_add_library(nexus_java TYPE MODULE LANGUAGE java OUTPUT_DIR "${generated}/proxies" SOURCES nexus.i)
set_property(SOURCE nexus.i PROPERTY SWIG_MODULE_NAME)
file(GLOB java_sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/java/nexus/*.java")
set_target_properties(nexus_java PROPERTIES
  PREFIX lib
  LIBRARY_OUTPUT_DIRECTORY "${NEXUS_JAVA_OUTPUT_DIR}"
  INSTALL_RPATH "$ORIGIN/../.."
  LINK_DEPENDS "${java_sources}"
  SWIG_INCLUDE_DIRECTORIES "${NEXUS_SWIG_HEADERS}"
  SWIG_COMPILE_OPTIONS "-package;nexus")
target_include_directories(nexus_java PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}")
target_include_directories(nexus_java SYSTEM PRIVATE "${JAVA_INCLUDE_PATH}" "${JAVA_INCLUDE_PATH2}")
# SWIG's Java code keeps pointers in a jlong and reads them as pointers.
target_compile_options(nexus_java PRIVATE -fno-strict-aliasing -Wall -Wextra -Wno-unused-parameter -Wno-unused-function)
target_link_libraries(nexus_java PRIVATE nexus)

# After linking, because only then SWIG has written the proxies.
add_custom_command(TARGET nexus_java POST_BUILD
  COMMAND "${CMAKE_COMMAND}" "-Djavac=${Java_JAVAC_EXECUTABLE}" "-Djar=${Java_JAR_EXECUTABLE}" "-Doutput=${NEXUS_JAR}"
    "-Dclasses=${generated}/classes" "-Dfolders=${generated}/proxies,${generated}/exceptions,${CMAKE_CURRENT_SOURCE_DIR}/java/nexus"
    -P "${CMAKE_CURRENT_SOURCE_DIR}/java/make_jar.cmake"
  BYPRODUCTS "${NEXUS_JAR}"
  COMMENT "Compiling nexus.jar"
  VERBATIM)

set(java_destination "${CMAKE_INSTALL_LIBDIR}/nexus/java")
install(TARGETS nexus_java LIBRARY DESTINATION "${java_destination}")
install(FILES "${NEXUS_JAR}" DESTINATION "${java_destination}")
