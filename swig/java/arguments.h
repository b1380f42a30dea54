#pragma once

// Arguments of a kernel as Arguments.java packs them: two longs for each, the element type (0 for a buffer) and the value's bits
// (the address of the handle).

#include <nexus/library.h>

#include <jni.h>
#include <bit>
#include <vector>

namespace nexus::java {

inline Argument toArgument(jlong type, jlong bits) {
  const auto dtype = static_cast<DType>(type);
  if (dtype == DType::Unknown) return *reinterpret_cast<const Buffer*>(bits);
  if (dtype == DType::Float32 || dtype == DType::Float64) return Argument::typed(dtype, std::bit_cast<double>(bits));
  return Argument::typed(dtype, static_cast<std::int64_t>(bits));
}

inline std::vector<Argument> toArguments(JNIEnv* env, jlongArray packed) {
  constexpr jsize chunk = 64;
  jlong longs[chunk];
  const jsize size = env->GetArrayLength(packed);
  std::vector<Argument> arguments;
  arguments.reserve(static_cast<std::size_t>(size) / 2);
  for (jsize start = 0; start < size; start += chunk) {
    const jsize count = std::min(chunk, size - start);
    env->GetLongArrayRegion(packed, start, count, longs);
    for (jsize i = 0; i < count; i += 2) arguments.push_back(toArgument(longs[i], longs[i + 1]));
  }
  return arguments;
}

}  // namespace nexus::java
