// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "compare/answerer.h"
#include "home/home.h"
#include "platform/clock.h"

namespace tandem::service {

// Answers a partner that compares. Its snapshot holds a read transaction, so it is thrown away when
// the partner has not asked for a while: a comparison that was cut off must not keep the store's
// log from shrinking.
class ComparingDesk {
 public:
  static constexpr std::chrono::seconds kIdleMax{120};

  // The clock must outlive it.
  ComparingDesk(home::Home home, const platform::Clock& clock)
      : home_(std::move(home)), clock_(&clock) {}

  Result<std::string> answer(std::string_view request);  // from any thread, one at a time
  void dropIdle();

 private:
  home::Home home_;
  const platform::Clock* clock_;
  std::mutex mutex_;  // guards the two below
  std::unique_ptr<compare::Answerer> answerer_;
  platform::MonotonicTime last_asked_{};
};

}  // namespace tandem::service
