# nlohmann/json.hpp: from a system package (Debian: nlohmann-json3-dev), or from the PyPI package nlohmann-json of the Python that builds.
if(NOT NLOHMANN_JSON_INCLUDE_DIR)
  find_package(Python 3.10 COMPONENTS Interpreter)
  if(Python_Interpreter_FOUND)
    execute_process(
      COMMAND "${Python_EXECUTABLE}" -c "import nlohmann_json, os; print(os.path.join(os.path.dirname(nlohmann_json.__file__), 'include'))"
      OUTPUT_VARIABLE from_pypi OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  endif()
  find_path(NLOHMANN_JSON_INCLUDE_DIR nlohmann/json.hpp HINTS "${from_pypi}")
endif()
if(NOT NLOHMANN_JSON_INCLUDE_DIR)
  message(FATAL_ERROR "nlohmann/json.hpp was not found. Install it with 'pip install nlohmann-json' or 'apt-get install nlohmann-json3-dev'.")
endif()
