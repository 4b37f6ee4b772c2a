// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace tandem::service {

// What has to happen all the time while a service runs: keeping the right to write alive, watching
// the partner's.
class Ticker {
 public:
  virtual ~Ticker() = default;
  // Until the next tick; about a third of a lease. Asked after each tick.
  virtual std::chrono::milliseconds interval() const = 0;
  // On a thread of its own, the first time at once, never twice at a time. A cycle may be running
  // in this process: the home's lock tells, as it does for another process. It may take as long as
  // a network does, but the service ends only when it has returned.
  virtual void onTick() = 0;
};

}  // namespace tandem::service
