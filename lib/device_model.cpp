#include "database.h"

#include <nexus/device_model.h>
#include <nexus/error.h>

namespace nexus {

namespace {

/// Fills in what the product tells and the device does not.
DeviceModel complete(DeviceModel model) {
  if (model.product.empty()) return model;
  const Info product = model.entry.at("Products").at("/" + detail::escapedStep(model.product));
  if (model.coreCount == 0 && product.contains("CoreCount")) model.coreCount = product.getInt("CoreCount");
  if (model.boostClock == 0 && product.contains("BoostClock")) model.boostClock = product.getFloat("BoostClock");
  return model;
}

/// The product that is meant by the name of an architecture.
std::string onlyProduct(const Info& entry) {
  if (!entry.contains("Products")) return "";
  const Info products = entry.at("Products");
  return products.getSize() == 1 ? products.getKeys()[0] : "";
}

}  // namespace

DeviceModel DeviceModel::of(const Device& device) {
  DeviceModel model;
  model.entry = device.getInfo();
  model.product = detail::productOf(model.entry, device.getProperty<std::string>(Property::Name));
  model.name = device.getId();
  const auto read = [&device](Property property) {
    try {
      return device.getProperty<double>(property);
    } catch (const NotFoundError&) {
      return 0.0;
    }
  };
  model.coreCount = static_cast<std::int64_t>(read(Property::CoreCount));
  model.boostClock = read(Property::MaxClockRate);
  return complete(std::move(model));
}

DeviceModel DeviceModel::of(const std::string& name) {
  const Database database = Database::get();
  const DatabaseMatch match = database.resolve(name);
  DeviceModel model = of(database.getInfo(match.entry));
  if (match.product.empty()) return model;
  model.product = model.name = match.product;
  return complete(std::move(model));
}

DeviceModel DeviceModel::of(const Info& entry) {
  DeviceModel model;
  model.entry = entry.getPointer().empty()
                    ? entry
                    : throw InvalidArgumentError("the node at '" + entry.getPointer() + "' is a part of an entry, not an entry");
  model.product = onlyProduct(entry);
  model.name = model.product.empty() ? entry.getEntryName() : model.product;
  return complete(std::move(model));
}

}  // namespace nexus
