#pragma once

// Values of the API to and from what JNI passes. Text travels as UTF-8 bytes: JNI's own strings are a dialect of it.

#include <nexus/property.h>
#include <nexus/shape.h>

#include <jni.h>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::java {

inline jbyteArray newText(JNIEnv* env, std::string_view text) {
  const auto size = static_cast<jsize>(text.size());
  const jbyteArray array = env->NewByteArray(size);
  if (array) env->SetByteArrayRegion(array, 0, size, reinterpret_cast<const jbyte*>(text.data()));
  return array;
}

inline std::string toText(JNIEnv* env, jbyteArray array) {
  std::string text(static_cast<std::size_t>(env->GetArrayLength(array)), '\0');
  env->GetByteArrayRegion(array, 0, static_cast<jsize>(text.size()), reinterpret_cast<jbyte*>(text.data()));
  return text;
}

inline jobjectArray newTexts(JNIEnv* env, const std::vector<std::string>& texts) {
  const jobjectArray array = env->NewObjectArray(static_cast<jsize>(texts.size()), env->FindClass("[B"), nullptr);
  for (std::size_t i = 0; array && i < texts.size(); ++i) {
    const jbyteArray text = newText(env, texts[i]);
    if (!text) return nullptr;
    env->SetObjectArrayElement(array, static_cast<jsize>(i), text);
    env->DeleteLocalRef(text);
  }
  return array;
}

inline std::vector<std::string> toTexts(JNIEnv* env, jobjectArray array) {
  std::vector<std::string> texts;
  for (jsize i = 0; i < env->GetArrayLength(array); ++i) {
    const auto text = static_cast<jbyteArray>(env->GetObjectArrayElement(array, i));
    texts.push_back(toText(env, text));
    env->DeleteLocalRef(text);
  }
  return texts;
}

/// Anything that iterates over what fits a long: numbers, enumerators.
template <class Range>
jlongArray newLongs(JNIEnv* env, const Range& values) {
  const std::vector<jlong> longs = [&] {
    std::vector<jlong> list;
    for (const auto& value : values) list.push_back(static_cast<jlong>(value));
    return list;
  }();
  const auto size = static_cast<jsize>(longs.size());
  const jlongArray array = env->NewLongArray(size);
  if (array) env->SetLongArrayRegion(array, 0, size, longs.data());
  return array;
}

inline std::vector<std::int64_t> toLongs(JNIEnv* env, jlongArray array) {
  static_assert(sizeof(jlong) == sizeof(std::int64_t));
  std::vector<std::int64_t> values(static_cast<std::size_t>(env->GetArrayLength(array)));
  env->GetLongArrayRegion(array, 0, static_cast<jsize>(values.size()), reinterpret_cast<jlong*>(values.data()));
  return values;
}

inline jdoubleArray newDoubles(JNIEnv* env, const std::vector<double>& values) {
  const auto size = static_cast<jsize>(values.size());
  const jdoubleArray array = env->NewDoubleArray(size);
  if (array) env->SetDoubleArrayRegion(array, 0, size, values.data());
  return array;
}

/// Addresses of new copies, one for each proxy that is to own it.
template <class T>
jlongArray newCopies(JNIEnv* env, const std::vector<T>& values) {
  std::vector<std::uintptr_t> copies;
  for (const T& value : values) copies.push_back(reinterpret_cast<std::uintptr_t>(new T(value)));
  return newLongs(env, copies);
}

inline Dim3 toDim3(JNIEnv* env, jlongArray array) {
  jlong sizes[3];
  env->GetLongArrayRegion(array, 0, 3, sizes);
  return {sizes[0], sizes[1], sizes[2]};
}

}  // namespace nexus::java
