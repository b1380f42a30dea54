#pragma once

// C++ exceptions to Java ones.

#include "values.h"

#include <nexus/error.h>

#include <jni.h>
#include <new>

namespace nexus::java {

/// Throws what NexusException.of makes of a status. If that fails, its own Java exception is pending instead.
inline void throwInJava(JNIEnv* env, Status status, const char* message, std::int64_t nativeCode) {
  const jclass type = env->FindClass("nexus/NexusException");
  if (!type) return;
  const jmethodID of = env->GetStaticMethodID(type, "of", "(I[BJ)Lnexus/NexusException;");
  if (!of) return;
  const jbyteArray text = newText(env, message);
  if (!text) return;
  const jobject error = env->CallStaticObjectMethod(type, of, static_cast<jint>(status), text, static_cast<jlong>(nativeCode));
  if (!env->ExceptionCheck()) env->Throw(static_cast<jthrowable>(error));
}

/// Turns the C++ exception in flight into the Java one. Call inside a catch block.
inline void throwInJava(JNIEnv* env) noexcept {
  try {
    throw;
  } catch (const Error& e) {
    throwInJava(env, e.status(), e.what(), e.nativeCode());
  } catch (const std::bad_alloc&) {
    throwInJava(env, Status::OutOfMemory, "host memory ran out", 0);
  } catch (const std::exception& e) {
    throwInJava(env, Status::Internal, e.what(), 0);
  } catch (...) {
    throwInJava(env, Status::Internal, "an exception that is no std::exception", 0);
  }
}

}  // namespace nexus::java
