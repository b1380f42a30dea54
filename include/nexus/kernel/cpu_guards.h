// For which items of a row a condition holds, found without asking each of them. Part of nexus/kernel.h for the CPU.
//
// Many kernels do nothing for some items: `if (i > 0 && i + 1 < width) ...`, `if (i >= n) return;`. When Nexus compiles at run time it
// also compiles such a condition with the types of this file in the place of integers. Evaluated once for a row of items, it gives the
// items for which it holds; the loop over these needs no condition, which makes plain vector code of it. What the types cannot tell is
// RowUnknown while compiling, or not `isKnown` while running; then each item asks.
#ifndef NEXUS_KERNEL_CPU_GUARDS_H
#define NEXUS_KERNEL_CPU_GUARDS_H

#include <nexus/cpu_kernel.h>

#include <cstddef>
#include <cstdint>
#include <type_traits>

// Without it compilers leave calls, and a row of items is short.
#define NX_DETAIL_ROW __attribute__((always_inline)) constexpr

namespace nexus::cpu {

struct RowUnknown {};

// An integer that is the same for all items of a row. Not known where C++ defines no result.
template <class NxT>
struct RowFixed {
  NxT value;
  bool isKnown;
};

// An integer that is `first` for the first item of a row and one more for each next one, all of them values of NxT.
template <class NxT>
struct RowMoving {
  NxT first;
  std::uint32_t count;  // of the row
  bool isKnown;
};

enum class RowForm {
  Fixed,   // all items or none
  Prefix,  // those before `end`
  Suffix,  // those from `begin` on
  Inside,  // begin .. end - 1
  Outside  // the others
};

template <RowForm NxForm>
struct RowSet {
  std::uint32_t begin, end;
  bool isKnown;
};

template <class NxT>
inline constexpr bool isRowType = false;
template <>
inline constexpr bool isRowType<RowUnknown> = true;
template <class NxT>
inline constexpr bool isRowType<RowFixed<NxT>> = true;
template <class NxT>
inline constexpr bool isRowType<RowMoving<NxT>> = true;
template <RowForm NxForm>
inline constexpr bool isRowType<RowSet<NxForm>> = true;

// ---- integers

template <class NxT>
NX_DETAIL_ROW auto rowValue(NxT value) {
  if constexpr (std::is_integral_v<NxT>)
    return RowFixed<NxT>{value, true};
  else
    return RowUnknown();
}
template <class NxT>
NX_DETAIL_ROW RowFixed<NxT> rowValue(RowFixed<NxT> value) {
  return value;
}
template <class NxT>
NX_DETAIL_ROW RowMoving<NxT> rowValue(RowMoving<NxT> value) {
  return value;
}

template <class NxT, class NxA>
NX_DETAIL_ROW RowUnknown rowCast(NxA) {
  return {};
}
template <class NxT, class NxA>
NX_DETAIL_ROW RowFixed<NxT> rowCast(RowFixed<NxA> a) {
  return {static_cast<NxT>(a.value), a.isKnown};
}
// Whether none of a row's values is beyond NxT.
template <class NxT, class NxA>
NX_DETAIL_ROW RowMoving<NxT> rowCast(RowMoving<NxA> a) {
  NxT first = 0, last = 0;
  const bool startsBeyond = __builtin_add_overflow(a.first, 0, &first),
             endsBeyond = __builtin_add_overflow(a.first, a.count - 1, &last);
  return {first, a.count, a.isKnown && !startsBeyond && !endsBeyond};
}

enum class RowOperator { Add, Subtract, Multiply, Divide, Remainder };

template <RowOperator NxO, class NxA, class NxB>
NX_DETAIL_ROW RowUnknown rowArithmetic(NxA, NxB) {
  return {};
}
template <RowOperator NxO, class NxA, class NxB>
NX_DETAIL_ROW auto rowArithmetic(RowFixed<NxA> a, RowFixed<NxB> b) {
  using NxT = decltype(NxA() + NxB());
  const NxT x = static_cast<NxT>(a.value), y = static_cast<NxT>(b.value);
  NxT result = 0;
  bool isDefined = a.isKnown && b.isKnown;
  if constexpr (NxO == RowOperator::Divide || NxO == RowOperator::Remainder) {
    if (y == 0 || (std::is_signed_v<NxT> && y == static_cast<NxT>(-1)))
      isDefined = false;
    else
      result = NxO == RowOperator::Divide ? x / y : x % y;
  } else {
    const bool isBeyond = NxO == RowOperator::Add        ? __builtin_add_overflow(x, y, &result)
                          : NxO == RowOperator::Subtract ? __builtin_sub_overflow(x, y, &result)
                                                         : __builtin_mul_overflow(x, y, &result);
    isDefined = isDefined && !(std::is_signed_v<NxT> && isBeyond);
  }
  return RowFixed<NxT>{result, isDefined};
}
template <RowOperator NxO, class NxA, class NxB>
NX_DETAIL_ROW auto rowArithmetic(RowMoving<NxA> a, RowFixed<NxB> b) {
  if constexpr (NxO == RowOperator::Add || NxO == RowOperator::Subtract) {
    using NxT = decltype(NxA() + NxB());
    const RowMoving<NxT> x = rowCast<NxT>(a);
    const RowFixed<NxT> first = rowArithmetic<NxO>(RowFixed<NxT>{x.first, x.isKnown}, rowCast<NxT>(b));
    // That the last one is in NxT too is what rowCast sees.
    return rowCast<NxT>(RowMoving<NxT>{first.value, a.count, first.isKnown});
  } else {
    return RowUnknown();
  }
}
template <RowOperator NxO, class NxA, class NxB>
NX_DETAIL_ROW auto rowArithmetic(RowFixed<NxA> a, RowMoving<NxB> b) {
  if constexpr (NxO == RowOperator::Add)
    return rowArithmetic<NxO>(b, a);
  else
    return RowUnknown();
}

// ---- sets

template <RowForm NxForm>
NX_DETAIL_ROW auto rowNot(RowSet<NxForm> set) {
  if constexpr (NxForm == RowForm::Fixed)
    return RowSet<RowForm::Fixed>{0, set.end == 0 ? UINT32_MAX : 0, set.isKnown};
  else if constexpr (NxForm == RowForm::Prefix)
    return RowSet<RowForm::Suffix>{set.end, UINT32_MAX, set.isKnown};
  else if constexpr (NxForm == RowForm::Suffix)
    return RowSet<RowForm::Prefix>{0, set.begin, set.isKnown};
  else
    return RowSet<NxForm == RowForm::Inside ? RowForm::Outside : RowForm::Inside>{set.begin, set.end, set.isKnown};
}
NX_DETAIL_ROW RowUnknown rowNot(RowUnknown) { return {}; }

template <class NxA, class NxB>
NX_DETAIL_ROW RowUnknown rowBoth(NxA, NxB) {
  return {};
}
// The same, not Outside; not known where the others are in two parts.
template <RowForm NxForm>
NX_DETAIL_ROW auto rowInside(RowSet<NxForm> set) {
  if constexpr (NxForm != RowForm::Outside) {
    return set;
  } else {
    const bool isAll = set.begin >= set.end, isStart = set.begin == 0, isEnd = set.end == UINT32_MAX;
    return RowSet<RowForm::Inside>{isAll || !isStart ? 0 : set.end, isAll || isStart ? UINT32_MAX : set.begin,
                                   set.isKnown && (isAll || isStart || isEnd)};
  }
}

template <RowForm NxA, RowForm NxB>
NX_DETAIL_ROW auto rowBoth(RowSet<NxA> a, RowSet<NxB> b) {
  if constexpr (NxA == RowForm::Outside || NxB == RowForm::Outside) {
    return rowBoth(rowInside(a), rowInside(b));
  } else {
    constexpr RowForm form = NxA == NxB                                        ? NxA
                             : NxA == RowForm::Fixed && NxB == RowForm::Prefix ? NxB
                             : NxB == RowForm::Fixed && NxA == RowForm::Prefix ? NxA
                                                                               : RowForm::Inside;
    return RowSet<form>{a.begin < b.begin ? b.begin : a.begin, a.end < b.end ? a.end : b.end, a.isKnown && b.isKnown};
  }
}

// The items for which a < b, or a <= b.
template <bool NxOrEqual, class NxA, class NxB>
NX_DETAIL_ROW RowUnknown rowLess(NxA, NxB) {
  return {};
}
template <bool NxOrEqual, class NxA, class NxB>
NX_DETAIL_ROW auto rowLess(RowFixed<NxA> a, RowFixed<NxB> b) {
  using NxT = decltype(NxA() + NxB());
  const NxT x = static_cast<NxT>(a.value), y = static_cast<NxT>(b.value);
  return RowSet<RowForm::Fixed>{0, (NxOrEqual ? x <= y : x < y) ? UINT32_MAX : 0, a.isKnown && b.isKnown};
}
template <bool NxOrEqual, class NxA, class NxB>
NX_DETAIL_ROW auto rowLess(RowMoving<NxA> a, RowFixed<NxB> b) {
  using NxT = decltype(NxA() + NxB());
  const RowMoving<NxT> x = rowCast<NxT>(a);
  const NxT limit = static_cast<NxT>(b.value);
  const std::uint64_t steps = static_cast<std::uint64_t>(limit) - static_cast<std::uint64_t>(x.first);
  const std::uint64_t most = x.count - NxOrEqual;
  // All of them: up to any end.
  const std::uint32_t items = steps < most ? static_cast<std::uint32_t>(steps) + NxOrEqual : UINT32_MAX;
  return RowSet<RowForm::Prefix>{0, (NxOrEqual ? x.first <= limit : x.first < limit) ? items : 0, x.isKnown && b.isKnown};
}
template <bool NxOrEqual, class NxA, class NxB>
NX_DETAIL_ROW auto rowLess(RowFixed<NxA> a, RowMoving<NxB> b) {
  return rowNot(rowLess<!NxOrEqual>(b, a));
}

template <class NxA, class NxB>
NX_DETAIL_ROW auto rowEqual(NxA a, NxB b) {
  return rowBoth(rowLess<true>(a, b), rowLess<true>(b, a));
}

template <class NxA>
NX_DETAIL_ROW auto rowSet(NxA value) {
  return rowNot(rowEqual(rowValue(value), rowValue(0)));
}
template <RowForm NxForm>
NX_DETAIL_ROW RowSet<NxForm> rowSet(RowSet<NxForm> set) {
  return set;
}

// ---- what the text of a condition uses

#define NX_DETAIL_ROW_OPERATOR(op, result)       \
  template <class NxA, class NxB>                \
    requires(isRowType<NxA> || isRowType<NxB>)   \
  NX_DETAIL_ROW auto operator op(NxA x, NxB y) { \
    const auto a = rowValue(x);                  \
    const auto b = rowValue(y);                  \
    return result;                               \
  }
NX_DETAIL_ROW_OPERATOR(+, rowArithmetic<RowOperator::Add>(a, b))
NX_DETAIL_ROW_OPERATOR(-, rowArithmetic<RowOperator::Subtract>(a, b))
NX_DETAIL_ROW_OPERATOR(*, rowArithmetic<RowOperator::Multiply>(a, b))
NX_DETAIL_ROW_OPERATOR(/, rowArithmetic<RowOperator::Divide>(a, b))
NX_DETAIL_ROW_OPERATOR(%, rowArithmetic<RowOperator::Remainder>(a, b))
NX_DETAIL_ROW_OPERATOR(<, rowLess<false>(a, b))
NX_DETAIL_ROW_OPERATOR(<=, rowLess<true>(a, b))
NX_DETAIL_ROW_OPERATOR(>, rowLess<false>(b, a))
NX_DETAIL_ROW_OPERATOR(>=, rowLess<true>(b, a))
NX_DETAIL_ROW_OPERATOR(==, rowEqual(a, b))
NX_DETAIL_ROW_OPERATOR(!=, rowNot(rowEqual(a, b)))
#undef NX_DETAIL_ROW_OPERATOR

// Both sides are evaluated, which has no effects here.
template <class NxA, class NxB>
  requires(isRowType<NxA> || isRowType<NxB>)
NX_DETAIL_ROW auto operator&&(NxA a, NxB b) {
  return rowBoth(rowSet(a), rowSet(b));
}
template <class NxA, class NxB>
  requires(isRowType<NxA> || isRowType<NxB>)
NX_DETAIL_ROW auto operator||(NxA a, NxB b) {
  return rowNot(rowBoth(rowNot(rowSet(a)), rowNot(rowSet(b))));
}
template <class NxA>
  requires(isRowType<NxA>)
NX_DETAIL_ROW auto operator!(NxA a) {
  return rowNot(rowSet(a));
}
template <class NxA>
  requires(isRowType<NxA>)
NX_DETAIL_ROW auto operator-(NxA a) {
  return 0 - a;
}

// `RowCast<NxT>() ->* x` is `(NxT)x`; the operator binds nearly as strongly as a cast.
template <class NxT>
struct RowCast {
  template <class NxA>
  friend NX_DETAIL_ROW auto operator->*(RowCast, NxA value) {
    if constexpr (std::is_same_v<NxT, bool>)
      return rowSet(value);
    else if constexpr (std::is_integral_v<NxT>)
      return rowCast<NxT>(rowValue(value));
    else
      return RowUnknown();
  }
};

// The ids of a row's items.
struct Row {
  const nexus_cpu_block* launch;
  std::size_t block[3];
  std::size_t y, z, firstX;
  std::uint32_t count;

  template <int NxD>
  NX_DETAIL_ROW RowFixed<std::size_t> blockId() const {
    return {block[NxD], true};
  }
  template <int NxD>
  NX_DETAIL_ROW auto localId() const {
    if constexpr (NxD == 0)
      return RowMoving<std::size_t>{0, count, true};
    else
      return RowFixed<std::size_t>{NxD == 1 ? y : z, true};
  }
  template <int NxD>
  NX_DETAIL_ROW auto globalId() const {
    if constexpr (NxD == 0)
      return RowMoving<std::size_t>{firstX, count, true};
    else
      return RowFixed<std::size_t>{block[NxD] * launch->size[NxD] + (NxD == 1 ? y : z), true};
  }
};

// Items begin .. end - 1 do something; nothing is known if not isKnown.
struct RowItems {
  std::uint32_t begin, end;
  bool isKnown;

  NX_DETAIL_ROW RowItems(RowUnknown) : begin(0), end(0), isKnown(false) {}
  NX_DETAIL_ROW RowItems(RowSet<RowForm::Outside> set) : RowItems(rowInside(set)) {}
  template <RowForm NxForm>
  NX_DETAIL_ROW RowItems(RowSet<NxForm> set) : begin(set.begin), end(set.end), isKnown(set.isKnown) {}
};

// Shorter rows would lose more by finding out than they gain; with Clang, whose vector code leaves more items over.
#if defined(__clang__)
inline constexpr std::uint32_t shortestGuardedRow = 128;
#else
inline constexpr std::uint32_t shortestGuardedRow = 64;
#endif

}  // namespace nexus::cpu

#undef NX_DETAIL_ROW

#endif
