// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "platform/clock.h"

namespace tandem::pair {

// How long what the witness said may be believed. Three clocks have to agree that it is not over:
// the monotonic one, the boot one (which goes on while the machine sleeps), and the connected
// directory's own, which goes on while our virtual machine is paused.
//
// Invariant: it ends no later than lease() after the question was *sent*.
class Lease {
 public:
  explicit Lease(const platform::Clock& clock) : clock_(&clock) {}

  struct Moment {
    platform::MonotonicTime monotonic;
    platform::BootTime boot;
  };
  Moment now() const { return {clock_->monotonicNow(), clock_->bootNow()}; }

  // told_at: the directory's time in the answer.
  void extend(const Moment& asked,
              std::chrono::milliseconds length,
              std::optional<std::int64_t> told_at);
  void end() { length_ = std::chrono::milliseconds(0); }
  void sawTime(std::int64_t unix_seconds);

  std::chrono::milliseconds left() const;  // 0: it is over
  std::chrono::milliseconds length() const { return length_; }

 private:
  const platform::Clock* clock_;
  Moment asked_{};
  std::chrono::milliseconds length_{0};
  std::optional<std::int64_t> told_at_;
};

}  // namespace tandem::pair
