#pragma once

#include <nexus/compatibility.h>

#include <string>
#include <string_view>
#include <vector>

namespace nexus::detail {

/// One form of a library in a catalog. The texts point into the catalog's bytes where they are views.
struct CatalogPart {
  std::string file;      ///< name of the file that it was made from
  std::string target;    ///< of a binary: what it was compiled for
  std::string runtime;   ///< of a binary: the one runtime that loads it; "": any
  std::string language;  ///< of a source: its language; "" of a binary
  std::string options;   ///< of a source: for the compiler
  std::string sha256;
  std::string_view bytes;

  /// "'saxpy.so' for x86-64-v3", "'saxpy.nx' in language nexus".
  std::string describe() const;
};

/// Whether bytes are those of a catalog, or the beginning of one.
bool isCatalog(std::string_view bytes) noexcept;

/// The parts of a catalog; docs/kernels.md describes the form. Throws UnavailableError, which says what is damaged.
std::vector<CatalogPart> readCatalog(std::string_view bytes);

/// A part that may run on a device.
struct CatalogChoice {
  const CatalogPart* part;
  Fit fit;  ///< None for a source, which is compiled where nothing else fits
  int rank;
};

/// The parts that may run on a device, the best first. `reasons`: of each other part, why not.
std::vector<CatalogChoice> chooseParts(const std::vector<CatalogPart>& parts, const Device& device,
                                       std::vector<std::string>& reasons);

/// Throws UnavailableError if the bytes of a part are not those that were packed.
void checkPart(const CatalogPart& part);

}  // namespace nexus::detail
