#include "shared_object.h"

#include "plugins/support/plugin_error.h"
#include "plugins/support/shared_object_file.h"

#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <tuple>

namespace nexus::cpu_plugin {

using plugin_support::PluginError;

namespace {

constexpr int loadFlags = RTLD_NOW | RTLD_LOCAL;

/// What tells two versions of a file apart.
struct FileVersion {
  dev_t device = 0;
  ino_t inode = 0;
  std::int64_t size = 0, seconds = 0, nanoseconds = 0;
  bool operator==(const FileVersion&) const = default;
};

FileVersion versionOf(const std::string& path) {
  struct stat facts{};
  if (stat(path.c_str(), &facts) != 0)
    throw PluginError(NXS_UNAVAILABLE, "cannot open '" + path + "': " + std::strerror(errno), errno);
  if (S_ISDIR(facts.st_mode)) throw PluginError(NXS_UNAVAILABLE, "cannot open '" + path + "': it is a directory", EISDIR);
  return {facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec};
}

[[noreturn]] void throwLoaderError() {
  const char* words = dlerror();
  throw PluginError(NXS_UNAVAILABLE, words ? words : "dlopen failed without a reason");
}

std::shared_ptr<void> open(const std::string& path) {
  void* opened = dlopen(path.c_str(), loadFlags);
  if (!opened) throwLoaderError();
  return std::shared_ptr<void>(opened, dlclose);
}

/// Versions of the files that were opened by their paths.
struct OpenedFiles {
  std::mutex mutex;
  std::map<std::string, FileVersion> versions;
};
OpenedFiles& openedFiles() {
  static OpenedFiles files;
  return files;
}

struct FileDescriptor {
  int number;
  explicit FileDescriptor(int n) : number(n) {}
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() {
    if (number >= 0) close(number);
  }
};

}  // namespace

std::shared_ptr<void> openSharedObject(const std::string& path) {
  const FileVersion version = versionOf(path);
  char resolved[PATH_MAX];
  if (!realpath(path.c_str(), resolved))
    throw PluginError(NXS_UNAVAILABLE, "cannot open '" + path + "': " + std::strerror(errno), errno);

  if (const std::string fault = plugin_support::findSharedObjectFault(resolved); !fault.empty())
    throw PluginError(NXS_UNAVAILABLE, "cannot open '" + path + "': " + fault);

  OpenedFiles& files = openedFiles();
  std::lock_guard lock(files.mutex);
  if (void* present = dlopen(resolved, loadFlags | RTLD_NOLOAD)) {
    const std::shared_ptr<void> opened(present, dlclose);
    const auto known = files.versions.find(resolved);
    if (known != files.versions.end() && !(known->second == version)) {
      std::ifstream file(resolved, std::ios::binary);
      const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
      return openSharedObject(bytes.data(), bytes.size());
    }
  }
  std::shared_ptr<void> opened = open(resolved);
  files.versions[resolved] = version;
  return opened;
}

std::shared_ptr<void> openSharedObject(const void* data, std::size_t size) {
  // The descriptor stays open as long as the object is loaded: its number is part of the name by which the loader tells objects apart.
  auto memory = std::make_shared<FileDescriptor>(memfd_create("nexus-kernels", MFD_CLOEXEC));
  if (memory->number < 0)
    throw PluginError(NXS_UNAVAILABLE, std::string("cannot make a file in memory: ") + std::strerror(errno), errno);
  for (std::size_t done = 0; done < size;) {
    const ssize_t written = write(memory->number, static_cast<const char*>(data) + done, size - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0)
      throw PluginError(NXS_OUT_OF_MEMORY, std::string("cannot fill a file in memory: ") + std::strerror(errno), errno);
    done += static_cast<std::size_t>(written);
  }
  const std::string path = "/proc/self/fd/" + std::to_string(memory->number);
  if (const std::string fault = plugin_support::findSharedObjectFault(path); !fault.empty())
    throw PluginError(NXS_UNAVAILABLE, fault);
  void* opened = dlopen(path.c_str(), loadFlags);
  if (!opened) throwLoaderError();
  return std::shared_ptr<void>(opened, [memory, path](void* object) {
    dlclose(object);
    // Some objects are never unloaded, those with unique symbols for one. Then the name stays taken.
    if (dlopen(path.c_str(), loadFlags | RTLD_NOLOAD)) memory->number = -1;
  });
}

void* findFunction(void* sharedObject, const char* name) {
  void* address = dlsym(sharedObject, name);
  if (!address) return nullptr;
  Dl_info info{};
  const ElfW(Sym)* symbol = nullptr;
  link_map *owner = nullptr, *self = nullptr;
  if (!dladdr1(address, &info, reinterpret_cast<void**>(const_cast<ElfW(Sym)**>(&symbol)), RTLD_DL_SYMENT) || !symbol ||
      ELF64_ST_TYPE(symbol->st_info) != STT_FUNC)
    return nullptr;
  if (!dladdr1(address, &info, reinterpret_cast<void**>(&owner), RTLD_DL_LINKMAP)) return nullptr;
  return dlinfo(sharedObject, RTLD_DI_LINKMAP, &self) == 0 && owner == self ? address : nullptr;
}

}  // namespace nexus::cpu_plugin
