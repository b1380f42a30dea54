# The extension module nexus/_nexus and, in the build tree, a package around it: PYTHONPATH=<build tree>/python.
find_package(Python 3.10 COMPONENTS Interpreter Development.Module)
if(NOT Python_Development.Module_FOUND)
  message(FATAL_ERROR "The headers of Python 3.10 or later were not found. Install them (Debian: python3-dev), choose a Python with "
    "-DPython_EXECUTABLE=..., or build without Python (-DNEXUS_BUILD_PYTHON=OFF).")
endif()

# dlpack/dlpack.h: from a system package, or from the PyPI package apache-tvm-ffi.
if(NOT DLPACK_INCLUDE_DIR)
  execute_process(
    COMMAND "${Python_EXECUTABLE}" -c
      "import importlib.util as u, os; print(os.path.join(os.path.dirname(u.find_spec('tvm_ffi').origin), 'include'))"
    OUTPUT_VARIABLE from_pypi OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  find_path(DLPACK_INCLUDE_DIR dlpack/dlpack.h HINTS "${from_pypi}")
endif()
if(NOT DLPACK_INCLUDE_DIR)
  message(FATAL_ERROR "dlpack/dlpack.h was not found. Install it with 'pip install apache-tvm-ffi' or 'apt-get install libdlpack-dev', or build "
    "without Python (-DNEXUS_BUILD_PYTHON=OFF).")
endif()

set(NEXUS_PYTHON_OUTPUT_DIR "${CMAKE_BINARY_DIR}/python/nexus")
set_property(SOURCE nexus.i APPEND PROPERTY COMPILE_OPTIONS -builtin -O -threads)
swig_add_library(nexus_python TYPE MODULE LANGUAGE python OUTPUT_DIR "${CMAKE_CURRENT_BINARY_DIR}/python" SOURCES nexus.i)
set_target_properties(nexus_python PROPERTIES
  OUTPUT_NAME nexus
  SUFFIX ".${Python_SOABI}${CMAKE_SHARED_MODULE_SUFFIX}"
  LIBRARY_OUTPUT_DIRECTORY "${NEXUS_PYTHON_OUTPUT_DIR}"
  INSTALL_RPATH "$ORIGIN/lib"
  SWIG_USE_TARGET_INCLUDE_DIRECTORIES ON)
target_include_directories(nexus_python PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}/python")
# SWIG's types in Python are otherwise shared with the modules of others.
target_compile_definitions(nexus_python PRIVATE SWIG_TYPE_TABLE=nexus)
target_include_directories(nexus_python SYSTEM PRIVATE "${DLPACK_INCLUDE_DIR}")
# SWIG leaves parameters unused; GCC 12 sees overlaps in std::string that cannot be.
target_compile_options(nexus_python PRIVATE -Wall -Wextra -Wno-unused-parameter -Wno-restrict)
target_link_libraries(nexus_python PRIVATE nexus Python::Module)

# The package's Python files, and headers and CMake package where nexus.include_dir() and nexus.cmake_dir() tell that they are.
set(package_source "${PROJECT_SOURCE_DIR}/python/nexus")
file(GLOB_RECURSE python_files CONFIGURE_DEPENDS RELATIVE "${package_source}" "${package_source}/*.py" "${package_source}/*.pyi" "${package_source}/*.html" "${package_source}/py.typed")
file(GLOB_RECURSE headers RELATIVE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/include/*.h")
foreach(file IN LISTS python_files)
  cmake_path(GET file PARENT_PATH folder)
  file(MAKE_DIRECTORY "${NEXUS_PYTHON_OUTPUT_DIR}/${folder}")
  file(CREATE_LINK "${package_source}/${file}" "${NEXUS_PYTHON_OUTPUT_DIR}/${file}" SYMBOLIC)
endforeach()
foreach(file IN LISTS headers)
  cmake_path(GET file PARENT_PATH folder)
  file(MAKE_DIRECTORY "${NEXUS_PYTHON_OUTPUT_DIR}/${folder}")
  file(CREATE_LINK "${PROJECT_SOURCE_DIR}/${file}" "${NEXUS_PYTHON_OUTPUT_DIR}/${file}" SYMBOLIC)
endforeach()
# The CMake package of the build tree, where nexus.cmake_dir() looks for it.
file(MAKE_DIRECTORY "${NEXUS_PYTHON_OUTPUT_DIR}/lib/cmake/Nexus")
foreach(file NexusConfig.cmake NexusConfigVersion.cmake NexusTargets.cmake)
  file(CREATE_LINK "${CMAKE_BINARY_DIR}/${file}" "${NEXUS_PYTHON_OUTPUT_DIR}/lib/cmake/Nexus/${file}" SYMBOLIC)
endforeach()
file(CREATE_LINK "${CMAKE_BINARY_DIR}/include/nexus/version.h" "${NEXUS_PYTHON_OUTPUT_DIR}/include/nexus/version.h" SYMBOLIC)

if(SKBUILD)
  # Everything else of the wheel is installed by the same rules as anywhere, below the package's folder.
  install(TARGETS nexus_python LIBRARY DESTINATION .)
endif()
