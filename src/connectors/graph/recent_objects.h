// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <unordered_set>

#include "platform/clock.h"

namespace tandem::connectors::graph {

// Ids of objects made within the last half minute or so. A 404 for one of them means that a replica
// of the tenant has not heard of it yet; for any other it means that the object is gone.
class RecentObjects {
 public:
  explicit RecentObjects(const platform::MonotonicClock& clock) : clock_(clock) {}

  void note(std::string_view id) {
    rotate();
    young_.emplace(id);
  }
  bool has(std::string_view id) {
    rotate();
    const std::string key(id);
    return young_.count(key) > 0 || old_.count(key) > 0;
  }

 private:
  void rotate() {
    const platform::MonotonicTime now = clock_.monotonicNow();
    if (now - rotated_at_ < kLife) return;
    old_ = now - rotated_at_ < 2 * kLife ? std::move(young_) : std::unordered_set<std::string>();
    young_.clear();
    rotated_at_ = now;
  }

  static constexpr std::chrono::seconds kLife{30};
  const platform::MonotonicClock& clock_;
  std::unordered_set<std::string> young_;
  std::unordered_set<std::string> old_;
  platform::MonotonicTime rotated_at_{};
};

}  // namespace tandem::connectors::graph
