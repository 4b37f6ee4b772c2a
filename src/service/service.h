// SPDX-License-Identifier: Apache-2.0
//
// The daemon without its doors: cycles by the policy's scheduler, and the ticker beside them. Each
// cycle opens the home for its own duration only, so command lines work between two cycles.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>

#include "base/result.h"
#include "platform/clock.h"
#include "policy/policy_document.h"
#include "run/runner.h"
#include "service/cycle_schedule.h"
#include "service/ticker.h"

namespace tandem::service {

struct ServiceWork {
  // The policy's scheduler; asked again before each cycle, so that a change needs no restart.
  std::function<Result<policy::Scheduler>()> scheduler;
  // Opens the home, runs one cycle and lets go. kConflict: somebody else works there, not now.
  std::function<Result<run::CycleSummary>(const run::RunOptions&)> cycle;
};

struct ServiceOptions {
  bool cycles = true;
  Ticker* ticker = nullptr;                 // must outlive the service
  const std::atomic<bool>* stop = nullptr;  // set by a signal
};

class Service {
 public:
  // The clock must outlive it.
  Service(ServiceWork work, platform::Clock& clock, ServiceOptions options);

  // Until stop is set. A cycle that runs then is cancelled, as Ctrl-C does.
  void run();
  // For a request of the partner that needs the home: a cycle of this service that is running is
  // cancelled, and the next one waits a while. From any thread.
  void giveWay();

 private:
  bool isStopped() const { return options_.stop != nullptr && options_.stop->load(); }
  void maybeCycle(CycleSchedule& schedule);
  void cycle(CycleSchedule& schedule, std::chrono::seconds interval);
  void watchForStop();
  void tick();
  bool waitFor(std::chrono::milliseconds duration);  // false: the service ends

  ServiceWork work_;
  platform::Clock* clock_;
  ServiceOptions options_;
  std::atomic<bool> cancel_cycle_{false};
  std::atomic<bool> gave_way_{false};
  bool said_disabled_ = false;
  std::mutex mutex_;
  std::condition_variable ends_;
  bool is_ending_ = false;
};

}  // namespace tandem::service
