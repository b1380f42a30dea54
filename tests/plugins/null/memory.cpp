#include "memory.h"

#include <cstring>
#include <new>

nxs_buffer::nxs_buffer(const nxs_buffer_desc& desc, std::atomic<std::uint64_t>& used)
    : used_(used), owned_(desc.host_pointer ? 0 : desc.size), data_(static_cast<std::byte*>(desc.host_pointer)) {
  if (data_) return;
  if (used_.fetch_add(owned_) + owned_ > null_plugin::memory_size) {
    used_ -= owned_;
    throw std::bad_alloc();
  }
  try {
    data_ = static_cast<std::byte*>(::operator new(owned_, std::align_val_t(null_plugin::buffer_alignment)));
  } catch (...) {
    used_ -= owned_;
    throw;
  }
}

nxs_buffer::~nxs_buffer() {
  if (owned_ == 0) return;
  ::operator delete(data_, std::align_val_t(null_plugin::buffer_alignment));
  used_ -= owned_;
}

namespace null_plugin {

void copy(const nxs_copy& copy) {
  void* destination = copy.destination ? copy.destination->data() + copy.destination_offset : copy.host_destination;
  const void* source = copy.source ? copy.source->data() + copy.source_offset : copy.host_source;
  std::memcpy(destination, source, copy.size);
}

void fill(const nxs_fill& fill) {
  std::byte* to = fill.buffer->data() + fill.offset;
  for (std::uint64_t at = 0; at < fill.size; at += fill.pattern_size) std::memcpy(to + at, fill.pattern, fill.pattern_size);
}

}  // namespace null_plugin
