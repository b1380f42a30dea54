# Writes a C++ source that holds a header, with every header of Nexus that it includes in its place, as one text.
# cmake -DINCLUDE_DIR=<folder> -DHEADER=<nexus/kernel.h> -DFUNCTION=<nexus::plugin_support::kernelHeader> -DOUTPUT=<file> -P EmbedHeader.cmake
file(READ "${INCLUDE_DIR}/${HEADER}" text)
# The examples in comments show the same line.
while(text MATCHES "\n#include <(nexus/[a-z_/]+\\.h)>")
  set(included "${CMAKE_MATCH_1}")
  file(READ "${INCLUDE_DIR}/${included}" inner)
  string(REPLACE "\n#include <${included}>" "\n${inner}" text "${text}")
endwhile()
string(REGEX MATCH "^(.*)::([A-Za-z]+)$" matched "${FUNCTION}")
file(WRITE "${OUTPUT}" "#include <string_view>\n\nnamespace ${CMAKE_MATCH_1} {\n\nstd::string_view ${CMAKE_MATCH_2}() noexcept {\n  return R\"header(${text})header\";\n}\n\n}  // namespace ${CMAKE_MATCH_1}\n")
