// SPDX-License-Identifier: Apache-2.0
#include "service/cycle_schedule.h"

#include <algorithm>

namespace tandem::service {

using platform::BootTime;

void CycleSchedule::ended(BootTime now, std::chrono::seconds interval) {
  earliest_ = now + kPause;
  due_ = std::max<BootTime>(started_ + interval, earliest_);
}

void CycleSchedule::hasten(BootTime now, std::chrono::seconds apart) {
  due_ = std::min(due_, std::max({now, earliest_, BootTime(started_ + apart)}));
}

}  // namespace tandem::service
