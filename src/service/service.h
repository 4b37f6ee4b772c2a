// SPDX-License-Identifier: Apache-2.0
//
// The daemon without its doors: cycles by the policy's scheduler, and the ticker beside them. Each
// cycle opens the home for its own duration only, so command lines work between two cycles.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "platform/clock.h"
#include "policy/policy_document.h"
#include "run/runner.h"
#include "service/cycle_schedule.h"
#include "service/liveness.h"
#include "service/scheduler_files.h"
#include "service/ticker.h"

namespace tandem::service {

struct ServiceWork {
  // The policy's scheduler; asked again before each cycle, so that a change needs no restart.
  std::function<Result<policy::Scheduler>()> scheduler;
  // Opens the home, runs one cycle and lets go. kConflict: somebody else works there, not now.
  std::function<Result<run::CycleSummary>(const run::RunOptions&)> cycle;
  // Takes the right to write over, and runs a cycle.
  std::function<Result<run::CycleSummary>(const run::RunOptions&)> take_over;
  // Asks the witness whether this server still has the right.
  std::function<Result<void>()> reconcile;
  // Whether somebody has suspended this server's cycles; null: nobody can.
  std::function<bool()> suspended;
  // When the next cycle begins, for other processes; null: nobody wants to know. Told when it
  // changes, and once a minute.
  std::function<void(const NextCycle&)> tell_next;
};

struct ServiceOptions {
  bool cycles = true;
  std::vector<Ticker*> tickers;             // must outlive the service; each has a thread
  const std::atomic<bool>* stop = nullptr;  // set by a signal
  Liveness* liveness = nullptr;             // must outlive the service
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
  // Work that needs the home, and so waits for the service's own thread. From any thread; asked for
  // again before it is done, it is done once. A cycle that is running is cancelled for a take-over,
  // and finds out by itself what reconcile() is for.
  void takeOver();
  void reconcile() { wants_reconcile_ = true; }
  // Something has changed in a directory: a cycle soon, not within apart of the last one's start.
  // From any thread.
  void hasten(std::chrono::seconds apart) { hasten_seconds_ = apart.count(); }

 private:
  enum class TakeOver : std::uint8_t {
    kNone,
    kWanted,
    kRunning
  };
  void isAlive(Liveness::Thread thread) {
    if (options_.liveness != nullptr) options_.liveness->isAlive(thread);
  }
  void saysStopping() {
    if (options_.liveness != nullptr) options_.liveness->stopping();
  }
  bool isStopped() const { return options_.stop != nullptr && options_.stop->load(); }
  void step(CycleSchedule& schedule);
  void maybeCycle(CycleSchedule& schedule);
  void takeOverNow(CycleSchedule& schedule);
  run::RunOptions beginCycle(std::string started_by);
  void runCycle(CycleSchedule& schedule, const policy::Scheduler& scheduler);
  bool mayCycle(const policy::Scheduler& scheduler);
  void tellNext(const CycleSchedule& schedule, bool in_progress);
  void report(const Result<run::CycleSummary>& summary, platform::MonotonicTime start);
  void sayOnce(std::string what);
  void watchForStop();
  void tick(Ticker& ticker);
  bool waitFor(std::chrono::milliseconds duration);  // false: the service ends
  bool waitForTick(const Ticker& ticker);            // the same

  ServiceWork work_;
  platform::Clock* clock_;
  ServiceOptions options_;
  std::atomic<bool> cancel_cycle_{false};
  std::atomic<bool> gave_way_{false};
  std::atomic<bool> wants_reconcile_{false};
  std::atomic<std::int64_t> hasten_seconds_{-1};  // -1: not wanted
  bool is_hastened_ = false;                      // what made the next cycle due
  bool is_off_ = false;                           // switched off, or suspended
  std::optional<NextCycle> told_;
  platform::BootTime told_at_{};
  std::string said_;  // what comes back every few seconds is said once
  std::mutex mutex_;
  std::condition_variable ends_;
  bool is_ending_ = false;
  TakeOver take_over_ = TakeOver::kNone;  // with mutex_
};

}  // namespace tandem::service
