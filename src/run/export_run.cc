// SPDX-License-Identifier: Apache-2.0
#include "run/export_run.h"

#include <fmt/format.h>

#include "run/attribute_check_run.h"
#include "run/catching_up.h"
#include "run/clock_check.h"
#include "run/export_guard.h"
#include "sync/export_queue.h"

namespace tandem::run {
namespace {

using store::PendingOperation;

constexpr std::int64_t kErrorsMax = 5000;

class Answers : public connectors::ExportSink {
 public:
  Answers(sync::ExportQueue& queue, StepRecord& record, std::int64_t total)
      : queue_(queue), record_(record), total_(total) {}
  Result<void> answered(connectors::ExportOutcome outcome) override {
    TRY(queue_.answered(outcome));
    ++done_;
    record_.progress(done_, std::max(total_, done_));
    return {};
  }
  bool isCancelled() const override { return record_.isCancelled(); }

 private:
  sync::ExportQueue& queue_;
  StepRecord& record_;
  std::int64_t total_;
  std::int64_t done_ = 0;
};

// A server that may not write is no failure; a witness that does not answer is one.
Result<StepEnd> withoutRight(const Error& error) {
  if (error.code() != ErrorCode::kStoppedByGuard) return error;
  return StepEnd{"stopped-export-disabled", error.message()};
}

Result<StepEnd> planOnly(ServerConnector& connector,
                         sync::ExportQueue& queue,
                         std::optional<connectors::ExportPlan>& plan) {
  connectors::ExportPlan sum;
  for (const PendingOperation operation :
       {PendingOperation::kAdd, PendingOperation::kUpdate, PendingOperation::kDelete}) {
    queue.rewind();
    for (;;) {
      const std::vector<connectors::ExportItem> items =
          queue.next(operation, connector.connector->exportBatchSize());
      TRY(queue.flush());
      if (items.empty()) break;
      const connectors::ExportPlan part = connector.connector->planExport(items);
      sum.requests += part.requests;
      sum.writes += part.writes;
      sum.seconds_at_quota += part.seconds_at_quota;
      sum.explanation = part.explanation;
    }
  }
  plan = sum;
  return StepEnd{"success", "dry run: nothing was sent"};
}

StepEnd endOf(const sync::ExportQueue& queue, const store::PendingExportCounts& pending) {
  StepEnd end;
  end.result = queue.failures() + queue.heldBack() > 0 ? "completed-export-errors"
               : pending.total() == 0                  ? "completed-no-objects"
                                                       : "success";
  if (queue.failures() > 0) {
    end.message =
        fmt::format("{} objects failed; they are tried again by every export", queue.failures());
  }
  if (queue.heldBack() > 0) {
    end.message += fmt::format(
        "{}{} objects are held back by attribute checks: 'tandem check "
        "attributes' says what to repair",
        end.message.empty() ? "" : ". ",
        queue.heldBack());
  }
  return end;
}

}  // namespace

Result<StepEnd> runExport(Server& server,
                          ServerConnector& connector,
                          const RunOptions& options,
                          std::int64_t run,
                          StepRecord& record,
                          std::optional<connectors::ExportPlan>& plan) {
  if (!connector.connector->canExport()) {
    return StepEnd{"completed-no-objects", "this connector is only read"};
  }
  if (std::string why = whyClockForbidsExport(server, connector);
      !why.empty() && !options.dry_run) {
    return StepEnd{"stopped-clock-skew", std::move(why)};
  }
  sync::Engine engine = TRY(server.engine());
  sync::ExportQueue queue(engine, connector.id, record, run);
  TRY_DOING(bringChecksUpToDate(server, connector), "checking attributes");
  if (server.policy().attribute_checks.hold_back) queue.holdBackOffending();
  if (options.dry_run) return planOnly(connector, queue, plan);
  const Result<void> claimed = server.finishClaim();
  if (!claimed.ok()) return withoutRight(claimed.error());
  const Result<connectors::ExportGrant> right = server.grants().issue();
  if (!right.ok()) return withoutRight(right.error());
  if (std::string why = whatIsNotReadYet(server); !why.empty()) {
    return StepEnd{"stopped-not-caught-up", std::move(why)};
  }
  const store::PendingExportCounts pending = server.store().exports().countPending(connector.id);
  TRY(checkThresholds(server.policy().thresholds,
                      connector.policy->name,
                      server.store().space().count(connector.id),
                      pending,
                      options.ignore_deletion_threshold));
  // Of an export that sends nothing the witness has to know only what is new.
  if (pending.total() > 0 || server.grants().hasNews()) TRY(server.grants().beginExport());
  Answers answers(queue, record, pending.total());
  for (const PendingOperation operation :
       {PendingOperation::kAdd, PendingOperation::kUpdate, PendingOperation::kDelete}) {
    queue.rewind();
    for (;;) {
      if (record.isCancelled()) {
        return Error(ErrorCode::kCancelled,
                     "stopped on request; what was answered is recorded, the rest is pending");
      }
      const std::vector<connectors::ExportItem> items =
          queue.next(operation, connector.connector->exportBatchSize());
      TRY(server.store().database().takeError());
      if (items.empty()) break;
      const connectors::ExportGrant grant = TRY(server.grants().issue());
      TRY_DOING(queue.intend(items, grant.epoch()), "writing the export journal");
      const Result<void> sent = connector.connector->exportBatch(grant, items, answers);
      TRY_DOING(queue.flush(), "recording the answers");
      TRY(sent);
      if (queue.failures() > kErrorsMax) {
        return StepEnd{
            "stopped-error-limit",
            fmt::format("more than {} objects failed: repair their common cause and export again",
                        kErrorsMax)};
      }
    }
  }
  TRY_DOING(queue.flush(), "recording what is held back");
  return endOf(queue, pending);
}

}  // namespace tandem::run
