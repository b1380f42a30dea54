// A run-time compiler, as NVRTC or hipRTC, that compiles kernels for the fake driver with the host's C++ compiler.
//
// The text is preprocessed first, so that the kernels and their shared memory can be found in it, then compiled behind a prelude that declares what device
// code expects.
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <vector>

#ifdef NEXUS_FAKE_HIP
#define FAKE(name) extern "C" __attribute__((visibility("default"))) int hiprtc##name
#define FAKE_CODE(name) extern "C" __attribute__((visibility("default"))) int hiprtcGetCode##name
constexpr const char* targetMacro = "-D__HIPCC_RTC__=1";
#else
#define FAKE(name) extern "C" __attribute__((visibility("default"))) int nvrtc##name
#define FAKE_CODE(name) extern "C" __attribute__((visibility("default"))) int nvrtcGetCUBIN##name
constexpr const char* targetMacro = "-D__CUDACC_RTC__=1";
#endif

namespace {

constexpr int failed = 6;
constexpr const char* prelude =
#include "prelude.inc"
    ;

struct Program {
  std::string source, log, code;
};

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

struct Folder {
  std::filesystem::path path;
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "fake-gpu-XXXXXX").string();
    if (mkdtemp(name.data())) path = name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    if (!path.empty()) std::filesystem::remove_all(path, ignored);
  }
};

bool run(const std::vector<std::string>& command, const std::filesystem::path& log) {
  const pid_t child = fork();
  if (child == 0) {
    if (!std::freopen(log.c_str(), "w", stderr)) _exit(127);
    std::vector<char*> arguments;
    for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    execvp(arguments[0], arguments.data());
    _exit(127);
  }
  int status = 0;
  return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// From the brace that opens at or behind `at` to its partner; "" for a declaration.
std::string bodyAt(const std::string& text, std::size_t at) {
  const std::size_t open = text.find_first_of("{;", at);
  if (open == std::string::npos || text[open] == ';') return "";
  int depth = 0;
  for (std::size_t i = open; i < text.size(); ++i) {
    depth += text[i] == '{' ? 1 : text[i] == '}' ? -1 : 0;
    if (depth == 0) return text.substr(open, i - open + 1);
  }
  return "";
}

std::string translate(const std::string& text) {
  static const std::regex dynamicShared(
      R"(extern\s+__shared__\s+(?:__attribute__\s*\(\(aligned\(\d+\)\)\)\s*)?([\w\s]+?)\s+(\w+)\s*\[\s*\]\s*;)");
  static const std::regex kernel(
      R"(__global__\s+(?:__launch_bounds__\s*\([^)]*\)\s*)?void\s+(?:__launch_bounds__\s*\([^)]*\)\s*)?(\w+)\s*\()");
  std::set<std::string> kernels, withBarrier;
  for (std::sregex_iterator found(text.begin(), text.end(), kernel), end; found != end; ++found) {
    kernels.insert((*found)[1]);
    if (bodyAt(text, static_cast<std::size_t>(found->position())).find("__syncthreads") != std::string::npos)
      withBarrier.insert((*found)[1]);
  }
  std::string result = prelude;
  result += std::regex_replace(text, dynamicShared, "\n#define $2 (reinterpret_cast<$1*>(fake_dynamic_shared))\n");
  result += "\nextern \"C\" {\n";
  std::string names;
  for (const std::string& name : kernels) {
    result += "fake_signature<decltype(" + name + ")>::Sizes fake_sizes_" + name + " = fake_signature<decltype(" + name +
              ")>::sizes();\n";
    result += "void fake_call_" + name + "(void** p) { fake_signature<decltype(" + name + ")>::call(" + name +
              ", p, fake_signature<decltype(" + name + ")>::All()); }\n";
    result += "int fake_barrier_" + name + " = " + (withBarrier.count(name) ? "1" : "0") + ";\n";
    names += "\"" + name + "\", ";
  }
  return result + "const char* fake_kernels[] = {" + names + "nullptr};\n}\n";
}

}  // namespace

FAKE(Version)(int* major, int* minor) {
  *major = 13;
  *minor = 0;
  return 0;
}
extern "C" __attribute__((visibility("default"))) const char*
#ifdef NEXUS_FAKE_HIP
hiprtcGetErrorString(int result) {
#else
nvrtcGetErrorString(int result) {
#endif
  return result == failed ? "FAKE_ERROR_COMPILATION" : "FAKE_ERROR";
}
FAKE(CreateProgram)(Program** program, const char* source, const char*, int, const char* const*, const char* const*) {
  *program = new Program{source, "", ""};
  return 0;
}
FAKE(DestroyProgram)(Program** program) {
  delete *program;
  *program = nullptr;
  return 0;
}
FAKE(CompileProgram)(Program* program, int count, const char* const* options) {
  const Folder folder;
  const char* const chosen = std::getenv("CXX");
  const std::string compiler = chosen ? chosen : "c++";
  const std::filesystem::path source = folder.path / "kernel.cpp", flat = folder.path / "flat.cpp",
                              code = folder.path / "kernel.so", log = folder.path / "log";
  std::ofstream(source) << "#line 1 \"kernel.cu\"\n" << program->source << "\n";
  std::vector<std::string> preprocess = {compiler, "-std=c++17", "-E", "-w", targetMacro};
  for (int i = 0; i < count; ++i) {
    const std::string option = options[i];
    if (option.starts_with("-D") || option.starts_with("-I"))
      preprocess.push_back(option);
    else if (option.starts_with("--include-path="))
      preprocess.push_back("-I" + option.substr(15));
    else if (!option.starts_with("--gpu-architecture=") && !option.starts_with("--offload-arch=") &&
             !option.starts_with("--std=") && !option.starts_with("-std=")) {
      program->log = "error: unrecognized option " + option;
      return failed;
    }
  }
  preprocess.insert(preprocess.end(), {source.string(), "-o", flat.string()});
  if (!run(preprocess, log)) {
    program->log = read(log);
    return failed;
  }
  const std::string text = translate(read(flat));
  std::ofstream(flat) << text;
  const bool isBuilt = run({compiler, "-std=c++17", "-O1", "-w", "-shared", "-fPIC", "-fno-builtin", "-Wl,-Bsymbolic",
                            flat.string(), "-o", code.string(), "-lm"},
                           log);
  program->log = read(log);
  program->code = read(code);
  return isBuilt ? 0 : failed;
}
FAKE(GetProgramLogSize)(Program* program, std::size_t* size) {
  *size = program->log.size() + 1;
  return 0;
}
FAKE(GetProgramLog)(Program* program, char* text) {
  std::memcpy(text, program->log.c_str(), program->log.size() + 1);
  return 0;
}
FAKE_CODE(Size)(Program* program, std::size_t* size) {
  *size = program->code.size();
  return 0;
}
FAKE_CODE()(Program* program, char* code) {
  std::memcpy(code, program->code.data(), program->code.size());
  return 0;
}
