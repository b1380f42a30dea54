#pragma once

#include <cstdint>

/// Makes allocations of the calling thread fail. In the program that links failing_new.cpp, operator new is its own.
namespace failing_new {

/// The allocation of that number from now on fails, once.
void arm(std::uint64_t number);
/// Returns whether it came to that.
bool disarm();

}  // namespace failing_new
