#pragma once

#include <nexus/plugin.h>

#include <array>
#include <cstddef>
#include <mutex>
#include <string>
#include <utility>

namespace nexus::detail {

/// How many plugins a layer can be put over at the same time. C functions carry no state, so each plugin needs functions of its own.
inline constexpr std::size_t layerSlots = 16;

/// Puts functions of a class in front of those of a plugin. LayerType has `explicit LayerType(const nxs_plugin_table& next, std::string name)`
/// and `template <class Bind> static void list(Bind bind)`, which calls bind(&nxs_plugin_table::entry, method) for each entry that it
/// replaces: see LayerMethod.
template <class LayerType>
class LayerSlots {
 public:
  /// The table to use instead of `next`, which must outlive it. NULL if all slots are taken.
  static const nxs_plugin_table* install(const nxs_plugin_table& next, const std::string& name) {
    std::lock_guard lock(mutex());
    for (std::size_t i = 0; i < layerSlots; ++i) {
      if (layers[i]) continue;
      layers[i] = new LayerType(next, name);
      tables[i] = next;
      fill[i](tables[i]);
      return &tables[i];
    }
    return nullptr;
  }
  static void remove(const nxs_plugin_table* table) {
    std::lock_guard lock(mutex());
    const auto slot = static_cast<std::size_t>(table - tables.data());
    delete std::exchange(layers[slot], nullptr);
  }
  template <class Visit>
  static void forEach(Visit&& visit) {
    std::lock_guard lock(mutex());
    for (LayerType* layer : layers)
      if (layer) visit(*layer);
  }

 private:
  template <std::size_t Slot, auto Method>
  struct Thunk;
  template <std::size_t Slot, class... A, nxs_status (LayerType::*Method)(A...)>
  struct Thunk<Slot, Method> {
    static nxs_status call(A... arguments) { return (layers[Slot]->*Method)(arguments...); }
  };

  template <std::size_t Slot>
  static void fillTable(nxs_plugin_table& table) {
    // An entry that the plugin does not have stays absent.
    LayerType::list([&]<auto Method>(auto entry) {
      if (table.*entry) table.*entry = Thunk<Slot, Method>::call;
    });
  }
  template <std::size_t... Slot>
  static constexpr auto makeFill(std::index_sequence<Slot...>) {
    return std::array<void (*)(nxs_plugin_table&), sizeof...(Slot)>{fillTable<Slot>...};
  }

  static std::mutex& mutex() {
    static auto& instance = *new std::mutex;
    return instance;
  }
  static constexpr auto fill = makeFill(std::make_index_sequence<layerSlots>{});
  static inline std::array<LayerType*, layerSlots> layers{};
  static inline std::array<nxs_plugin_table, layerSlots> tables{};
};

}  // namespace nexus::detail
