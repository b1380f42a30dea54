// The same with pybind11.
#include "twin.h"

#include <pybind11/pybind11.h>

PYBIND11_MODULE(pybind11_twin, module) {
  pybind11::class_<nexus::Buffer>(module, "Buffer");
  pybind11::class_<nexus::Kernel>(module, "Kernel").def("launch", twin::launch);
  module.def("make_buffer", twin::makeBuffer);
  module.def("load_kernel", twin::loadKernel);
}
