#pragma once

// Java's arrays and direct byte buffers, seen as arrays of the API.

#include <nexus/device.h>
#include <nexus/error.h>

#include <jni.h>
#include <cstring>
#include <memory>

namespace nexus::java {

/// Whether Java's array of `carrier` can hold elements of `dtype`: the same type, or bits of one that Java does not have.
inline bool canCarry(DType carrier, DType dtype) {
  switch (carrier) {
    case DType::Int8:
      return dtype == DType::Int8 || dtype == DType::UInt8 || dtype == DType::Bool || dtype == DType::Float8E4M3 ||
             dtype == DType::Float8E5M2;
    case DType::Int16:
      return dtype == DType::Int16 || dtype == DType::UInt16 || dtype == DType::Float16 || dtype == DType::BFloat16;
    case DType::Int32: return dtype == DType::Int32 || dtype == DType::UInt32;
    case DType::Int64: return dtype == DType::Int64 || dtype == DType::UInt64;
    default: return dtype == carrier;
  }
}

/// A copy of a primitive array's elements. The array itself cannot be lent to the API: pinning it would stop the garbage collector
/// for as long as a copy waits for its stream.
class Elements {
 public:
  Elements(JNIEnv* env, jobject array, DType carrier)
      : env_(env),
        array_(static_cast<jarray>(array)),
        carrier_(carrier),
        count_(env->GetArrayLength(array_)),
        size_(static_cast<std::size_t>(count_) * dtypeInfo(carrier).size),
        bytes_(new char[size_]) {}

  void read() {
    transfer(JNI_ABORT, [this](void* array) { std::memcpy(bytes_.get(), array, size_); });
  }
  void write() {
    transfer(0, [this](void* array) { std::memcpy(array, bytes_.get(), size_); });
  }
  jsize count() const { return count_; }

  /// As an array of another element type of the same size.
  ArrayView as(DType dtype, const Shape& shape) const {
    return ArrayView(bytes_.get(), canCarry(carrier_, dtype) ? dtype : carrier_, shape);
  }

 private:
  template <class Copy>
  void transfer(jint releaseMode, Copy copy) {
    if (size_ == 0) return;
    void* array = env_->GetPrimitiveArrayCritical(array_, nullptr);
    if (!array) throw OutOfMemoryError("the Java array could not be accessed");
    copy(array);
    env_->ReleasePrimitiveArrayCritical(array_, array, releaseMode);
  }

  JNIEnv* env_;
  jarray array_;
  DType carrier_;
  jsize count_;
  std::size_t size_;
  std::unique_ptr<char[]> bytes_;
};

inline Buffer createBufferFromArray(const Device& device, JNIEnv* env, jobject array, DType carrier, const Shape& shape,
                                    DType dtype) {
  if (!canCarry(carrier, dtype))
    throw InvalidArgumentError(std::string("a Java array of ") + dtypeInfo(carrier).name + " holds no elements of type " +
                               dtypeInfo(dtype).name);
  Elements elements(env, array, carrier);
  const ArrayView view = elements.as(dtype, shape);
  if (view.elements() != static_cast<std::uint64_t>(elements.count()))
    throw InvalidArgumentError("the Java array has " + std::to_string(elements.count()) +
                               " elements, which do not make an array of shape " + shape.toString());
  elements.read();
  return device.createBuffer(view);
}

/// A Java array that matches a buffer; the core checks the type, this the number, as Java's arrays have no shape.
inline ArrayView matching(const Elements& elements, const Buffer& buffer) {
  const ArrayView whole = elements.as(buffer.getDType(), buffer.getShape());
  return whole.elements() == static_cast<std::uint64_t>(elements.count()) ? whole
                                                                          : elements.as(buffer.getDType(), {elements.count()});
}

inline void copyFromArray(const Buffer& buffer, JNIEnv* env, jobject array, DType carrier) {
  Elements elements(env, array, carrier);
  elements.read();
  buffer.copyFrom(matching(elements, buffer));
}

inline void copyToArray(const Buffer& buffer, JNIEnv* env, jobject array, DType carrier) {
  Elements elements(env, array, carrier);
  buffer.copyTo(matching(elements, buffer));
  elements.write();
}

/// The whole of a direct byte buffer, as an array of `dtype`.
inline ArrayView toView(JNIEnv* env, jobject bytes, bool isReadOnly, const Shape& shape, DType dtype) {
  void* address = env->GetDirectBufferAddress(bytes);
  if (!address) throw InvalidArgumentError("the ByteBuffer is not direct; make it with ByteBuffer.allocateDirect");
  const ArrayView view(address, dtype, shape, isReadOnly);
  const jlong size = env->GetDirectBufferCapacity(bytes);
  if (view.bytes() != static_cast<std::uint64_t>(size))
    throw InvalidArgumentError("the ByteBuffer has " + std::to_string(size) + " bytes remaining, but an array of shape " +
                               shape.toString() + " and type " + dtypeInfo(dtype).name + " has " + std::to_string(view.bytes()));
  return view;
}

inline jobject newByteBuffer(const Buffer& buffer, JNIEnv* env) {
  void* address = buffer.getHostPointer();
  if (!address) throw UnsupportedError("the memory of the buffer is not visible to the host; use copyTo and copyFrom");
  const std::uint64_t size = buffer.getByteSize();
  if (size > INT32_MAX) throw UnsupportedError("a ByteBuffer has at most 2^31 - 1 bytes, the buffer has " + std::to_string(size));
  return env->NewDirectByteBuffer(address, static_cast<jlong>(size));
}

}  // namespace nexus::java
