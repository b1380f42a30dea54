// Streams, each a thread that begins with its first work, and events.
#include "fake_gpu.h"

#include <set>

using namespace nexus::gpu_plugin;

namespace nexus::gpu_plugin {

namespace {
std::mutex listMutex;
std::set<OpaqueStream*>& allStreams() {
  static auto& streams = *new std::set<OpaqueStream*>;
  return streams;
}
}  // namespace

OpaqueStream::OpaqueStream(OpaqueContext* c) : context(c) {
  std::lock_guard lock(listMutex);
  allStreams().insert(this);
}

OpaqueStream::~OpaqueStream() {
  {
    std::lock_guard lock(listMutex);
    allStreams().erase(this);
  }
  {
    std::lock_guard lock(mutex_);
    isClosing_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void OpaqueStream::push(Work work) {
  std::lock_guard lock(mutex_);
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  queue_.push_back(std::move(work));
  changed_.notify_all();
}

void OpaqueStream::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    isBusy_ = false;
    changed_.notify_all();
    changed_.wait(lock, [this] { return isClosing_ || !queue_.empty(); });
    if (queue_.empty()) return;
    Work work = std::move(queue_.front());
    queue_.pop_front();
    isBusy_ = true;
    lock.unlock();
    work();
    work = nullptr;
    lock.lock();
  }
}

bool OpaqueStream::isIdle() {
  std::lock_guard lock(mutex_);
  return queue_.empty() && !isBusy_;
}

void OpaqueStream::synchronize() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return queue_.empty() && !isBusy_; });
}

}  // namespace nexus::gpu_plugin

FAKE(cuStreamCreateWithPriority, hipStreamCreateWithPriority)(StreamHandle* stream, unsigned flags, int) {
  if (!currentContext()) return invalidContext;
  if (flags != streamNonBlocking) return invalidValue;
  *stream = new OpaqueStream(currentContext());
  return success;
}
FAKE(cuStreamDestroy_v2, hipStreamDestroy)(StreamHandle stream) {
  delete stream;
  return success;
}
FAKE(cuStreamQuery, hipStreamQuery)(StreamHandle stream) {
  if (const Result broken = stream->context->broken; broken != success) return broken;
  return stream->isIdle() ? success : notReady;
}
FAKE(cuCtxSynchronize, hipDeviceSynchronize)() {
  if (!currentContext()) return invalidContext;
  std::lock_guard lock(listMutex);
  for (OpaqueStream* stream : allStreams())
    if (stream->context == currentContext()) stream->synchronize();
  return currentContext()->broken;
}
FAKE(cuStreamSynchronize, hipStreamSynchronize)(StreamHandle stream) {
  if (!stream) return currentContext() ? currentContext()->broken.load() : invalidContext;  // nobody uses the default stream
  stream->synchronize();
  return stream->context->broken;
}
FAKE(cuStreamWaitEvent, hipStreamWaitEvent)(StreamHandle stream, EventHandle event, unsigned) {
  std::shared_ptr<OpaqueEvent::Record> record;
  {
    std::lock_guard lock(event->mutex);
    record = event->record;
  }
  if (!record) return success;
  stream->push([record] {
    std::unique_lock lock(record->mutex);
    record->changed.wait(lock, [&] { return record->isDone; });
  });
  return success;
}
FAKE(cuEventCreate, hipEventCreateWithFlags)(EventHandle* event, unsigned flags) {
  if (!currentContext()) return invalidContext;
  *event = new OpaqueEvent{currentContext(), (flags & eventWithoutTiming) == 0, {}, nullptr};
  return success;
}
FAKE(cuEventDestroy_v2, hipEventDestroy)(EventHandle event) {
  delete event;
  return success;
}
FAKE(cuEventRecord, hipEventRecord)(EventHandle event, StreamHandle stream) {
  if (event->context != stream->context) return invalidHandle;
  if (const Result broken = stream->context->broken; broken != success) return broken;
  auto record = std::make_shared<OpaqueEvent::Record>();
  {
    std::lock_guard lock(event->mutex);
    event->record = record;
  }
  stream->push([record] {
    std::lock_guard lock(record->mutex);
    record->isDone = true;
    record->time = std::chrono::steady_clock::now();
    record->changed.notify_all();
  });
  return success;
}
FAKE(cuEventQuery, hipEventQuery)(EventHandle event) {
  if (const Result broken = event->context->broken; broken != success) return broken;
  std::lock_guard lock(event->mutex);
  if (!event->record) return success;
  std::lock_guard recordLock(event->record->mutex);
  return event->record->isDone ? success : notReady;
}
FAKE(cuEventElapsedTime, hipEventElapsedTime)(float* milliseconds, EventHandle begin, EventHandle end) {
  if (!currentContext()) return invalidContext;
  if (!begin->hasTime || !end->hasTime || !begin->record || !end->record) return invalidHandle;
  if (!begin->record->isDone || !end->record->isDone) return notReady;
  // The clock of a device does not keep step with that of the host.
  constexpr double drift = 1.00005;
  *milliseconds =
      static_cast<float>(drift * std::chrono::duration<double, std::milli>(end->record->time - begin->record->time).count());
  return success;
}
