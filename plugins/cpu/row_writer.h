#pragma once

#include "kernel_text.h"

#include <optional>
#include <string>

namespace nexus::cpu_plugin {

/// A kernel that does nothing for the items that fail a condition, with the condition a second time, for whole rows of items
/// (nexus/kernel/cpu_guards.h): `if (i < n) ...` as the last statement, `if (i >= n) return;` before the others. Nothing if it has
/// none that is made of ids, NX_VALUE parameters and literals. Throws NotSplit.
std::optional<std::string> writeRowKernel(const KernelText& text, const KernelPlace& kernel);

}  // namespace nexus::cpu_plugin
