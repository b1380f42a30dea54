#include "access.h"

namespace nexus::detail {

Object::~Object() = default;

void Object::unreferenced() const noexcept { delete this; }

void Access::throwEmpty(const char* kind) {
  throw InvalidArgumentError(std::string("this ") + kind +
                             " handle is empty: it was default-constructed or moved from; get one from its parent object");
}

}  // namespace nexus::detail
