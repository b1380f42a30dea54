include(GoogleTest)

# nexus_discover_tests(<target> PREFIX <prefix> [TIMEOUT <seconds>] [LABELS <label>...] [ENVIRONMENT <name=value>...]
#                      [ENVIRONMENT_MODIFICATION <name=operation:value>...]): every GoogleTest of a program, through ctest.
# Up to CMake 3.25 at least, gtest_discover_tests takes only the first item of a list that is the value of a property. So what may be a list is set
# behind it, for the tests that it has found.
function(nexus_discover_tests target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "PREFIX;TIMEOUT" "LABELS;ENVIRONMENT;ENVIRONMENT_MODIFICATION")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "nexus_discover_tests(${target}): unknown arguments: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  gtest_discover_tests(${target} TEST_PREFIX "${arg_PREFIX}" DISCOVERY_TIMEOUT 60 TEST_LIST ${target}_tests)
  set(settings "")
  foreach(property IN ITEMS TIMEOUT LABELS ENVIRONMENT ENVIRONMENT_MODIFICATION)
    if(arg_${property})
      string(APPEND settings "\n  ${property} [==[${arg_${property}}]==]")
    endif()
  endforeach()
  if(NOT settings)
    return()
  endif()
  set(file "${CMAKE_CURRENT_BINARY_DIR}/${target}_properties.cmake")
  # Before the program is built there is no such list.
  file(CONFIGURE OUTPUT "${file}" @ONLY CONTENT "if(@target@_tests)
  set_tests_properties(\${@target@_tests} PROPERTIES@settings@)
endif()
")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${file}")
endfunction()
