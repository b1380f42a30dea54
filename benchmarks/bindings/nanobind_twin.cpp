// The same with nanobind.
#include "twin.h"

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

NB_MODULE(nanobind_twin, module) {
  nanobind::class_<nexus::Buffer>(module, "Buffer");
  nanobind::class_<nexus::Kernel>(module, "Kernel").def("launch", twin::launch);
  module.def("make_buffer", twin::makeBuffer);
  module.def("load_kernel", twin::loadKernel);
}
