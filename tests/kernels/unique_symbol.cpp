// A library that the loader never unloads, as any with such a symbol. Built twice with different results.
#include <nexus/kernel.h>

template <class T>
struct __attribute__((visibility("default"))) Unique {
  static T value;
};
template <class T>
T Unique<T>::value{};
template struct Unique<int32_t>;

NX_KERNEL(version, (NX_OUT(int32_t) result)) { *result = KERNEL_VERSION + Unique<int32_t>::value; }
