#pragma once

#include <nexus/library.h>

namespace nexus::detail {

/// Writes a scalar in the bytes of `dtype` (at most 16). Throws InvalidArgumentError if the value cannot be represented: integers must be in
/// range and exact, floating-point numbers may be rounded but not become infinite, and never become integers.
void encodeScalar(const Argument& value, DType dtype, unsigned char* bytes);
/// The same for a value that had to be written as a double: whole numbers also fit integer types.
void encodeNumber(double value, DType dtype, unsigned char* bytes);

/// The value as text, for messages.
std::string scalarText(const Argument& value);

}  // namespace nexus::detail
