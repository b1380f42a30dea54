#include "trace_file.h"

#include "per_process.h"

#include <nexus/error.h>

#include <nlohmann/json.hpp>

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>

namespace nexus::detail {

using Json = nlohmann::ordered_json;

std::uint64_t traceClock() noexcept {
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1));
}

TraceFile& TraceFile::get() { return perProcess<TraceFile>(); }

void TraceFile::open(const std::string& path) {
  std::lock_guard lock(mutex_);
  if (isOpen_)
    throw InvalidArgumentError("cannot start a trace to '" + path + "': the trace '" + path_ +
                               "' is being written already; stop it first");
  file_.open(path, std::ios::trunc);
  if (!file_) throw UnavailableError("cannot write the trace '" + path + "': " + std::strerror(errno), errno);
  path_ = path;
  file_ << "[\n";
  origin_ = traceClock();
  lines_.clear();
  isOpen_ = true;
  on_ = true;
}

void TraceFile::close() {
  constexpr auto patience = std::chrono::seconds(1);
  std::unique_lock lock(mutex_);
  if (!isOpen_) return;
  on_ = false;
  arrived_.wait_for(lock, patience, [this] { return expected_ == 0; });
  if (!isOpen_.exchange(false)) return;
  write(Json{{"name", "process_name"}, {"ph", "M"}, {"pid", 1}, {"args", {{"name", "nexus"}}}}.dump() + "\n]\n");
  file_.close();
}

void TraceFile::write(const std::string& event) { file_ << event; }

int TraceFile::lineNumber(const std::string& line) {
  const auto [place, isNew] = lines_.emplace(line, static_cast<int>(lines_.size()) + 1);
  if (isNew)
    write(Json{{"name", "thread_name"}, {"ph", "M"}, {"pid", 1}, {"tid", place->second}, {"args", {{"name", line}}}}.dump() +
          ",\n");
  return place->second;
}

void TraceFile::slice(const std::string& line, const std::string& name, const char* category, std::uint64_t start,
                      std::uint64_t end) noexcept {
  if (!isOpen()) return;
  std::lock_guard lock(mutex_);
  if (!isOpen() || end < origin_) return;
  const auto microseconds = [](std::uint64_t nanoseconds) { return static_cast<double>(nanoseconds) / 1000; };
  const std::uint64_t from = std::max(start, origin_);
  try {
    write(Json{{"name", name},
               {"cat", category},
               {"ph", "X"},
               {"ts", microseconds(from - origin_)},
               {"dur", microseconds(std::max(end, from) - from)},
               {"pid", 1},
               {"tid", lineNumber(line)}}
              .dump(-1, ' ', false, Json::error_handler_t::replace) +
          ",\n");
  } catch (const std::exception&) {
  }
}

void TraceFile::hostSlice(const std::string& name, std::uint64_t start, std::uint64_t end) noexcept {
  if (!isOpen()) return;
  try {
    slice("host thread " + std::to_string(syscall(SYS_gettid)), name, "host", start, end);
  } catch (const std::exception&) {
  }
}

TraceFile::Expected::Expected() {
  TraceFile& file = get();
  std::lock_guard lock(file.mutex_);
  ++file.expected_;
}

TraceFile::Expected::~Expected() {
  TraceFile& file = get();
  std::lock_guard lock(file.mutex_);
  if (file.expected_ == 0) return;
  --file.expected_;
  if (file.expected_ == 0) file.arrived_.notify_all();
}

}  // namespace nexus::detail
