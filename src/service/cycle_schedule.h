// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "platform/clock.h"

namespace tandem::service {

// When the next cycle is due. Pure: time comes in by argument. It is the boot clock's, which goes
// on while the machine is suspended and knows neither daylight saving nor what somebody sets the
// clock to.
class CycleSchedule {
 public:
  // A home that another process works on is tried again so soon.
  static constexpr std::chrono::seconds kRetry{30};
  // At least this lies between the end of a cycle and the start of the next, however short the
  // interval: command lines get a turn.
  static constexpr std::chrono::seconds kPause{5};

  // The first one is due at once.
  explicit CycleSchedule(platform::BootTime now) : due_(now), started_(now), earliest_(now) {}

  platform::BootTime due() const { return due_; }
  bool isDue(platform::BootTime now) const { return now >= due_; }
  void started(platform::BootTime now) { started_ = now; }
  // From start to start, as Entra Connect counts it.
  void ended(platform::BootTime now, std::chrono::seconds interval);
  void skipped(platform::BootTime now) { due_ = earliest_ = now + kRetry; }
  // Something has changed: sooner than planned, but not within apart of the last one's start.
  void hasten(platform::BootTime now, std::chrono::seconds apart);

 private:
  platform::BootTime due_;
  platform::BootTime started_;
  platform::BootTime earliest_;
};

}  // namespace tandem::service
