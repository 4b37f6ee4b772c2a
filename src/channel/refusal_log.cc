// SPDX-License-Identifier: Apache-2.0
#include "channel/refusal_log.h"

#include <chrono>

#include <fmt/core.h>

#include "base/log.h"

namespace tandem::channel {

bool RefusalLog::refused(std::string_view peer, std::string_view reason) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const platform::MonotonicTime now = clock_->monotonicNow();
  if (now - minute_ >= std::chrono::minutes(1)) {
    minute_ = now;
    lines_ = 0;
  }
  if (++lines_ > kLinesMax) return false;
  logWarning(fmt::format("channel: refused {}: {}", peer, reason));
  if (lines_ == kLinesMax) logWarning("channel: further refusals of this minute are not logged");
  return true;
}

}  // namespace tandem::channel
