// Whether a function that was declared anew can be called as the vendor declares it: as many parameters, each of the same size and passed in the same way.
#pragma once

#include <type_traits>

namespace nexus::abi {

enum class Passing { integer, floating, memory };
template <class T>
constexpr Passing passingOf = std::is_floating_point_v<T>                           ? Passing::floating
                              : std::is_class_v<T> && sizeof(T) > 2 * sizeof(void*) ? Passing::memory
                                                                                    : Passing::integer;
template <class A, class B>
constexpr bool isSame = sizeof(A) == sizeof(B) && passingOf<A> == passingOf<B>;

template <class F, class G>
struct SameCall : std::false_type {};
template <class R, class... A, class S, class... B>
  requires(sizeof...(A) == sizeof...(B))
struct SameCall<R(A...), S(B...)> : std::bool_constant<isSame<R, S> && (isSame<A, B> && ...)> {};

}  // namespace nexus::abi
