#include "library_folders.h"

#include <glob.h>
#include <link.h>

#include <algorithm>
#include <cstdlib>

namespace nexus::gpu_plugin {

namespace {

int noteFolder(dl_phdr_info* info, std::size_t, void* data) {
  auto& folders = *static_cast<std::vector<std::string>*>(data);
  const std::string path = info->dlpi_name ? info->dlpi_name : "";
  for (const char* marker : {"/site-packages/", "/dist-packages/"}) {
    const std::size_t at = path.find(marker);
    if (at == std::string::npos) continue;
    const std::string folder = path.substr(0, at + std::string(marker).size() - 1);
    if (std::find(folders.begin(), folders.end(), folder) == folders.end()) folders.push_back(folder);
  }
  return 0;
}

}  // namespace

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

std::vector<std::string> findBelow(const std::vector<std::string>& folders, const std::string& pattern) {
  std::vector<std::string> found;
  for (const std::string& folder : folders) {
    glob_t matches = {};
    if (glob((folder + "/" + pattern).c_str(), 0, nullptr, &matches) == 0)
      for (std::size_t i = matches.gl_pathc; i-- > 0;) found.emplace_back(matches.gl_pathv[i]);
    globfree(&matches);
  }
  return found;
}

std::vector<std::string> sitePackages() {
  std::vector<std::string> folders;
  dl_iterate_phdr(noteFolder, &folders);
  if (const std::string environmentFolder = environment("VIRTUAL_ENV"); !environmentFolder.empty())
    for (std::string& folder : findBelow({environmentFolder}, "lib/python3*/site-packages"))
      if (std::find(folders.begin(), folders.end(), folder) == folders.end()) folders.push_back(std::move(folder));
  return folders;
}

}  // namespace nexus::gpu_plugin
