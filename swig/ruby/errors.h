#pragma once

// C++ exceptions to Ruby ones.

#include <nexus/error.h>

#include <ruby.h>
#include <ruby/encoding.h>
#include <new>

namespace nexus::ruby {

/// Number of statuses, success included.
inline constexpr int statusCount = 1
#define NEXUS_STATUS(name, constant, value, python_base, meaning) +1
#include <nexus/status_table.h>
#undef NEXUS_STATUS
    ;

/// The Ruby class of each status; Nexus::Error itself at Success. The module's constants keep them alive.
inline VALUE errorClasses[statusCount];

inline void defineErrors(VALUE module) {
  const VALUE base = errorClasses[0] = rb_define_class_under(module, "Error", rb_eStandardError);
#define NEXUS_STATUS(name, constant, value, python_base, meaning) \
  errorClasses[value] = rb_define_class_under(module, #name "Error", base);
#include <nexus/status_table.h>
#undef NEXUS_STATUS
}

inline VALUE newError(Status status, const char* message, std::int64_t nativeCode) {
  const auto row = static_cast<std::size_t>(status);
  const VALUE text = rb_utf8_str_new_cstr(message);
  const VALUE error = rb_class_new_instance(1, &text, errorClasses[row < statusCount ? row : 0]);
  rb_iv_set(error, "@native_code", LL2NUM(nativeCode));
  return error;
}

/// The Ruby exception for the C++ one in flight. Call inside a catch block.
inline VALUE errorFromException() {
  try {
    throw;
  } catch (const Error& e) {
    return newError(e.status(), e.what(), e.nativeCode());
  } catch (const std::bad_alloc&) {
    return newError(Status::OutOfMemory, "host memory ran out", 0);
  } catch (const std::exception& e) {
    return newError(Status::Internal, e.what(), 0);
  } catch (...) {
    return newError(Status::Internal, "an exception that is no std::exception", 0);
  }
}

/// Calls a function and raises in Ruby what it throws.
template <class Function>
auto raising(Function function) -> decltype(function()) {
  VALUE error = Qnil;
  try {
    return function();
  } catch (...) {
    error = errorFromException();
  }
  rb_exc_raise(error);
}

}  // namespace nexus::ruby
