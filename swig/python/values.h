#pragma once

// Numbers, and lists of them in any depth, as an array of an element type.

#include "arguments.h"

#include <array>

namespace nexus::python {

/// Whether an object is taken for values: a list, or a number that is no int, which would be a shape.
inline bool isValues(PyObject* object) {
  return PyList_Check(object) || PyFloat_Check(object) || PyBool_Check(object) || PyComplex_Check(object);
}

/// The values of a list. Every one is converted exactly, or refused with its place.
class ValueList {
 public:
  ValueList(PyObject* values, DType dtype) : dtype_(dtype) {
    for (PyObject* level = values; isLevel(level); level = PySequence_Fast_GET_ITEM(level, 0)) {
      if (rank_ == Shape::maxRank)
        throw InvalidArgumentError("the list is nested more than " + std::to_string(Shape::maxRank) + " levels deep");
      sizes_[rank_++] = PySequence_Fast_GET_SIZE(level);
      if (PySequence_Fast_GET_SIZE(level) == 0) break;
    }
    add(values, 0);
    if (dtypeInfo(dtype).bits == 4) pack();
    view_ = ArrayView(bytes_.data(), dtype, Shape(std::span<const std::int64_t>(sizes_.data(), rank_)), true);
  }
  const ArrayView& view() const { return view_; }

 private:
  static bool isLevel(PyObject* object) { return PyList_Check(object) || PyTuple_Check(object); }

  std::string place() const {
    std::string text;
    for (std::size_t i = 0; i < depth_; ++i) text += "[" + std::to_string(index_[i]) + "]";
    return text;
  }

  void add(PyObject* value, std::size_t level) {
    if (level == rank_) return addNumber(value);
    if (!isLevel(value) || PySequence_Fast_GET_SIZE(value) != sizes_[level])
      throw InvalidArgumentError(
          "the list is ragged: " + (depth_ ? "item " + place() : std::string("it")) + " is " +
          (isLevel(value) ? "a list of " + std::to_string(PySequence_Fast_GET_SIZE(value)) : "of type '" + typeName(value) + "'") +
          ", expected a list of " + std::to_string(sizes_[level]));
    depth_ = level + 1;
    for (std::int64_t i = 0; i < sizes_[level]; ++i) {
      // A conversion may run Python code, which may change the list.
      if (i >= PySequence_Fast_GET_SIZE(value)) throw InvalidArgumentError("the list changed while it was read");
      index_[level] = i;
      const PyRef item(Py_NewRef(PySequence_Fast_GET_ITEM(value, i)));
      add(item.get(), level + 1);
    }
    depth_ = level;
  }

  void addNumber(PyObject* value) {
    if (isLevel(value)) throw InvalidArgumentError("the list is ragged: item " + place() + " is a list, expected a number");
    const std::string name = depth_ ? "item " + place() : "the value";
    if (isArray(value) && !isNumPyScalar(value))
      throw InvalidArgumentError(name + " is an array; join arrays with numpy.stack(list)");
    unsigned char bytes[16];
    try {
      toNumber(value, name.c_str()).encode(dtype_, bytes);
    } catch (const InvalidArgumentError& e) {
      throw InvalidArgumentError(std::string(e.what()).starts_with(name) ? e.what() : name + ": " + e.what());
    }
    const auto* first = reinterpret_cast<const std::byte*>(bytes);
    bytes_.insert(bytes_.end(), first, first + dtypeInfo(dtype_).size);
  }

  void pack() {
    for (std::size_t i = 0; i < bytes_.size(); i += 2)
      bytes_[i / 2] = bytes_[i] | (i + 1 < bytes_.size() ? bytes_[i + 1] << 4 : std::byte{0});
    bytes_.resize((bytes_.size() + 1) / 2);
  }

  DType dtype_;
  std::array<std::int64_t, Shape::maxRank> sizes_{}, index_{};
  std::size_t rank_ = 0, depth_ = 0;
  std::vector<std::byte> bytes_;
  ArrayView view_;
};

}  // namespace nexus::python
