#pragma once

// Python values to the arguments of a kernel.

#include "dtypes.h"

#include <cstddef>
#include <new>
#include <span>

namespace nexus::python {

/// What to do about a value that no kernel takes.
inline const char* remedyFor(PyObject* value) {
  if (value == Py_None) return "every argument needs a value";
  if (PyUnicode_Check(value)) return "kernels take no text";
  if (isArray(value)) return "make a Buffer with device.create_buffer(array), or take array.item() of a single number";
  if (PyList_Check(value) || PyTuple_Check(value)) return "make a Buffer with device.create_buffer(values, dtype=...)";
  return "expected a Buffer, an array, an int, a float, a bool, a complex or a NumPy scalar";
}

[[noreturn]] inline void throwBadArgument(PyObject* value, std::size_t index) {
  throw InvalidArgumentError("argument " + std::to_string(index) + " is of type '" + typeName(value) + "': " + remedyFor(value));
}

inline bool isSigned(DType dtype) {
  return dtype == DType::Int8 || dtype == DType::Int16 || dtype == DType::Int32 || dtype == DType::Int64;
}
inline bool isUnsigned(DType dtype) {
  return dtype == DType::Bool || dtype == DType::UInt8 || dtype == DType::UInt16 || dtype == DType::UInt32 ||
         dtype == DType::UInt64;
}
inline bool isComplex(DType dtype) { return dtype == DType::Complex64 || dtype == DType::Complex128; }

/// Element type of a NumPy scalar, Unknown if Nexus has none for it.
inline DType dtypeOfScalar(PyObject* value) {
  DType dtype = DType::Unknown;
  Py_buffer view;
  if (PyObject_GetBuffer(value, &view, PyBUF_RECORDS_RO) == 0) {
    if (view.ndim == 0 && view.format) dtype = dtypeOfFormat(view.format, view.itemsize);
    PyBuffer_Release(&view);
  }
  PyErr_Clear();
  if (dtype != DType::Unknown) return dtype;
  // The types of extension packages, such as bfloat16, have no format. Asking for the name is slow.
  PyRef type(PyObject_GetAttrString(value, "dtype"));
  const std::string name = type ? textAttribute(type.get(), "name") : "";
  PyErr_Clear();
  for (const DTypeInfo& row : allDTypes())
    if (name == row.name) return row.dtype;
  return DType::Unknown;
}

inline Argument complexArgument(PyObject* value) {
  const Py_complex number = PyComplex_AsCComplex(value);
  if (PyErr_Occurred()) throw PythonError{};
  return Argument(std::complex<double>(number.real, number.imag));
}

/// A NumPy scalar, with its own type.
inline Argument scalarArgument(PyObject* value, std::size_t index) {
  const DType dtype = dtypeOfScalar(value);
  if (dtype == DType::Unknown) throwBadArgument(value, index);
  if (isComplex(dtype)) return complexArgument(value);
  if (!isSigned(dtype) && !isUnsigned(dtype)) {
    const double number = PyFloat_AsDouble(value);
    if (PyErr_Occurred()) throw PythonError{};
    return Argument::typed(dtype, number);
  }
  PyRef integer(checked(dtype == DType::Bool ? PyNumber_Long(value) : PyNumber_Index(value)));
  if (isSigned(dtype)) return Argument::typed(dtype, static_cast<std::int64_t>(PyLong_AsLongLong(integer.get())));
  return Argument::typed(dtype, static_cast<std::uint64_t>(PyLong_AsUnsignedLongLong(integer.get())));
}

/// A Python int, which also an int subclass is.
inline Argument intArgument(PyObject* value, std::size_t index) {
  int overflow = 0;
  const std::int64_t number = PyLong_AsLongLongAndOverflow(value, &overflow);
  if (!overflow) return Argument(number);
  if (overflow > 0) {
    const std::uint64_t large = PyLong_AsUnsignedLongLong(value);
    if (!PyErr_Occurred()) return Argument(large);
    PyErr_Clear();
  }
  throw InvalidArgumentError("argument " + std::to_string(index) + " is " + quote(value) + ", which does not fit 64 bits");
}

inline Argument uncommonArgument(PyObject* value, std::size_t index) {
  if (PyLong_Check(value)) return intArgument(value, index);
  if (PyFloat_Check(value)) return Argument(PyFloat_AS_DOUBLE(value));
  if (PyComplex_CheckExact(value)) return complexArgument(value);
  if (isNumPyScalar(value)) return scalarArgument(value, index);
  if (!isInteger(value)) throwBadArgument(value, index);
  PyRef integer(checked(PyNumber_Index(value)));
  return intArgument(integer.get(), index);
}

/// Takes over values that are neither Buffers nor numbers.
class ArgumentLender {
 public:
  virtual bool canLend(PyObject* value) const = 0;
  virtual Argument lend(PyObject* value, std::size_t index) = 0;

 protected:
  ~ArgumentLender() = default;
};

/// Refers to the Buffer inside `value` without keeping it alive.
inline Argument toArgument(PyObject* value, std::size_t index, ArgumentLender* lender = nullptr) {
  if (const Buffer* buffer = tryCast<Buffer>(value)) return Argument(*buffer);
  if (PyLong_CheckExact(value)) return intArgument(value, index);
  if (lender && lender->canLend(value)) return lender->lend(value, index);
  return uncommonArgument(value, index);
}

/// The number that a Python object is, whatever its type. Throws InvalidArgumentError that names the parameter.
inline Argument toNumber(PyObject* value, const char* parameter) {
  if (PyBool_Check(value)) return Argument(value == Py_True);
  if (PyLong_Check(value) || PyFloat_Check(value) || PyComplex_CheckExact(value) || isNumPyScalar(value) || isInteger(value)) {
    try {
      return uncommonArgument(value, 0);
    } catch (const InvalidArgumentError&) {  // names an argument of a kernel
    }
    if (PyLong_Check(value))
      throw InvalidArgumentError(std::string(parameter) + " is " + quote(value) + ", which does not fit 64 bits");
  }
  throwWrongType(parameter, "a number", value);
}

/// The arguments of a usual launch: few, and all of them buffers or Python's own numbers.
class PlainArguments {
 public:
  /// Returns false if there is anything else among them.
  bool read(PyObject* const* values, std::size_t count) {
    if (count > maxCount) return false;
    for (std::size_t i = 0; i < count; ++i) {
      PyObject* const value = values[i];
      void* const place = room_ + i * sizeof(Argument);
      if (const Buffer* buffer = tryCast<Buffer>(value)) {
        new (place) Argument(*buffer);
      } else if (PyFloat_CheckExact(value)) {
        new (place) Argument(PyFloat_AS_DOUBLE(value));
      } else if (PyLong_CheckExact(value)) {
        int overflow = 0;
        const std::int64_t number = PyLong_AsLongLongAndOverflow(value, &overflow);
        if (overflow) [[unlikely]]
          return false;
        new (place) Argument(number);
      } else {
        return false;
      }
    }
    count_ = count;
    return true;
  }
  std::span<const Argument> get() const { return {std::launder(reinterpret_cast<const Argument*>(room_)), count_}; }

 private:
  static constexpr std::size_t maxCount = 16;
  std::size_t count_ = 0;
  alignas(Argument) std::byte room_[maxCount * sizeof(Argument)];
};

/// The arguments of one call. Needs no heap for the usual number of them.
class ArgumentList {
 public:
  ArgumentList(PyObject* const* values, std::size_t count, ArgumentLender* lender = nullptr) : count_(count) {
    if (count > inlineCount) more_.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      if (count > inlineCount) [[unlikely]]
        more_.push_back(toArgument(values[i], i, lender));
      else if (const Buffer* buffer = tryCast<Buffer>(values[i]))
        new (room_ + i * sizeof(Argument)) Argument(*buffer);
      else
        new (room_ + i * sizeof(Argument)) Argument(toArgument(values[i], i, lender));
    }
  }
  std::span<const Argument> get() const {
    const Argument* first = count_ > inlineCount ? more_.data() : std::launder(reinterpret_cast<const Argument*>(room_));
    return {first, count_};
  }

 private:
  static_assert(std::is_trivially_destructible_v<Argument>);
  static constexpr std::size_t inlineCount = 16;
  std::size_t count_;
  alignas(Argument) std::byte room_[inlineCount * sizeof(Argument)];
  std::vector<Argument> more_;
};

}  // namespace nexus::python
