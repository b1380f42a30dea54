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
  const std::uint32_t notANumber =
      format.hasInfinity ? topExponent | 1u << (format.mantissaBits - 1) : topExponent | ((1u << format.mantissaBits) - 1);
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
  const std::uint32_t field =
      static_cast<std::uint32_t>(scaled) + (static_cast<std::uint32_t>(exponent + bias - 1) << format.mantissaBits);
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

[[noreturn]] void throwComplex(const Argument& value, DType dtype) {
  throwDoesNotFit(value, dtype, "it is complex; give its real part");
}

template <class T>
void encodeInteger(const Argument& value, DType dtype, unsigned char* bytes) {
  T result{};
  bool fits = true;
  switch (value.kind()) {
    case Argument::Kind::Int: fits = std::in_range<T>(value.asInt()), result = static_cast<T>(value.asInt()); break;
    case Argument::Kind::UInt: fits = std::in_range<T>(value.asUInt()), result = static_cast<T>(value.asUInt()); break;
    case Argument::Kind::Complex: throwComplex(value, dtype);
    default: throwDoesNotFit(value, dtype, "it is a floating-point number; convert it to an integer");
  }
  if (!fits)
    throwDoesNotFit(
        value, dtype,
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
  if (value.kind() == Argument::Kind::Complex) throwComplex(value, dtype);
  const bool isNegative = value.kind() == Argument::Kind::Int && value.asInt() < 0;
  std::uint64_t magnitude = isNegative ? 0 - value.asUInt() : value.asUInt();
  const double result = (isNegative ? -1.0 : 1.0) * static_cast<double>(magnitude);
  while (magnitude != 0 && magnitude % 2 == 0) magnitude /= 2;
  if (magnitude >> precisionBits != 0)
    throwDoesNotFit(value, dtype, "it would be rounded; pass a floating-point number to allow that");
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

template <class T>
void encodeComplex(const Argument& value, DType dtype, unsigned char* bytes) {
  const bool isComplex = value.kind() == Argument::Kind::Complex;
  encodeFloat<T>(isComplex ? Argument(value.asComplex().real()) : value, dtype, bytes);
  encodeFloat<T>(Argument(isComplex ? value.asComplex().imag() : 0.0), dtype, bytes + sizeof(T));
}

/// An integer of 4 bits, in the low half of a byte.
void encodeBits(const Argument& value, DType dtype, int smallest, int largest, unsigned char* bytes) {
  std::int8_t number = 0;
  if (value.kind() == Argument::Kind::Complex) throwComplex(value, dtype);
  if (value.kind() == Argument::Kind::Float)
    throwDoesNotFit(value, dtype, "it is a floating-point number; convert it to an integer");
  const bool fits = value.kind() == Argument::Kind::Int ? std::in_range<std::int8_t>(value.asInt()) : value.asUInt() <= 15;
  if (fits) number = static_cast<std::int8_t>(value.asInt());
  if (!fits || number < smallest || number > largest)
    throwDoesNotFit(value, dtype, "the range is " + std::to_string(smallest) + " to " + std::to_string(largest));
  bytes[0] = static_cast<unsigned char>(number & 0xf);
}

/// Rounds to the nearest of the eight magnitudes, to the even one in the middle.
void encodeFloat4(const Argument& value, DType dtype, unsigned char* bytes) {
  constexpr double magnitudes[] = {0, 0.5, 1, 1.5, 2, 3, 4, 6, 8};  // the last one is beyond
  const double exact = exactDouble(value, dtype, 2);
  if (!std::isfinite(exact)) throwDoesNotFit(value, dtype, "it has neither infinity nor NaN");
  const double magnitude = std::min(std::fabs(exact), magnitudes[8]);
  unsigned index = 0;
  while (magnitude > magnitudes[index]) ++index;
  if (index > 0) {
    const double middle = (magnitudes[index - 1] + magnitudes[index]) / 2;
    if (magnitude < middle || (magnitude == middle && index % 2 == 1)) --index;
  }
  if (index == 8) throwDoesNotFit(value, dtype, "it is beyond the largest value, 6");
  bytes[0] = static_cast<unsigned char>(index | (std::signbit(exact) ? 8u : 0u));
}

}  // namespace

std::string scalarText(const Argument& value) {
  switch (value.kind()) {
    case Argument::Kind::Int: return std::to_string(value.asInt());
    case Argument::Kind::UInt: return std::to_string(value.asUInt());
    case Argument::Kind::Float: return number(value.asFloat());
    case Argument::Kind::Complex:
      return "(" + number(value.asComplex().real()) + (std::signbit(value.asComplex().imag()) ? "" : "+") +
             number(value.asComplex().imag()) + "j)";
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
    case DType::Complex64: return encodeComplex<float>(value, dtype, bytes);
    case DType::Complex128: return encodeComplex<double>(value, dtype, bytes);
    case DType::Int4: return encodeBits(value, dtype, -8, 7, bytes);
    case DType::UInt4: return encodeBits(value, dtype, 0, 15, bytes);
    case DType::Float4E2M1: return encodeFloat4(value, dtype, bytes);
    case DType::Unknown: break;
  }
  throw InvalidArgumentError("a number was given where a value of a type that Nexus does not know is expected");
}

void encodeNumber(double value, DType dtype, unsigned char* bytes) {
  const bool isIntegerType = (DType::Bool <= dtype && dtype <= DType::UInt64) || dtype == DType::Int4 || dtype == DType::UInt4;
  if (isIntegerType && value == std::trunc(value)) {
    if (value >= -0x1p63 && value < 0x1p63) return encodeScalar(Argument(static_cast<std::int64_t>(value)), dtype, bytes);
    if (value > 0 && value < 0x1p64) return encodeScalar(Argument(static_cast<std::uint64_t>(value)), dtype, bytes);
  }
  encodeScalar(Argument(value), dtype, bytes);
}

}  // namespace nexus::detail

namespace nexus {

void Argument::encode(DType dtype, void* bytes) const { detail::encodeScalar(*this, dtype, static_cast<unsigned char*>(bytes)); }

}  // namespace nexus
