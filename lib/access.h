#pragma once

#include <nexus/error.h>
#include <nexus/handle.h>

#include <string>
#include <type_traits>

namespace nexus::detail {

/// The way from a public handle to the object behind it, and back.
struct Access {
  template <class HandleType>
  static HandleType handle(const Object& object) {
    return HandleType(&object);
  }
  static const Object* get(const Handle& handle) noexcept { return handle.object_.get(); }

  /// `ObjectType::kind` names the object in the message.
  template <class ObjectType>
  static ObjectType& of(const Handle& handle) {
    const Object* object = handle.object_.get();
    if (!object) [[unlikely]]
      throwEmpty(ObjectType::kind);
    return const_cast<ObjectType&>(static_cast<const ObjectType&>(*object));
  }

 private:
  [[noreturn]] static void throwEmpty(const char* kind);
};

}  // namespace nexus::detail
