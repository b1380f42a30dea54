#include "barrier_splitter.h"

#include "barrier_parser.h"
#include "barrier_proof.h"
#include "barrier_writer.h"

namespace nexus::cpu_plugin {

std::string splitAtBarriers(const KernelText& text, const KernelPlace& kernel) {
  BarrierTree tree = parseBarriers(text, kernel);
  proveBarriers(text, tree);
  return writeSplitKernel(text, kernel, tree);
}

}  // namespace nexus::cpu_plugin
