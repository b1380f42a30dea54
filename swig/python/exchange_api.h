#pragma once

// The C exchange API of DLPack 1.3: a table of functions that a tensor type offers as __dlpack_c_exchange_api__. Reading a tensor
// through it costs a fraction of a call of __dlpack__.

#include "objects.h"

#include <dlpack/dlpack.h>

#include <array>

namespace nexus::python {

/// What is known of one tensor type.
struct ExchangeType {
  PyTypeObject* type = nullptr;  // referred to for ever, so that no other type gets its address
  const DLPackExchangeAPI* api = nullptr;
  // A tensor of PyTorch may stand for other values than those in its memory, which the API does not tell.
  bool hasGradients = false, hasLazyBits = false;
};

/// The table of a type, or a row without one.
inline ExchangeType askExchangeType(PyTypeObject* type) {
  ExchangeType found{type};
  auto* const object = reinterpret_cast<PyObject*>(type);
  PyRef capsule(PyObject_GetAttrString(object, "__dlpack_c_exchange_api__"));
  PyErr_Clear();
  if (!capsule || !PyCapsule_IsValid(capsule.get(), "dlpack_exchange_api")) return found;
  const auto* header = static_cast<const DLPackExchangeAPIHeader*>(PyCapsule_GetPointer(capsule.get(), "dlpack_exchange_api"));
  while (header && header->version.major > DLPACK_MAJOR_VERSION) header = header->prev_api;
  if (!header || header->version.major != DLPACK_MAJOR_VERSION) return found;
  found.api = reinterpret_cast<const DLPackExchangeAPI*>(header);
  found.hasGradients = PyObject_HasAttrString(object, "requires_grad");
  found.hasLazyBits = PyObject_HasAttrString(object, "is_conj") && PyObject_HasAttrString(object, "is_neg");
  return found;
}

/// The few types that a program uses. Needs the lock of the interpreter.
inline std::array<ExchangeType, 8> knownExchangeTypes;

/// Whether a type is known to offer the table.
inline bool isExchangeType(PyTypeObject* type) {
  for (const ExchangeType& row : knownExchangeTypes)
    if (row.type == type) return true;
  return false;
}

/// The table of a type, kept if there is one.
inline const ExchangeType& exchangeType(PyTypeObject* type) {
  auto& known = knownExchangeTypes;
  static std::size_t next = 0;
  static ExchangeType other;
  for (const ExchangeType& row : known)
    if (row.type == type) return row;
  other = askExchangeType(type);
  if (!other.api || next == known.size()) return other;
  Py_INCREF(type);
  return known[next++] = other;
}

/// Throws unless the memory of a tensor holds its values.
inline void checkPlain(const ExchangeType& type, PyObject* tensor, bool isComplex) {
  static PyObject* const requiresGrad = PyUnicode_InternFromString("requires_grad");
  static PyObject* const isConj = PyUnicode_InternFromString("is_conj");
  static PyObject* const isNeg = PyUnicode_InternFromString("is_neg");
  const auto isTrue = [](PyObject* owned) {
    const PyRef answer(checked(owned));
    return answer.get() == Py_True;
  };
  if (type.hasGradients && isTrue(PyObject_GetAttr(tensor, requiresGrad)))
    throw InvalidArgumentError(
        "the tensor requires a gradient, which work outside of its library would break; pass tensor.detach()");
  if (type.hasLazyBits &&
      (isTrue(PyObject_CallMethodNoArgs(tensor, isNeg)) || (isComplex && isTrue(PyObject_CallMethodNoArgs(tensor, isConj)))))
    throw InvalidArgumentError(
        "the tensor is a conjugate or a negative that was not computed yet; pass tensor.resolve_conj().resolve_neg()");
}

}  // namespace nexus::python
