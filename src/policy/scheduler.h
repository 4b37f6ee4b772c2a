// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace tandem::policy {

inline constexpr std::chrono::seconds kDefaultCycleInterval{30 * 60};
// The shortest that a server allows.
inline constexpr std::chrono::seconds kAllowedCycleInterval{1};

struct Scheduler {
  bool cycle_enabled = true;
  std::chrono::seconds cycle_interval = kDefaultCycleInterval;
  bool maintenance_enabled = true;
  // A cycle soon after something changed in a directory, and at least quiet behind the last one.
  bool on_change = false;
  std::chrono::seconds quiet{30};
};

}  // namespace tandem::policy
