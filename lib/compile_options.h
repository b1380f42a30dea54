#pragma once

#include <nexus/library.h>

namespace nexus::detail {

class DeviceObject;

/// The options and defines in one text, as the plugins take them. Throws InvalidArgumentError for what no compiler can be given.
std::string compilerOptions(const CompileOptions& options);

/// Throws InvalidArgumentError or UnsupportedError, with what the device compiles, if it does not compile that language.
void checkLanguage(const DeviceObject& device, const std::string& language);

}  // namespace nexus::detail
