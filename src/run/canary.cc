// SPDX-License-Identifier: Apache-2.0
#include "run/canary.h"

#include <fmt/format.h>

#include "run/canary_removal.h"
#include "run/canary_walk.h"

namespace tandem::run {
namespace {

using policy::RunStep;

// A canary that was killed, or that could not clean up, has left its mark.
Result<void> cleanUpBefore(Server& server, const CanaryParts& parts, CanaryReport& report) {
  const std::optional<CanaryMark> mark = TRY(readCanaryMark(server.home()));
  if (!mark) return {};
  ServerConnector* const source =
      TRY_DOING(server.findConnector(mark->connector), "cleaning up after an earlier canary");
  if (parts.directory == nullptr) {
    report.left_behind = fmt::format(
        "an earlier canary has left {} in {}: 'tandem canary' without --user removes it first",
        mark->dn,
        mark->connector);
    return {};
  }
  const CanaryRemoval removal = removeCanary(server, *source, *mark, parts);
  if (!removal.left.empty()) {
    return Error(ErrorCode::kConflict, "cleaning up after an earlier canary: " + removal.left);
  }
  report.removal = "of an earlier canary: " + removal.done;
  return {};
}

}  // namespace

std::string_view toString(CanaryStage stage) {
  switch (stage) {
    case CanaryStage::kMade:
      return "directory";
    case CanaryStage::kImported:
      return "import";
    case CanaryStage::kSynchronized:
      return "rules";
    case CanaryStage::kWanted:
      return "rules out";
    case CanaryStage::kPending:
      return "pending";
    case CanaryStage::kExported:
      return "export";
    case CanaryStage::kSeen:
      return "tenant";
    case CanaryStage::kEqual:
      return "values";
  }
  return "";
}

Result<CanaryReport> runCanary(Server& server, const CanaryPlan& plan, const CanaryParts& parts) {
  if (canaryTarget(server) == nullptr) {
    return Error(ErrorCode::kInvalidArgument,
                 "the policy has no tenant that could be exported to, so nothing can arrive");
  }
  CanaryReport before;
  TRY(cleanUpBefore(server, parts, before));
  CanaryReport report = walkCanary(server, plan, parts);
  report.left_behind = before.left_behind;
  if (!before.removal.empty()) report.removal = before.removal;
  if (plan.kind == CanaryKind::kFollow) return report;
  const std::optional<CanaryMark> mark = TRY(readCanaryMark(server.home()));
  if (!mark) return report;
  if (plan.keep) {
    report.is_kept = true;
    report.left_behind = fmt::format(
        "{} stays in {}, as you said; the next 'tandem canary' "
        "takes it back",
        mark->dn,
        mark->connector);
    return report;
  }
  CanaryRemoval removal = removeCanary(server, *plan.source, *mark, parts);
  if (!report.removal.empty()) removal.done = report.removal + "; " + removal.done;
  report.removal = std::move(removal.done);
  report.left_behind = std::move(removal.left);
  return report;
}

std::function<Result<RunSummary>(ServerConnector&, RunStep)> canaryRuns(
    Server& server, const std::atomic<bool>* cancel) {
  return [&server, cancel](ServerConnector& connector, RunStep step) {
    RunOptions options;
    options.started_by = "canary";
    options.cancel = cancel;
    return Runner(server).run(connector, step, options);
  };
}

}  // namespace tandem::run
