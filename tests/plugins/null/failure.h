#pragma once

#include <nexus/plugin.h>

#include <string>

namespace null_plugin {

/// How a command ended: NXS_SUCCESS, or what went wrong and in which words.
struct Failure {
  nxs_status status = NXS_SUCCESS;
  std::string message;

  explicit operator bool() const { return status != NXS_SUCCESS; }
};

}  // namespace null_plugin
