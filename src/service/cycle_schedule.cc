// SPDX-License-Identifier: Apache-2.0
#include "service/cycle_schedule.h"

#include <algorithm>

namespace tandem::service {

void CycleSchedule::ended(platform::MonotonicTime now, std::chrono::seconds interval) {
  due_ = std::max<platform::MonotonicTime>(started_ + interval, now + kPause);
}

}  // namespace tandem::service
