#pragma once

#include <nexus/buffer.h>
#include <nexus/stream.h>

#include <complex>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace nexus {

class Kernel;

/// What a kernel does with a buffer argument.
enum class ArgumentAccess : std::uint32_t { Unknown = 0, Read = 1, Write = 2, ReadWrite = 3 };

/// One declared argument of a kernel.
struct KernelArgument {
  std::string name;                                 ///< "" if unknown
  bool isBuffer = false;                            ///< otherwise a scalar
  DType dtype = DType::Unknown;                     ///< of the scalar or of the buffer's elements
  std::uint32_t size = 0;                           ///< bytes of the scalar or of one element; 0 if unknown
  ArgumentAccess access = ArgumentAccess::Unknown;  ///< of a buffer
  bool isUntyped = false;  ///< only the size is known: a buffer fits if it is that of an address, a scalar of that size
};

/// A value for a kernel argument: a Buffer, or a scalar that is converted to the declared type when it is passed. For building argument
/// lists in a call: it refers to the Buffer without keeping it alive.
class NEXUS_API Argument {
 public:
  enum class Kind : std::uint8_t { Buffer, Int, UInt, Float, Complex };

  Argument(const nexus::Buffer& buffer) noexcept : kind_(Kind::Buffer) { value_.buffer = &buffer; }
  template <class T>
    requires std::is_integral_v<T>
  Argument(T value) noexcept : kind_(std::is_signed_v<T> ? Kind::Int : Kind::UInt), dtype_(dtypeOf<T>()) {
    if constexpr (std::is_signed_v<T>)
      value_.i = value;
    else
      value_.u = value;
  }
  template <class T>
    requires std::is_floating_point_v<T>
  Argument(T value) noexcept : kind_(Kind::Float), dtype_(dtypeOf<T>()) {
    value_.f = static_cast<double>(value);
  }
  Argument(std::complex<double> value) noexcept : kind_(Kind::Complex), dtype_(DType::Complex128) {
    value_.c = {value.real(), value.imag()};
  }
  /// For bindings: a number whose own type is `dtype`.
  static Argument typed(DType dtype, std::int64_t value) noexcept {
    Argument a(value);
    a.dtype_ = dtype;
    return a;
  }
  static Argument typed(DType dtype, std::uint64_t value) noexcept {
    Argument a(value);
    a.dtype_ = dtype;
    return a;
  }
  static Argument typed(DType dtype, double value) noexcept {
    Argument a(value);
    a.dtype_ = dtype;
    return a;
  }

  Kind kind() const noexcept { return kind_; }
  /// The value's own type, used where the kernel declares none.
  DType dtype() const noexcept { return dtype_; }
  const nexus::Buffer& buffer() const noexcept { return *value_.buffer; }
  std::int64_t asInt() const noexcept { return value_.i; }
  std::uint64_t asUInt() const noexcept { return value_.u; }
  double asFloat() const noexcept { return value_.f; }
  std::complex<double> asComplex() const noexcept { return {value_.c.real, value_.c.imaginary}; }

  /// Writes a number in the bytes of an element type, at most 16. Throws InvalidArgumentError unless the type can represent it: integers must be
  /// in range and exact, floating-point numbers may be rounded but not become infinite, and never become integers.
  void encode(DType dtype, void* bytes) const;

 private:
  Kind kind_;
  DType dtype_ = DType::Unknown;
  union {
    const nexus::Buffer* buffer;
    std::int64_t i;
    std::uint64_t u;
    double f;
    struct {
      double real, imaginary;
    } c;
  } value_;
};

/// How to launch a kernel.
struct LaunchOptions {
  Stream stream;                 ///< empty: the device's default stream
  std::int64_t sharedBytes = 0;  ///< launch-sized shared memory of one block
  bool blocking = false;         ///< return when the kernel has completed
  bool cooperative = false;      ///< all blocks run at the same time; UnsupportedError if the device cannot
  std::optional<Dim3> cluster =
      {};  ///< blocks of one cluster, whose shared memory they share; UnsupportedError if the device has none
};

/// How to compile source text.
struct CompileOptions {
  std::string language = "nexus";  ///< one of the device's property KernelLanguages; "nexus": as nexus/kernel.h says
  std::string options = {};        ///< for the compiler: separated by blanks, quoted as in a shell
  std::vector<std::pair<std::string, std::string>> defines = {};  ///< macros and their values, -DNAME=VALUE
  std::string name = {};                                          ///< what messages call the text; "": "kernel"
};

/// Loaded code for one device. Keeps its file mapped while a handle of it or of one of its kernels lives.
class NEXUS_API Library : public Handle {
 public:
  Library() = default;
  Device getDevice() const;
  /// File that it was loaded from, "" if it came from memory.
  const std::string& getPath() const;
  /// The kernels that the library tells of, in the order of their names. A library without metadata tells of none.
  std::vector<Kernel> getKernels() const;
  /// Throws NotFoundError with the names that exist.
  Kernel getKernel(const std::string& name) const;

 private:
  friend struct detail::Access;
  using Handle::Handle;
};

/// One function of a library that runs on the device, once for every item of a grid of blocks.
class NEXUS_API Kernel : public Handle {
 public:
  Kernel() = default;
  Library getLibrary() const;
  Device getDevice() const;
  const std::string& getName() const;
  /// Whether the library tells which arguments the kernel takes. If not, none are checked.
  bool hasArguments() const;
  const std::vector<KernelArgument>& getArguments() const;
  /// Shared memory of one block that the kernel declares itself, bytes.
  std::uint64_t getSharedBytes() const;

  /// Launches on a stream and returns, usually before the kernel has run. `grid` counts blocks, `block` the items of one. Wrong arguments
  /// are refused before anything runs. Buffers are kept alive until the kernel has completed.
  void launch(const Dim3& grid, const Dim3& block, std::span<const Argument> arguments, const LaunchOptions& options = {}) const;
  void launch(const Dim3& grid, const Dim3& block, std::initializer_list<Argument> arguments,
              const LaunchOptions& options = {}) const {
    launch(grid, block, std::span(arguments.begin(), arguments.size()), options);
  }

 private:
  friend struct detail::Access;
  using Handle::Handle;
};

}  // namespace nexus
