# Warnings and sanitizers for our own targets: nexus_compile_options(target).
function(nexus_compile_options target)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(${target} PRIVATE -Wno-restrict -Wno-stringop-overflow -Wno-array-bounds)  # false alarms on std::string: GCC bug 105651
  endif()
  target_compile_options(${target} PRIVATE -Wall -Wextra $<$<BOOL:${NEXUS_WERROR}>:-Werror>)
endfunction()

if(NEXUS_SANITIZE)
  add_compile_options(-fsanitize=${NEXUS_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${NEXUS_SANITIZE})
endif()
