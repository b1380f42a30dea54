#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nexus::detail {

/// " (did you mean 'Name' or 'Names'?)" for the up to three candidates nearest to `word`, "" if none is near.
std::string suggest(std::string_view word, const std::vector<std::string_view>& candidates);

/// "'a', 'b', 'c'", cut after `most` names; "none" if there are none.
std::string listNames(const std::vector<std::string>& names, std::size_t most = 20);

}  // namespace nexus::detail
