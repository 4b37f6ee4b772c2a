// SPDX-License-Identifier: Apache-2.0
#include "run/runner.h"

#include <algorithm>

#include <fmt/format.h>

#include "run/attribute_check_run.h"
#include "run/connector_override.h"
#include "run/export_run.h"
#include "run/import_run.h"
#include "run/result_text.h"
#include "run/step_record.h"
#include "run/sync_run.h"

namespace tandem::run {
namespace {

using policy::RunStep;

Result<StepEnd> synchronize(Server& server,
                            ServerConnector& connector,
                            bool full,
                            StepRecord& record) {
  StepEnd end = TRY(runSynchronization(server, connector, full, record));
  // Here, and not only before an export: a server that takes over has no time to look at everyone.
  TRY_DOING(bringChecksUpToDate(server, connector), "checking attributes");
  if (record.problems() > 0) end.result = "completed-sync-errors";
  return end;
}

Result<StepEnd> perform(Server& server,
                        ServerConnector& connector,
                        RunStep step,
                        const RunOptions& options,
                        std::int64_t run,
                        StepRecord& record,
                        RunSummary& summary) {
  switch (step) {
    case RunStep::kFullImport:
    case RunStep::kDeltaImport:
      return runImport(server, connector, step == RunStep::kFullImport, options, record);
    case RunStep::kFullSynchronization:
    case RunStep::kDeltaSynchronization:
      return synchronize(server, connector, step == RunStep::kFullSynchronization, record);
    case RunStep::kExport:
      return runExport(server, connector, options, run, record, summary.plan);
  }
  return Error(ErrorCode::kInternal, "this run profile is not known");
}

}  // namespace

int RunSummary::exitCode() const {
  return exitCodeFor(result);
}

int CycleSummary::exitCode() const {
  int worst = 0;
  for (const RunSummary& run : runs)
    worst = std::max(worst, run.exitCode());
  return worst;
}

Result<RunSummary> Runner::run(ServerConnector& connector,
                               RunStep step,
                               const RunOptions& options) {
  store::Store& store = server_->store();
  RunSummary summary;
  summary.connector = connector.policy->name;
  summary.profile = policy::wordFor(policy::kRunSteps, step);
  const auto started = std::chrono::steady_clock::now();
  {
    store::Transaction transaction = TRY(store::Transaction::begin(store.database()));
    store::RunRow row;
    row.connector = connector.id;
    row.profile = summary.profile;
    row.started_by = options.started_by;
    row.started_at = server_->now();
    row.cycle = cycle_;
    summary.run = store.history().startRun(row);
    TRY_DOING(transaction.commit(), "recording the start of the run");
  }
  summary.number = store.history().run(summary.run)->number;
  StepRecord record(
      store, summary.run, options, {summary.connector, summary.profile, 0, 0, 0, std::nullopt});
  record.setNow(server_->now());
  const std::int64_t started_at = server_->now();
  const Result<StepEnd> end =
      perform(*server_, connector, step, options, summary.run, record, summary);
  store.database().rollback();  // of whatever an error left open
  if (end.ok()) {
    summary.result = end.value().result;
    summary.message = end.value().message;
  } else {
    summary.result = resultFor(end.error(), step, !record.counters().empty());
    summary.message = end.error().message();
  }
  summary.counters = record.counters();
  summary.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  store::Transaction transaction = TRY(store::Transaction::begin(store.database()));
  record.write(/*step=*/1);
  store.history().writeStep(
      summary.run,
      {1, {}, started_at, server_->now(), summary.result, summary.message, summary.counters});
  store.history().endRun(summary.run, server_->now(), summary.result, summary.message);
  TRY_DOING(transaction.commit(),
            "recording the end of the run (" + summary.result + ": " + summary.message + ")");
  return summary;
}

std::string Runner::whyNoExports(const RunOptions& options) {
  const pair::PairState state = server_->pairState();
  if (state.role == pair::Role::kActivating && !options.dry_run) {
    // What is read before the right is held does not count, so it comes first. What is wrong is
    // for the export to tell of.
    static_cast<void>(server_->finishClaim());
    return {};
  }
  if (state.role == pair::Role::kActive || state.role == pair::Role::kActivating) return {};
  // Who is active, and with which policy, is for 'status' to tell.
  if (state.role == pair::Role::kStaging && server_->hasTarget()) server_->observeWitness();
  return fmt::format(
      "this server is {}: nothing was exported; 'tandem pending' shows what it would write",
      pair::toString(state.role));
}

Result<CycleSummary> Runner::cycle(CyclePolicy cycle, const RunOptions& options) {
  TRY(maintain());
  CycleSummary summary;
  summary.skipped_exports = whyNoExports(options);
  const bool initial = cycle == CyclePolicy::kInitial;
  cycle_ = server_->now();
  std::vector<ServerConnector*> order;  // directories first, the tenant last
  for (ServerConnector& connector : server_->connectors()) {
    if (connector.isSource()) order.push_back(&connector);
  }
  for (ServerConnector& connector : server_->connectors()) {
    if (!connector.isSource()) order.push_back(&connector);
  }
  std::vector<std::pair<ServerConnector*, RunStep>> steps;
  for (ServerConnector* connector : order) {
    steps.emplace_back(connector, initial ? RunStep::kFullImport : RunStep::kDeltaImport);
  }
  for (ServerConnector* connector : order) {
    steps.emplace_back(connector,
                       initial ? RunStep::kFullSynchronization : RunStep::kDeltaSynchronization);
  }
  // The tenant is exported to before the directories, as people know it.
  for (auto connector = order.rbegin();
       connector != order.rend() && summary.skipped_exports.empty();
       ++connector) {
    if ((*connector)->connector->canExport()) steps.emplace_back(*connector, RunStep::kExport);
  }
  for (const auto& [connector, planned] : steps) {
    if (options.cancel != nullptr && options.cancel->load()) break;
    const RunStep step = overriddenStep(planned, readOverride(server_->store(), connector->id));
    summary.runs.push_back(TRY(run(*connector, step, options)));
    if (options.on_finished) options.on_finished(summary.runs.back());
    TRY(overrideDone(server_->store(), connector->id, step, summary.runs.back()));
    const bool imported = step == RunStep::kFullImport || step == RunStep::kDeltaImport;
    // A directory that could not be read does not keep the others from being synchronized, but a
    // full disk or a stop on request ends everything.
    const std::string& result = summary.runs.back().result;
    if (result == "stopped-database-disk-full" || result.starts_with("stopped-user-termination"))
      break;
    if (!imported && exitCodeFor(result) == 1) break;
  }
  cycle_ = 0;
  if (server_->pairState().role == pair::Role::kActive) TRY(server_->observeStandbys());
  // It has lost the right in this cycle: to whom?
  if (summary.skipped_exports.empty() && server_->pairState().role == pair::Role::kStaging) {
    server_->observeWitness();
  }
  const bool is_whole =
      initial && std::all_of(summary.runs.begin(), summary.runs.end(), [](const RunSummary& one) {
        return one.exitCode() == 0;
      });
  if (is_whole) TRY(server_->member().everythingImported());
  return summary;
}

Result<void> Runner::maintain() {
  store::Store& store = server_->store();
  store::Transaction transaction = TRY(store::Transaction::begin(store.database()));
  store.history().closeInterrupted(server_->now());
  if (server_->policy().scheduler.maintenance_enabled) {
    store.history().purge(server_->now() - server_->policy().retention.run_history.count());
  }
  store.changeTimes().purge(server_->now());
  return transaction.commit();
}

}  // namespace tandem::run
