// SPDX-License-Identifier: Apache-2.0
#include "service/liveness.h"

#include <utility>

#include "base/log.h"

namespace tandem::service {
namespace {

// Of the time that the service manager gives: half of it is what sd_watchdog_enabled(3) asks for,
// and threads come by when they can, not to the second.
constexpr int kFeedsAWatchdog = 8;

constexpr std::uint8_t bitOf(Liveness::Thread thread) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(thread));
}

}  // namespace

Liveness::Liveness(platform::NotifySocket socket, const platform::MonotonicClock& clock)
    : socket_(std::move(socket)), clock_(&clock), fed_(clock.monotonicNow()) {}

void Liveness::watch(Thread thread) {
  const std::lock_guard<std::mutex> lock(mutex_);
  watched_ |= bitOf(thread);
}

void Liveness::unwatch(Thread thread) {
  const std::lock_guard<std::mutex> lock(mutex_);
  watched_ &= static_cast<std::uint8_t>(~bitOf(thread));
}

void Liveness::isAlive(Thread thread) {
  if (!socket_.watchdog()) return;
  const std::lock_guard<std::mutex> lock(mutex_);
  came_by_ |= bitOf(thread);
  if ((came_by_ & watched_) == watched_) feed();
}

void Liveness::feed() {
  const platform::MonotonicTime now = clock_->monotonicNow();
  if (now - fed_ < *socket_.watchdog() / kFeedsAWatchdog) return;
  fed_ = now;
  came_by_ = 0;
  send("WATCHDOG=1");
}

void Liveness::ready() {
  const std::lock_guard<std::mutex> lock(mutex_);
  send("READY=1");
}

void Liveness::says(std::string_view status) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (is_stopping_ || status == status_) return;
  status_ = status;
  send("STATUS=" + platform::statusLine(status));
}

void Liveness::stopping() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (std::exchange(is_stopping_, true)) return;
  send("STOPPING=1\nSTATUS=stopping");
}

// The service goes on: it has work to do, and systemd will notice by itself.
void Liveness::send(std::string_view lines) {
  const Result<void> sent = socket_.send(lines);
  if (!sent.ok() && !std::exchange(has_failed_, true)) logWarning(sent.error().message());
}

}  // namespace tandem::service
