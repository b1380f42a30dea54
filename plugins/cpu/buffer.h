#pragma once

#include "memory.h"

#include <nexus/plugin.h>

struct nxs_buffer {
  nexus::cpu_plugin::Memory memory;
};
