// SPDX-License-Identifier: Apache-2.0
#include "service/service.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <thread>
#include <utility>

#include <fmt/core.h>

#include "base/log_fields.h"

namespace tandem::service {
namespace {

using std::chrono::milliseconds;

// How soon a signal is heeded.
constexpr milliseconds kStep{100};
constexpr milliseconds kTickStep{1000};
// What was told of the next cycle is told again after so long: who reads it sees that we live, and
// a clock that was set does not mislead for longer.
constexpr std::chrono::minutes kTellAgain{1};

std::string describe(const run::RunSummary& run) {
  std::string text = fmt::format("{}, {}: {}", run.connector, run.profile, run.result);
  for (const auto& [name, count] : run.counters) {
    if (count != 0) text += fmt::format(", {} {}", name, count);
  }
  if (!run.message.empty()) text += ": " + run.message;
  return text;
}

void logRun(const run::RunSummary& run) {
  log(run.exitCode() == 0 ? LogLevel::kInfo : LogLevel::kWarning,
      describe(run),
      {run.run, run.connector});
}

}  // namespace

Service::Service(ServiceWork work, platform::Clock& clock, ServiceOptions options)
    : work_(std::move(work)), clock_(&clock), options_(std::move(options)) {}

void Service::run() {
  std::thread watcher([this] { watchForStop(); });
  std::vector<std::thread> tickers;
  for (Ticker* const ticker : options_.tickers)
    tickers.emplace_back([this, ticker] { tick(*ticker); });
  CycleSchedule schedule(clock_->bootNow());
  while (!isStopped()) {
    isAlive(Liveness::Thread::kScheduler);
    step(schedule);
    tellNext(schedule, /*in_progress=*/false);
    if (!isStopped()) clock_->sleepFor(kStep);
  }
  saysStopping();
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    is_ending_ = true;
  }
  ends_.notify_all();
  watcher.join();
  for (std::thread& ticker : tickers)
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
  schedule.started(clock_->bootNow());
  tellNext(schedule, /*in_progress=*/true);
  const Result<run::CycleSummary> summary = work_.take_over(beginCycle("failover"));
  if (summary.ok()) {
    const Result<policy::Scheduler> scheduler = work_.scheduler();
    schedule.ended(clock_->bootNow(),
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
  if (gave_way_.exchange(false)) schedule.skipped(clock_->bootNow());
  const std::int64_t apart = hasten_seconds_.exchange(-1);
  if (apart >= 0) {
    schedule.hasten(clock_->bootNow(), std::chrono::seconds(apart));
    is_hastened_ = true;
  }
  if (!schedule.isDue(clock_->bootNow())) return;
  const Result<policy::Scheduler> scheduler = work_.scheduler();
  if (!scheduler.ok()) {
    logError("no cycle: " + scheduler.error().message());
    schedule.started(clock_->bootNow());
    schedule.ended(clock_->bootNow(), policy::Scheduler().cycle_interval);
    return;
  }
  if (!mayCycle(scheduler.value())) return schedule.skipped(clock_->bootNow());
  runCycle(schedule, scheduler.value());
}

bool Service::mayCycle(const policy::Scheduler& scheduler) {
  const bool is_suspended = work_.suspended && work_.suspended();
  const bool was_off = std::exchange(is_off_, is_suspended || !scheduler.cycle_enabled);
  if (is_off_ && !was_off) {
    logInfo(is_suspended ? "no cycles: they are suspended on this server (tandem scheduler set "
                           "--suspended false)"
                         : "no cycles: the policy's scheduler is switched off");
  }
  return !is_off_;
}

void Service::runCycle(CycleSchedule& schedule, const policy::Scheduler& scheduler) {
  cancel_cycle_ = isStopped();
  const platform::MonotonicTime start = clock_->monotonicNow();
  schedule.started(clock_->bootNow());
  tellNext(schedule, /*in_progress=*/true);
  const Result<run::CycleSummary> summary =
      work_.cycle(beginCycle(std::exchange(is_hastened_, false) ? "change" : "scheduler"));
  if (!summary.ok() && summary.error().code() == ErrorCode::kConflict) {
    logInfo("cycle skipped: " + summary.error().message());
    return schedule.skipped(clock_->bootNow());
  }
  schedule.ended(clock_->bootNow(),
                 std::max(scheduler.cycle_interval, policy::kAllowedCycleInterval));
  report(summary, start);
}

// In the wall clock's time, worked out anew each time: it may have been set.
void Service::tellNext(const CycleSchedule& schedule, bool in_progress) {
  if (!work_.tell_next) return;
  using std::chrono::duration_cast;
  using std::chrono::seconds;
  const platform::BootTime boot = clock_->bootNow();
  const platform::WallTime wall = clock_->wallNow();
  NextCycle next;
  next.written_at = duration_cast<seconds>(wall.time_since_epoch()).count();
  next.in_progress = in_progress;
  if (options_.cycles && !is_off_ && !in_progress) {
    next.starts_at = next.written_at + duration_cast<seconds>(schedule.due() - boot).count();
  }
  const bool is_same = told_ && told_->in_progress == in_progress &&
                       told_->starts_at.has_value() == next.starts_at.has_value() &&
                       std::abs(told_->starts_at.value_or(0) - next.starts_at.value_or(0)) <= 1;
  if (is_same && boot - told_at_ < kTellAgain) return;
  told_ = next;
  told_at_ = boot;
  work_.tell_next(next);
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

void Service::tick(Ticker& ticker) {
  do {
    ticker.onTick();
  } while (waitForTick(ticker));
}

// In steps, so that a long interval is none that hangs.
bool Service::waitForTick(const Ticker& ticker) {
  milliseconds left = ticker.interval();
  do {
    if (ticker.isVital()) isAlive(Liveness::Thread::kTicker);
    const milliseconds now = std::min(left, kTickStep);
    if (!waitFor(now)) return false;
    left -= now;
  } while (left > milliseconds(0));
  return true;
}

}  // namespace tandem::service
