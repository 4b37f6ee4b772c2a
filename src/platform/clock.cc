// SPDX-License-Identifier: Apache-2.0
#include "platform/clock.h"

#include <ctime>
#include <thread>

namespace tandem::platform {

WallTime SystemClock::wallNow() const {
  return std::chrono::system_clock::now();
}

MonotonicTime SystemClock::monotonicNow() const {
  return std::chrono::steady_clock::now();
}

BootTime SystemClock::bootNow() const {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return BootTime(std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec));
}

void SystemClock::sleepFor(std::chrono::milliseconds duration) {
  std::this_thread::sleep_for(duration);
}

}  // namespace tandem::platform
