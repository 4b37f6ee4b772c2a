// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace tandem::service {

// What has to happen all the time while a service runs: keeping the right to write alive, watching
// the partner's, looking for what people are to be told.
class Ticker {
 public:
  virtual ~Ticker() = default;
  // Until the next tick. Asked after each tick.
  virtual std::chrono::milliseconds interval() const = 0;
  // On a thread of its own, the first time at once, never twice at a time. A cycle may be running
  // in this process: the home's lock tells, as it does for another process. It may take as long as
  // a network does, but the service ends only when it has returned.
  virtual void onTick() = 0;
  // Whether a service in which it hangs is to be restarted.
  virtual bool isVital() const { return false; }
};

}  // namespace tandem::service
