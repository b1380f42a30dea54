#pragma once

#include <string>

namespace nexus::detail {

/// Where the program called Nexus, as far as it can be told: what the language binding says (file and line), or the first caller outside this
/// library by module and offset. "" if neither is known.
std::string creationSite();

}  // namespace nexus::detail
