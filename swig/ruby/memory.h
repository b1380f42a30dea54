#pragma once

// Objects of Ruby's that own one of the API's, and packed strings. Uses SWIG's types, so include it in the wrapper only.

#include "errors.h"

#include <nexus/device.h>

namespace nexus::ruby {

/// Copies of objects, each owned by a Ruby object.
template <class T>
VALUE newArray(const std::vector<T>& values, swig_type_info* type) {
  const VALUE array = rb_ary_new();
  for (const T& value : values) rb_ary_push(array, SWIG_NewPointerObj(new T(value), type, SWIG_POINTER_OWN));
  return array;
}

/// Tells the garbage collector about memory that it does not see, so that it runs early enough.
inline VALUE newBuffer(const Buffer& buffer) {
  const VALUE object = SWIG_NewPointerObj(new Buffer(buffer), SWIGTYPE_p_nexus__Buffer, SWIG_POINTER_OWN);
  rb_gc_adjust_memory_usage(static_cast<ssize_t>(buffer.getByteSize()));
  return object;
}

inline void freeBuffer(void* object) {
  auto* buffer = static_cast<Buffer*>(object);
  rb_gc_adjust_memory_usage(-static_cast<ssize_t>(buffer->getByteSize()));
  delete buffer;
}

/// The bytes of a String, seen as an array.
inline ArrayView viewOfBytes(VALUE bytes, const Shape& shape, DType dtype) {
  const ArrayView view(RSTRING_PTR(bytes), dtype, shape, true);
  if (view.bytes() != static_cast<std::uint64_t>(RSTRING_LEN(bytes)))
    throw InvalidArgumentError("the String has " + std::to_string(RSTRING_LEN(bytes)) + " bytes, but an array of shape " +
                               shape.toString() + " and type " + dtypeInfo(dtype).name + " has " + std::to_string(view.bytes()));
  return view;
}

/// The contents of a buffer as a binary String.
inline VALUE readBytes(const Buffer& buffer) {
  const VALUE bytes = rb_str_new(nullptr, static_cast<long>(buffer.getByteSize()));
  buffer.copyTo(ArrayView(RSTRING_PTR(bytes), buffer.getDType(), buffer.getShape()));
  return bytes;
}

}  // namespace nexus::ruby
