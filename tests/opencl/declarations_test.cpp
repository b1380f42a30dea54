// The plugin's own declarations of OpenCL against those of Khronos. Most of it is decided by the compiler.
#define CL_TARGET_OPENCL_VERSION 300
#define CL_USE_DEPRECATED_OPENCL_1_2_APIS
#define CL_ENABLE_BETA_EXTENSIONS
#include "plugins/opencl/api.h"

#include <CL/cl.h>
#include <CL/cl_ext.h>
#include <gtest/gtest.h>

#include <type_traits>

namespace {

template <class T>
constexpr std::size_t sizeOf() {
  if constexpr (std::is_void_v<T>)
    return 0;
  else
    return sizeof(T);
}
template <class A, class B>
constexpr bool isSameClass = sizeOf<A>() == sizeOf<B>() && std::is_pointer_v<A> == std::is_pointer_v<B> &&
                             std::is_integral_v<A> == std::is_integral_v<B> && std::is_signed_v<A> == std::is_signed_v<B>;

template <class A, class B>
constexpr bool isCallableAs = false;
template <class A, class... As, class B, class... Bs>
constexpr bool isCallableAs<A (*)(As...), B (*)(Bs...)> = [] {
  if constexpr (sizeof...(As) == sizeof...(Bs))
    return isSameClass<A, B> && (isSameClass<As, Bs> && ...);
  else
    return false;
}();

using nexus::opencl::Api;
using nexus::opencl::Extensions;

#define NEXUS_CL_FUNCTION(need, name, result, parameters) \
  static_assert(isCallableAs<decltype(Api::name), decltype(&::name)>, #name " differs from CL/cl.h");
#include "plugins/opencl/function_table.h"
#undef NEXUS_CL_FUNCTION

#define NEXUS_CL_EXTENSION(name, result, parameters) \
  static_assert(isCallableAs<decltype(Extensions::name), name##_fn>, #name " differs from CL/cl_ext.h");
#include "plugins/opencl/extension_table.h"
#undef NEXUS_CL_EXTENSION

#define NEXUS_CL(name, value) \
  static_assert(nexus::opencl::name == static_cast<std::int64_t>(CL_##name), #name " differs from CL/cl.h");
#include "plugins/opencl/constant_table.h"
#undef NEXUS_CL

#define NEXUS_CL_ERROR(name, code, status) static_assert(CL_##name == code, #name " differs from CL/cl.h");
#include "plugins/opencl/error_table.h"
#undef NEXUS_CL_ERROR

static_assert(sizeof(nexus::opencl::cl_buffer_region) == sizeof(::cl_buffer_region) &&
              offsetof(nexus::opencl::cl_buffer_region, size) == offsetof(::cl_buffer_region, size));

// The comparison itself must be able to fail.
static_assert(!isCallableAs<void (*)(int), void (*)(int, int)>);
static_assert(!isCallableAs<void (*)(int), void (*)(long)>);
static_assert(!isCallableAs<void (*)(int), void (*)(unsigned)>);
static_assert(!isCallableAs<int (*)(char*), int (*)(std::size_t)>);
static_assert(!isCallableAs<int (*)(), void (*)()>);

TEST(OpenClDeclarations, ErrorsAreNamed) {
  EXPECT_EQ(nexus::opencl::errorName(CL_INVALID_WORK_GROUP_SIZE), "CL_INVALID_WORK_GROUP_SIZE");
  EXPECT_EQ(nexus::opencl::errorName(-1001), "CL_PLATFORM_NOT_FOUND_KHR");
  EXPECT_EQ(nexus::opencl::errorName(-4242), "OpenCL error -4242");
  EXPECT_EQ(nexus::opencl::errorStatus(CL_MEM_OBJECT_ALLOCATION_FAILURE), NXS_OUT_OF_MEMORY);
  EXPECT_EQ(nexus::opencl::errorStatus(-4242), NXS_INTERNAL);
}

}  // namespace
