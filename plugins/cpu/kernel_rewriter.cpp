#include "kernel_rewriter.h"

#include "barrier_splitter.h"
#include "kernel_text.h"
#include "row_writer.h"

namespace nexus::cpu_plugin {

RewrittenText rewriteKernels(std::string_view source, const std::vector<std::string>& options) {
  RewrittenText result;
  // Strings in which nothing is what it looks like.
  if (source.find("NX_KERNEL") == std::string_view::npos || source.find("R\"") != std::string_view::npos) return result;
  const KernelText text(source, options);
  const char* written = source.data();
  const auto replace = [&](const KernelPlace& kernel, const std::string& replacement) {
    result.text.append(written, text.at(kernel.begin).text.data());
    result.text += replacement;
    written = text.at(text.partner(kernel.body)).text.data() + 1;
  };
  for (const KernelPlace& kernel : findKernels(text)) {
    if (text.contains({kernel.body, text.partner(kernel.body)}, "NX_BARRIER")) {
      try {
        replace(kernel, splitAtBarriers(text, kernel));
      } catch (const NotSplit& reason) {
        result.notes.push_back("kernel '" + kernel.name + "' keeps its barriers, which take longer: " + reason.reason);
      }
    } else if (!text.macros().hideBrackets()) {
      try {
        if (const auto guarded = writeRowKernel(text, kernel)) replace(kernel, *guarded);
      } catch (const NotSplit&) {
        // Its items ask the condition, which compilers make fast code of too.
      }
    }
  }
  if (!result.text.empty()) result.text.append(written, source.data() + source.size());
  return result;
}

}  // namespace nexus::cpu_plugin
