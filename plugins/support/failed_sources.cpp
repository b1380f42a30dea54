#include "failed_sources.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <vector>

namespace nexus::plugin_support {

namespace fs = std::filesystem;

namespace {
constexpr std::size_t keptFailures = 20;
}

void forgetOldestFailures(const std::string& cacheFolder) {
  std::vector<std::pair<fs::file_time_type, fs::path>> folders;
  std::error_code error;
  for (fs::directory_iterator i(fs::path(cacheFolder) / "failed", error), end; !error && i != end; i.increment(error))
    folders.emplace_back(fs::last_write_time(i->path(), error), i->path());
  std::sort(folders.begin(), folders.end());
  for (std::size_t i = 0; i + keptFailures < folders.size(); ++i) fs::remove_all(folders[i].second, error);
}

std::string keepFailedSource(const std::string& cacheFolder, const std::string& digest, std::string_view name,
                             std::string_view extension, std::string_view source) {
  if (cacheFolder.empty()) return "";
  const fs::path folder = fs::path(cacheFolder) / "failed" / digest.substr(0, 16);
  std::string fileName = fs::path(name).filename().string();
  if (fileName.empty() || fileName == "." || fileName == "..") fileName = "source";
  if (fileName.find('.') == std::string::npos) fileName += extension;
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return "";
  std::ofstream file(folder / fileName, std::ios::binary);
  file << source;
  file.close();
  if (!file) return "";
  forgetOldestFailures(cacheFolder);
  return (folder / fileName).string();
}

}  // namespace nexus::plugin_support
