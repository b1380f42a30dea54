# The Ruby module: nexus.so with nexus.rb beside it, in <build tree>/ruby.
find_package(Ruby 3.0)
if(NOT Ruby_FOUND OR NOT Ruby_INCLUDE_DIRS)
  message(FATAL_ERROR "The headers of Ruby 3.0 or later were not found. Install them (Debian: ruby-dev), choose a Ruby with "
    "-DRuby_EXECUTABLE=..., or build without Ruby (-DNEXUS_BUILD_RUBY=OFF).")
endif()

set(NEXUS_RUBY_OUTPUT_DIR "${CMAKE_BINARY_DIR}/ruby")
swig_add_library(nexus_ruby TYPE MODULE LANGUAGE ruby OUTPUT_DIR "${CMAKE_CURRENT_BINARY_DIR}/ruby" SOURCES nexus.i)
set_target_properties(nexus_ruby PROPERTIES
  PREFIX ""
  OUTPUT_NAME nexus
  LIBRARY_OUTPUT_DIRECTORY "${NEXUS_RUBY_OUTPUT_DIR}"
  INSTALL_RPATH "$ORIGIN/../..")
target_include_directories(nexus_ruby PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}")
target_include_directories(nexus_ruby SYSTEM PRIVATE ${Ruby_INCLUDE_DIRS})
target_compile_options(nexus_ruby PRIVATE -Wall -Wextra -Wno-unused-parameter -Wno-unused-function
  -Wno-missing-field-initializers -Wno-maybe-uninitialized)
target_link_libraries(nexus_ruby PRIVATE nexus)

foreach(file IN ITEMS nexus.rb nexus/elements.rb)
  cmake_path(GET file PARENT_PATH folder)
  configure_file("ruby/${file}" "${NEXUS_RUBY_OUTPUT_DIR}/${file}" COPYONLY)
  install(FILES "ruby/${file}" DESTINATION "${CMAKE_INSTALL_LIBDIR}/nexus/ruby/${folder}")
endforeach()
install(TARGETS nexus_ruby LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}/nexus/ruby")
