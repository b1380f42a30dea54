#include "scalar_encoding.h"

#include <nexus/error.h>

#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

namespace nexus::detail {

namespace {

struct FloatFormat {
  int exponentBits, mantissaBits;
  bool hasInfinity;  // otherwise the largest exponent holds numbers and one NaN
};

/// Rounds to nearest even. Returns the bit pattern; overflow gives infinity, or NaN where there is none.
std::uint32_t encodeSmallFloat(double value, FloatFormat format) {
  const int bias = (1 << (format.exponentBits - 1)) - 1;
  const std::uint32_t sign = static_cast<std::uint32_t>(std::signbit(value)) << (format.exponentBits + format.mantissaBits);
  const std::uint32_t topExponent = ((1u << format.exponentBits) - 1) << format.mantissaBits;
  const std::uint32_t notANumber = format.hasInfinity ? topExponent | 1u << (format.mantissaBits - 1) : topExponent | ((1u << format.mantissaBits) - 1);
  if (std::isnan(value)) return sign | notANumber;
  const double magnitude = std::fabs(value);
  if (magnitude == 0) return sign;
  int exponent = 0;
  std::frexp(magnitude, &exponent);
  exponent = std::max(exponent - 1, 1 - bias);
  const double scaled = std::isinf(magnitude) ? magnitude : std::nearbyint(std::ldexp(magnitude, format.mantissaBits - exponent));
  const double limit = std::ldexp(1.0, format.mantissaBits + 1);
  const std::uint32_t overflow = format.hasInfinity ? topExponent : notANumber;
  if (!(scaled <= limit)) return sign | overflow;
  // A mantissa that was rounded up to the next power of two carries into the exponent by itself.
  const std::uint32_t field = static_cast<std::uint32_t>(scaled) + (static_cast<std::uint32_t>(exponent + bias - 1) << format.mantissaBits);
  return sign | (field >= (format.hasInfinity ? topExponent : notANumber) ? overflow : field);
}

std::string number(double value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  return std::string(text, end);
}

[[noreturn]] void throwDoesNotFit(const Argument& value, DType dtype, const std::string& why) {
  throw InvalidArgumentError("the value " + scalarText(value) + " does not fit " + dtypeInfo(dtype).name + ": " + why);
}

template <class T>
void encodeInteger(const Argument& value, DType dtype, unsigned char* bytes) {
  T result{};
  bool fits = true;
  switch (value.kind()) {
    case Argument::Kind::Int: fits = std::in_range<T>(value.asInt()), result = static_cast<T>(value.asInt()); break;
    case Argument::Kind::UInt: fits = std::in_range<T>(value.asUInt()), result = static_cast<T>(value.asUInt()); break;
    default: throwDoesNotFit(value, dtype, "it is a floating-point number; convert it to an integer");
  }
  if (!fits)
    throwDoesNotFit(value, dtype,
                    "the range is " + std::to_string(std::numeric_limits<T>::min()) + " to " + std::to_string(std::numeric_limits<T>::max()));
  std::memcpy(bytes, &result, sizeof result);
}

void encodeBool(const Argument& value, unsigned char* bytes) {
  const bool isInteger = value.kind() == Argument::Kind::Int || value.kind() == Argument::Kind::UInt;
  if (!isInteger || value.asUInt() > 1) throwDoesNotFit(value, DType::Bool, "it must be 0 or 1");
  bytes[0] = static_cast<unsigned char>(value.asUInt());
}

/// The value as a double; integers must be exact within the target's precision.
double exactDouble(const Argument& value, DType dtype, int precisionBits) {
  if (value.kind() == Argument::Kind::Float) return value.asFloat();
  const bool isNegative = value.kind() == Argument::Kind::Int && value.asInt() < 0;
  std::uint64_t magnitude = isNegative ? 0 - value.asUInt() : value.asUInt();
  const double result = (isNegative ? -1.0 : 1.0) * static_cast<double>(magnitude);
  while (magnitude != 0 && magnitude % 2 == 0) magnitude /= 2;
  if (magnitude >> precisionBits != 0) throwDoesNotFit(value, dtype, "it would be rounded; pass a floating-point number to allow that");
  return result;
}

template <class T>
void encodeFloat(const Argument& value, DType dtype, unsigned char* bytes) {
  const double exact = exactDouble(value, dtype, std::numeric_limits<T>::digits);
  const T result = static_cast<T>(exact);
  if (std::isinf(result) && !std::isinf(exact)) throwDoesNotFit(value, dtype, "it would become infinite");
  std::memcpy(bytes, &result, sizeof result);
}

template <class Bits>
void encodeSmall(const Argument& value, DType dtype, FloatFormat format, unsigned char* bytes) {
  const double exact = exactDouble(value, dtype, format.mantissaBits + 1);
  const auto bits = static_cast<Bits>(encodeSmallFloat(exact, format));
  const auto largest = static_cast<std::uint32_t>(bits & ((Bits{1} << (format.exponentBits + format.mantissaBits)) - 1));
  const std::uint32_t firstSpecial = format.hasInfinity ? ((1u << format.exponentBits) - 1) << format.mantissaBits
                                                        : (1u << (format.exponentBits + format.mantissaBits)) - 1;
  if (largest >= firstSpecial && std::isfinite(exact)) throwDoesNotFit(value, dtype, "it is beyond the largest value");
  std::memcpy(bytes, &bits, sizeof bits);
}

}  // namespace

std::string scalarText(const Argument& value) {
  switch (value.kind()) {
    case Argument::Kind::Int: return std::to_string(value.asInt());
    case Argument::Kind::UInt: return std::to_string(value.asUInt());
    case Argument::Kind::Float: return number(value.asFloat());
    case Argument::Kind::Buffer: break;
  }
  return "of a Buffer";
}

void encodeScalar(const Argument& value, DType dtype, unsigned char* bytes) {
  if (value.kind() == Argument::Kind::Buffer) throw InvalidArgumentError("a Buffer was given where a number is expected");
  switch (dtype) {
    case DType::Bool: return encodeBool(value, bytes);
    case DType::Int8: return encodeInteger<std::int8_t>(value, dtype, bytes);
    case DType::Int16: return encodeInteger<std::int16_t>(value, dtype, bytes);
    case DType::Int32: return encodeInteger<std::int32_t>(value, dtype, bytes);
    case DType::Int64: return encodeInteger<std::int64_t>(value, dtype, bytes);
    case DType::UInt8: return encodeInteger<std::uint8_t>(value, dtype, bytes);
    case DType::UInt16: return encodeInteger<std::uint16_t>(value, dtype, bytes);
    case DType::UInt32: return encodeInteger<std::uint32_t>(value, dtype, bytes);
    case DType::UInt64: return encodeInteger<std::uint64_t>(value, dtype, bytes);
    case DType::Float16: return encodeSmall<std::uint16_t>(value, dtype, {5, 10, true}, bytes);
    case DType::BFloat16: return encodeSmall<std::uint16_t>(value, dtype, {8, 7, true}, bytes);
    case DType::Float8E4M3: return encodeSmall<std::uint8_t>(value, dtype, {4, 3, false}, bytes);
    case DType::Float8E5M2: return encodeSmall<std::uint8_t>(value, dtype, {5, 2, true}, bytes);
    case DType::Float32: return encodeFloat<float>(value, dtype, bytes);
    case DType::Float64: return encodeFloat<double>(value, dtype, bytes);
    case DType::Complex64: std::memset(bytes, 0, 8); return encodeFloat<float>(value, dtype, bytes);
    case DType::Complex128: std::memset(bytes, 0, 16); return encodeFloat<double>(value, dtype, bytes);
    case DType::Unknown: break;
  }
  throw InvalidArgumentError("a number was given where a value of a type that Nexus does not know is expected");
}

void encodeNumber(double value, DType dtype, unsigned char* bytes) {
  const bool isIntegerType = DType::Bool <= dtype && dtype <= DType::UInt64;
  if (isIntegerType && value == std::trunc(value)) {
    if (value >= -0x1p63 && value < 0x1p63) return encodeScalar(Argument(static_cast<std::int64_t>(value)), dtype, bytes);
    if (value > 0 && value < 0x1p64) return encodeScalar(Argument(static_cast<std::uint64_t>(value)), dtype, bytes);
  }
  encodeScalar(Argument(value), dtype, bytes);
}

}  // namespace nexus::detail
