#pragma once

#include <nexus/handle.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <vector>

namespace nexus::detail {

/// What submitted commands use, oldest first. Room is made after an addition for the one that follows, so that what is in flight
/// already can still be noted when memory has run out.
class InFlight {
 public:
  InFlight() { entries_.reserve(spare); }

  bool isEmpty() const noexcept { return first_ == entries_.size(); }
  std::uint64_t firstTicket() const noexcept { return entries_[first_].ticket; }
  /// Throws std::bad_alloc only if there was no memory at the addition before either, or for very many objects at once.
  void add(std::uint64_t ticket, const Object* object) { entries_.push_back({ticket, Ref(object)}); }
  /// Whether the newest entries are exactly these objects; they are then kept until that ticket, without another reference. So a
  /// launch that is repeated costs neither memory nor reference counts.
  bool prolong(std::uint64_t ticket, std::span<const Object* const> used) noexcept {
    if (entries_.size() - first_ < used.size()) return false;
    Entry* const newest = entries_.data() + (entries_.size() - used.size());
    for (std::size_t i = 0; i < used.size(); ++i)
      if (newest[i].object.get() != used[i]) return false;
    for (std::size_t i = 0; i < used.size(); ++i) newest[i].ticket = std::max(newest[i].ticket, ticket);
    return true;
  }
  Ref takeFirst() noexcept {
    Ref taken = std::move(entries_[first_].object);
    if (++first_ == entries_.size()) {
      entries_.clear();
      first_ = 0;
    }
    return taken;
  }
  void makeRoom() noexcept {
    if (entries_.capacity() - entries_.size() >= spare) return;
    if (first_ > entries_.size() / 2) {
      entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(first_));
      first_ = 0;
    }
    try {
      if (entries_.capacity() - entries_.size() < spare) entries_.reserve(2 * entries_.capacity());
    } catch (const std::bad_alloc&) {  // the next addition tries again
    }
  }

 private:
  static constexpr std::size_t spare = 32;
  struct Entry {
    std::uint64_t ticket;
    Ref object;
  };

  std::vector<Entry> entries_;
  std::size_t first_ = 0;
};

}  // namespace nexus::detail
