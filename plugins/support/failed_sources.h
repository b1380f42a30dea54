#pragma once

#include <string>
#include <string_view>

namespace nexus::plugin_support {

/// Texts that did not compile are kept for the user in `<cacheFolder>/failed/<first digits of the digest>/`, those of the last 20
/// failures. Deletes what is older.
void forgetOldestFailures(const std::string& cacheFolder);

/// Keeps one. `name` is what the user calls the text; its last part becomes the file's name, followed by `extension` if it has
/// none. Returns the path of the file, "" if there is no cache or it cannot be written.
std::string keepFailedSource(const std::string& cacheFolder, const std::string& digest, std::string_view name,
                             std::string_view extension, std::string_view source);

}  // namespace nexus::plugin_support
