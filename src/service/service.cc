// SPDX-License-Identifier: Apache-2.0
#include "service/service.h"

#include <algorithm>
#include <optional>
#include <thread>
#include <utility>

#include <fmt/core.h>

#include "base/log.h"

namespace tandem::service {
namespace {

using std::chrono::milliseconds;

// How soon a signal is heeded.
constexpr milliseconds kStep{100};
constexpr milliseconds kTickStep{1000};

std::string describe(const run::RunSummary& run) {
  std::string text = fmt::format("{}, {}: {}", run.connector, run.profile, run.result);
  for (const auto& [name, count] : run.counters) {
    if (count != 0) text += fmt::format(", {} {}", name, count);
  }
  if (!run.message.empty()) text += ": " + run.message;
  return text;
}

void logRun(const run::RunSummary& run) {
  log(run.exitCode() == 0 ? LogLevel::kInfo : LogLevel::kWarning, describe(run));
}

}  // namespace

Service::Service(ServiceWork work, platform::Clock& clock, ServiceOptions options)
    : work_(std::move(work)), clock_(&clock), options_(options) {}

void Service::run() {
  std::thread watcher([this] { watchForStop(); });
  std::thread ticker([this] { tick(); });
  CycleSchedule schedule(clock_->monotonicNow());
  while (!isStopped()) {
    isAlive(Liveness::Thread::kScheduler);
    if (options_.on_due) {
      options_.on_due(options_.cycles && !said_disabled_ ? std::optional(schedule.due())
                                                         : std::nullopt);
    }
    step(schedule);
    if (!isStopped()) clock_->sleepFor(kStep);
  }
  saysStopping();
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    is_ending_ = true;
  }
  ends_.notify_all();
  watcher.join();
  ticker.join();
}

void Service::giveWay() {
  gave_way_ = true;
  cancel_cycle_ = true;
}

void Service::takeOver() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (take_over_ == TakeOver::kNone) take_over_ = TakeOver::kWanted;
}

void Service::step(CycleSchedule& schedule) {
  if (wants_reconcile_.exchange(false)) {
    const Result<void> reconciled = work_.reconcile();
    if (!reconciled.ok()) sayOnce(reconciled.error().message());
  }
  bool is_wanted = false;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    is_wanted = take_over_ == TakeOver::kWanted;
    if (is_wanted) take_over_ = TakeOver::kRunning;
    if (is_wanted) cancel_cycle_ = false;
  }
  if (is_wanted) return takeOverNow(schedule);
  if (options_.cycles) maybeCycle(schedule);
}

void Service::takeOverNow(CycleSchedule& schedule) {
  const platform::MonotonicTime start = clock_->monotonicNow();
  schedule.started(start);
  const Result<run::CycleSummary> summary = work_.take_over(beginCycle("failover"));
  if (summary.ok()) {
    const Result<policy::Scheduler> scheduler = work_.scheduler();
    schedule.ended(clock_->monotonicNow(),
                   (scheduler.ok() ? scheduler.value() : policy::Scheduler()).cycle_interval);
    report(summary, start);
  } else {
    sayOnce("not taken over: " + summary.error().message());  // the next tick tries again
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  take_over_ = TakeOver::kNone;
}

void Service::sayOnce(std::string what) {
  if (what != said_) logWarning(what);
  said_ = std::move(what);
}

run::RunOptions Service::beginCycle(std::string started_by) {
  run::RunOptions options;
  options.started_by = std::move(started_by);
  options.cancel = &cancel_cycle_;
  options.on_finished = [this](const run::RunSummary& run) {
    isAlive(Liveness::Thread::kScheduler);
    logRun(run);
  };
  // A long cycle is none that hangs.
  options.on_progress = [this](const run::Progress&) { isAlive(Liveness::Thread::kScheduler); };
  return options;
}

void Service::maybeCycle(CycleSchedule& schedule) {
  if (gave_way_.exchange(false)) schedule.skipped(clock_->monotonicNow());
  if (!schedule.isDue(clock_->monotonicNow())) return;
  const Result<policy::Scheduler> scheduler = work_.scheduler();
  if (!scheduler.ok()) {
    logError("no cycle: " + scheduler.error().message());
    schedule.started(clock_->monotonicNow());
    schedule.ended(clock_->monotonicNow(), policy::Scheduler().cycle_interval);
    return;
  }
  if (!scheduler.value().cycle_enabled) {
    if (!std::exchange(said_disabled_, true)) {
      logInfo("no cycles: the policy's scheduler is switched off");
    }
    return schedule.skipped(clock_->monotonicNow());
  }
  said_disabled_ = false;
  cancel_cycle_ = isStopped();
  const platform::MonotonicTime start = clock_->monotonicNow();
  schedule.started(start);
  const Result<run::CycleSummary> summary = work_.cycle(beginCycle("scheduler"));
  if (!summary.ok() && summary.error().code() == ErrorCode::kConflict) {
    logInfo("cycle skipped: " + summary.error().message());
    return schedule.skipped(clock_->monotonicNow());
  }
  schedule.ended(clock_->monotonicNow(), scheduler.value().cycle_interval);
  report(summary, start);
}

void Service::report(const Result<run::CycleSummary>& summary, platform::MonotonicTime start) {
  if (!summary.ok()) return logError("cycle failed: " + summary.error().message());
  const double seconds = std::chrono::duration<double>(clock_->monotonicNow() - start).count();
  const int code = summary.value().exitCode();
  log(code == 0 ? LogLevel::kInfo : LogLevel::kWarning,
      fmt::format("cycle {} after {:.1f} s{}{}",
                  cancel_cycle_ ? "cancelled"
                  : code == 0   ? "done"
                  : code == 3   ? "stopped by a guard"
                                : "failed",
                  seconds,
                  summary.value().skipped_exports.empty() ? "" : "; ",
                  summary.value().skipped_exports));
}

bool Service::waitFor(milliseconds duration) {
  std::unique_lock<std::mutex> lock(mutex_);
  return !ends_.wait_for(lock, duration, [this] { return is_ending_; });
}

// The signal sets a flag that a cycle does not look at, because there are other reasons to cancel
// one.
void Service::watchForStop() {
  while (waitFor(kStep)) {
    if (isStopped()) saysStopping();
    const std::lock_guard<std::mutex> lock(mutex_);
    if (isStopped() || take_over_ == TakeOver::kWanted) cancel_cycle_ = true;
  }
}

void Service::tick() {
  if (options_.ticker == nullptr) return;
  do {
    options_.ticker->onTick();
  } while (waitForTick());
}

// In steps, so that a long interval is none that hangs.
bool Service::waitForTick() {
  milliseconds left = options_.ticker->interval();
  do {
    isAlive(Liveness::Thread::kTicker);
    const milliseconds now = std::min(left, kTickStep);
    if (!waitFor(now)) return false;
    left -= now;
  } while (left > milliseconds(0));
  return true;
}

}  // namespace tandem::service
