#pragma once

#include "buffer_object.h"

namespace nexus::detail {

class StreamObject;

// Copies and fills that return when they are done, for arrays and buffers of any strides. All throw InvalidArgumentError if the two
// ends do not fit together. They wait for what the stream has to do before.

void copyFromHost(const StreamObject& stream, const BufferObject& destination, const ArrayView& source);
void copyToHost(const StreamObject& stream, const ArrayView& destination, const BufferObject& source);
/// Between buffers of one device or of two, also overlapping ones.
void copyBetween(const BufferObject& destination, const BufferObject& source);
/// Sets every element.
void fillElements(const BufferObject& buffer, const FillEncoder& encode);

}  // namespace nexus::detail
