// SPDX-License-Identifier: Apache-2.0
#include "service/service.h"

#include <thread>
#include <utility>

#include <fmt/core.h>

#include "base/log.h"

namespace tandem::service {
namespace {

using std::chrono::milliseconds;

// How soon a signal is heeded.
constexpr milliseconds kStep{100};

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
    if (options_.cycles) maybeCycle(schedule);
    if (!isStopped()) clock_->sleepFor(kStep);
  }
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
  cycle(schedule, scheduler.value().cycle_interval);
}

void Service::cycle(CycleSchedule& schedule, std::chrono::seconds interval) {
  cancel_cycle_ = isStopped();
  run::RunOptions options;
  options.started_by = "scheduler";
  options.cancel = &cancel_cycle_;
  options.on_finished = logRun;
  const platform::MonotonicTime start = clock_->monotonicNow();
  schedule.started(start);
  const Result<run::CycleSummary> summary = work_.cycle(options);
  const platform::MonotonicTime end = clock_->monotonicNow();
  if (!summary.ok() && summary.error().code() == ErrorCode::kConflict) {
    logInfo("cycle skipped: " + summary.error().message());
    return schedule.skipped(end);
  }
  schedule.ended(end, interval);
  if (!summary.ok()) return logError("cycle failed: " + summary.error().message());
  const double seconds = std::chrono::duration<double>(end - start).count();
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

// The signal sets a flag that a cycle does not look at, because there is a second reason to cancel
// one.
void Service::watchForStop() {
  while (waitFor(kStep)) {
    if (isStopped()) cancel_cycle_ = true;
  }
}

void Service::tick() {
  if (options_.ticker == nullptr) return;
  do {
    options_.ticker->onTick();
  } while (waitFor(options_.ticker->interval()));
}

}  // namespace tandem::service
