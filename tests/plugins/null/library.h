#pragma once

#include <nexus/plugin.h>

struct nxs_kernel {};

/// Whatever it is made from, it offers the one kernel "noop", which takes any arguments and does nothing.
struct nxs_library {
  static constexpr const char* kernel_name = "noop";

  nxs_kernel kernel;
};
