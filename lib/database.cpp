#include "database.h"

#include "access.h"
#include "loader.h"
#include "path_list.h"
#include "suggest.h"

#include <nexus/device.h>

#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>

namespace nexus {

namespace detail {

namespace {

using Json = nlohmann::ordered_json;

/// A parsed file. Nodes keep it alive.
class Document : public Object {
 public:
  explicit Document(const std::string& path) : path_(path) {
    std::ifstream file(path);
    if (!file) throw UnavailableError("cannot open the database entry '" + path + "'");
    try {
      root_ = Json::parse(file);
    } catch (const Json::parse_error& e) {
      throw UnavailableError("the database entry '" + path + "' is not valid JSON: " + e.what());
    }
  }
  const std::string& path() const noexcept { return path_; }
  const Json& root() const noexcept { return root_; }

 private:
  std::string path_;
  Json root_;
};

class InfoObject : public Object {
 public:
  static constexpr const char* kind = "Info";
  InfoObject(const Document& document, const Json& node, std::string pointer)
      : document_(&document), node_(node), pointer_(std::move(pointer)) {}

  const Document& document() const noexcept { return static_cast<const Document&>(*document_.get()); }
  const Json& node() const noexcept { return node_; }
  const std::string& pointer() const noexcept { return pointer_; }
  std::string describe() const { return document().path() + " at '" + (pointer_.empty() ? "/" : pointer_) + "'"; }

 private:
  Ref document_;
  const Json& node_;
  std::string pointer_;
};

const InfoObject& infoOf(const Handle& handle) { return Access::of<InfoObject>(handle); }

/// A key as one step of a JSON pointer.
std::string escaped(const std::string& key) {
  std::string text;
  for (const char c : key) text += c == '~' ? std::string("~0") : c == '/' ? std::string("~1") : std::string(1, c);
  return text;
}

const Json* findNode(const Json& from, const std::string& pointer) {
  try {
    const Json::json_pointer path(pointer);
    return from.contains(path) ? &from.at(path) : nullptr;
  } catch (const Json::exception& e) {
    throw InvalidArgumentError("'" + pointer + "' is not a JSON pointer: " + e.what());
  }
}

template <class T>
T leaf(const InfoObject& info, bool matches, const char* wanted) {
  if (!matches) throw InvalidArgumentError(info.describe() + " is " + info.node().type_name() + ", not " + wanted);
  return info.node().get<T>();
}

std::vector<std::string> databaseFolders() {
  std::vector<std::string> folders = pathListFromEnvironment("NEXUS_DATABASE_PATH");
  folders.push_back((std::filesystem::path(coreLibraryFolder()).parent_path() / "share" / "nexus" / "database").string());
  return folders;
}

/// Parsed once per process; a file that cannot be used is tried again, so that it can be mended.
Ref loadDocument(const std::string& path) {
  static auto& mutex = *new std::mutex;
  static auto& documents = *new std::map<std::string, Ref>;
  std::lock_guard lock(mutex);
  Ref& document = documents[path];
  if (!document.get()) document = Ref(new Document(path));
  return document;
}

}  // namespace

Info findDatabaseEntry(const std::string& name) {
  const std::vector<std::string> folders = databaseFolders();
  for (const std::string& folder : folders) {
    const std::filesystem::path file = std::filesystem::path(folder) / (name + ".json");
    std::error_code error;
    if (!std::filesystem::is_regular_file(file, error)) continue;
    const Ref document = loadDocument(file.string());
    const auto& parsed = static_cast<const Document&>(*document.get());
    return Access::handle<Info>(*new InfoObject(parsed, parsed.root(), ""));
  }
  throw NotFoundError("there is no database entry '" + name + "'; the folders searched are " + listNames(folders) +
                      " (NEXUS_DATABASE_PATH adds folders)");
}

}  // namespace detail

using detail::infoOf;

Info Device::getInfo() const {
  return detail::findDatabaseEntry(getProperty<std::string>(Property::Vendor) + "-" + getProperty<std::string>(Property::Type) + "-" +
                                   getProperty<std::string>(Property::Architecture));
}

Info::Kind Info::getKind() const {
  const detail::Json& node = infoOf(*this).node();
  if (node.is_object()) return Kind::Object;
  if (node.is_array()) return Kind::Array;
  if (node.is_string()) return Kind::String;
  if (node.is_boolean()) return Kind::Bool;
  if (node.is_number_integer()) return Kind::Int;
  return node.is_number() ? Kind::Float : Kind::Null;
}

const std::string& Info::getPointer() const { return infoOf(*this).pointer(); }

std::vector<std::string> Info::getKeys() const {
  const detail::Json& node = infoOf(*this).node();
  std::vector<std::string> keys;
  if (node.is_object()) {
    for (const auto& member : node.items()) keys.push_back(member.key());
  } else if (node.is_array()) {
    for (std::size_t i = 0; i < node.size(); ++i) keys.push_back(std::to_string(i));
  }
  return keys;
}

std::size_t Info::getSize() const {
  const detail::Json& node = infoOf(*this).node();
  return node.is_structured() ? node.size() : 0;
}

bool Info::contains(const std::string& pointer) const {
  return detail::findNode(infoOf(*this).node(), pointer.starts_with('/') ? pointer : "/" + detail::escaped(pointer)) != nullptr;
}

Info Info::at(const std::string& pointer) const {
  const detail::InfoObject& info = infoOf(*this);
  const std::string path = pointer.empty() || pointer.starts_with('/') ? pointer : "/" + detail::escaped(pointer);
  const detail::Json* node = detail::findNode(info.node(), path);
  if (!node) throw NotFoundError(info.describe() + " has no '" + pointer + "'; its keys are " + detail::listNames(getKeys()));
  return detail::Access::handle<Info>(*new detail::InfoObject(info.document(), *node, info.pointer() + path));
}

bool Info::getBool() const { return detail::leaf<bool>(infoOf(*this), infoOf(*this).node().is_boolean(), "boolean"); }
std::int64_t Info::getInt() const { return detail::leaf<std::int64_t>(infoOf(*this), infoOf(*this).node().is_number_integer(), "an integer"); }
double Info::getFloat() const { return detail::leaf<double>(infoOf(*this), infoOf(*this).node().is_number(), "a number"); }
std::string Info::getString() const { return detail::leaf<std::string>(infoOf(*this), infoOf(*this).node().is_string(), "a string"); }
std::string Info::toJson() const { return infoOf(*this).node().dump(2); }

}  // namespace nexus
