// The launch as somebody would write it by hand against Python's C API: one class for each object, one call without an argument tuple.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "twin.h"

#include <exception>
#include <new>

namespace {

template <class T>
struct Wrapper {
  PyObject_HEAD T value;
  static inline PyTypeObject* type = nullptr;

  static PyObject* make(T value) {
    auto* object = PyObject_New(Wrapper, type);
    if (object) new (&object->value) T(std::move(value));
    return reinterpret_cast<PyObject*>(object);
  }
  static void drop(PyObject* object) {
    reinterpret_cast<Wrapper*>(object)->value.~T();
    PyTypeObject* own = Py_TYPE(object);
    PyObject_Free(object);
    Py_DECREF(own);
  }
  static T* get(PyObject* object) {
    if (Py_TYPE(object) == type) return &reinterpret_cast<Wrapper*>(object)->value;
    PyErr_Format(PyExc_TypeError, "expected %s, not %s", type->tp_name, Py_TYPE(object)->tp_name);
    return nullptr;
  }
};
using BufferObject = Wrapper<nexus::Buffer>;
using KernelObject = Wrapper<nexus::Kernel>;

template <class F>
PyObject* guarded(F&& function) {
  try {
    return function();
  } catch (const std::exception& e) {
    PyErr_SetString(PyExc_RuntimeError, e.what());
    return nullptr;
  }
}

PyObject* launch(PyObject* self, PyObject* const* arguments, Py_ssize_t count) {
  if (count != 6) return PyErr_Format(PyExc_TypeError, "expected 6 arguments, not %zd", count);
  const long long grid = PyLong_AsLongLong(arguments[0]), block = PyLong_AsLongLong(arguments[1]),
                  n = PyLong_AsLongLong(arguments[5]);
  if (PyErr_Occurred()) return nullptr;
  const nexus::Buffer *a = BufferObject::get(arguments[2]), *b = BufferObject::get(arguments[3]),
                      *c = BufferObject::get(arguments[4]);
  if (!a || !b || !c) return nullptr;
  return guarded([&]() -> PyObject* {
    twin::launch(reinterpret_cast<KernelObject*>(self)->value, grid, block, *a, *b, *c, n);
    Py_RETURN_NONE;
  });
}

PyObject* makeBuffer(PyObject*, PyObject* size) {
  return guarded([&] { return BufferObject::make(twin::makeBuffer(PyLong_AsLongLong(size))); });
}

PyObject* loadKernel(PyObject*, PyObject* arguments) {
  const char *path = nullptr, *name = nullptr;
  if (!PyArg_ParseTuple(arguments, "ss", &path, &name)) return nullptr;
  return guarded([&] { return KernelObject::make(twin::loadKernel(path, name)); });
}

PyMethodDef kernelMethods[] = {
    {"launch", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(launch)), METH_FASTCALL, "Launch."},
    {nullptr, nullptr, 0, nullptr}};
PyMethodDef functions[] = {{"make_buffer", makeBuffer, METH_O, "A buffer of ones."},
                           {"load_kernel", loadKernel, METH_VARARGS, "A kernel of a library."},
                           {nullptr, nullptr, 0, nullptr}};
PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "capi_twin", "Hand-written twin.", -1, functions, nullptr, nullptr, nullptr, nullptr};

template <class Object>
PyTypeObject* makeType(const char* name, PyMethodDef* methods) {
  PyType_Slot slots[] = {{Py_tp_dealloc, reinterpret_cast<void*>(Object::drop)}, {Py_tp_methods, methods}, {0, nullptr}};
  PyType_Spec spec = {name, sizeof(Object), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};
  return reinterpret_cast<PyTypeObject*>(PyType_FromSpec(&spec));
}

}  // namespace

PyMODINIT_FUNC PyInit_capi_twin() {
  static PyMethodDef none[] = {{nullptr, nullptr, 0, nullptr}};
  BufferObject::type = makeType<BufferObject>("capi_twin.Buffer", none);
  KernelObject::type = makeType<KernelObject>("capi_twin.Kernel", kernelMethods);
  return BufferObject::type && KernelObject::type ? PyModule_Create(&definition) : nullptr;
}
