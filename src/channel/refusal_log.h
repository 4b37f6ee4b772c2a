// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <mutex>
#include <string_view>

#include "platform/clock.h"

namespace tandem::channel {

// Says in the log who was turned away and why, at most kLinesMax times a minute: whoever can reach
// the port must not be able to fill the disk.
class RefusalLog {
 public:
  static constexpr int kLinesMax = 20;

  explicit RefusalLog(const platform::MonotonicClock& clock) : clock_(&clock) {}
  // False when it was not written.
  bool refused(std::string_view peer, std::string_view reason);

 private:
  const platform::MonotonicClock* clock_;
  std::mutex mutex_;
  platform::MonotonicTime minute_{};
  int lines_ = 0;
};

}  // namespace tandem::channel
