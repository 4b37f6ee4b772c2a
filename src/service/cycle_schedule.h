// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "platform/clock.h"

namespace tandem::service {

// When the next cycle is due. Pure: time comes in by argument.
class CycleSchedule {
 public:
  // A home that another process works on is tried again so soon.
  static constexpr std::chrono::seconds kRetry{30};
  // At least this lies between the end of a cycle and the start of the next, however short the
  // interval: command lines get a turn.
  static constexpr std::chrono::seconds kPause{5};

  // The first one is due at once.
  explicit CycleSchedule(platform::MonotonicTime now) : due_(now), started_(now) {}

  platform::MonotonicTime due() const { return due_; }
  bool isDue(platform::MonotonicTime now) const { return now >= due_; }
  void started(platform::MonotonicTime now) { started_ = now; }
  // From start to start, as Entra Connect counts it.
  void ended(platform::MonotonicTime now, std::chrono::seconds interval);
  void skipped(platform::MonotonicTime now) { due_ = now + kRetry; }

 private:
  platform::MonotonicTime due_;
  platform::MonotonicTime started_;
};

}  // namespace tandem::service
