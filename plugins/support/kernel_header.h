#pragma once

#include <string>
#include <string_view>

namespace nexus::plugin_support {

/// nexus/kernel.h with everything of Nexus that it includes, as one text.
std::string_view kernelHeader() noexcept;

/// A source in language "nexus" as the device's own compiler takes it, which needs no include path: the header, what the header
/// must know of the text, then the text itself, with its lines counted from 1 in a file that messages call `name`. `#include
/// <nexus/kernel.h>` in the text has no effect.
std::string withKernelHeader(std::string_view source, std::string_view name);

}  // namespace nexus::plugin_support
