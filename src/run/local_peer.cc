// SPDX-License-Identifier: Apache-2.0
#include "run/local_peer.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "platform/clock.h"
#include "run/handover.h"

namespace tandem::run {

using pair::PeerCycle;
using pair::PeerReport;
using pair::SwapMark;
using pair::SwapStep;
using policy::RunStep;
using std::chrono::milliseconds;

namespace {

bool isImport(std::string_view profile) {
  return profile == policy::wordFor(policy::kRunSteps, RunStep::kFullImport) ||
         profile == policy::wordFor(policy::kRunSteps, RunStep::kDeltaImport);
}

std::int64_t lastImport(store::Store& store, directory::ConnectorId connector) {
  constexpr std::size_t kRunsToLookAt = 50;
  for (const store::RunRow& run : store.history().runs(connector, kRunsToLookAt)) {
    if (isImport(run.profile) && run.result == "success") return run.ended_at;
  }
  return 0;
}

std::int64_t counter(const store::Counters& counters, std::string_view name) {
  const auto found = counters.find(name);
  return found == counters.end() ? 0 : found->second;
}

pair::PeerRun toPeerRun(const RunSummary& run) {
  return {run.connector,
          run.profile,
          run.result,
          run.message,
          counter(run.counters, "export-add"),
          counter(run.counters, "export-update"),
          counter(run.counters, "export-delete")};
}

std::string failureOf(const RunSummary& run) {
  return fmt::format("{} of {}: {}", run.profile, run.connector, run.message);
}

std::int64_t wallMilliseconds(const Server& server) {
  return std::chrono::duration_cast<milliseconds>(server.clock().wallNow().time_since_epoch())
      .count();
}

}  // namespace

LocalPeer::LocalPeer(home::Home home, Options options)
    : home_(std::move(home)), options_(std::move(options)) {}

Result<std::unique_ptr<Server>> LocalPeer::open() {
  for (;;) {
    Result<std::unique_ptr<Server>> server = Server::open(home_, options_.parts);
    const bool is_busy =
        !server.ok() && server.error().code() == ErrorCode::kConflict && home_.isLocked();
    if (!is_busy || !options_.waiting || !options_.waiting()) return server;
    platform::SystemClock().sleepFor(milliseconds(500));
  }
}

RunOptions LocalPeer::runOptions() const {
  RunOptions options;
  options.started_by = options_.started_by;
  options.cancel = options_.cancel;
  options.on_progress = options_.on_progress;
  return options;
}

Result<PeerReport> LocalPeer::report() {
  PeerReport report;
  report.version = TANDEM_VERSION;
  // A server that has never run has nothing to report from: opening it makes its store.
  Result<std::unique_ptr<Server>> reader = Server::openReader(home_, options_.parts);
  if (!reader.ok() && reader.error().code() == ErrorCode::kNotFound) reader = open();
  const std::unique_ptr<Server> server = TRY(std::move(reader));
  report.identity = identityOf(home_);
  report.state = server->pairState();
  report.swap = pair::readSwapMark(server->store());
  report.policy_digest = policyDigest(server->policy());
  report.now = server->now();
  for (ServerConnector& connector : server->connectors()) {
    const store::PendingExportCounts pending = server->store().exports().countPending(connector.id);
    report.connectors.push_back({connector.policy->name,
                                 server->store().space().count(connector.id),
                                 lastImport(server->store(), connector.id),
                                 pending.adds,
                                 pending.updates,
                                 pending.deletes});
  }
  return report;
}

Result<SwapMark> LocalPeer::markOf(Server& server, const std::string& swap) {
  std::optional<SwapMark> mark = pair::readSwapMark(server.store());
  if (mark && mark->id == swap) return *std::move(mark);
  return Error(ErrorCode::kConflict,
               fmt::format("{} takes part in another swap, or in none", server.identity().name));
}

Result<void> LocalPeer::reach(Server& server, const std::string& swap, SwapStep step) {
  SwapMark mark = TRY(markOf(server, swap));
  if (mark.step >= step) return {};
  mark.step = step;
  if (step == SwapStep::kQuiesced) mark.quiesced_at = wallMilliseconds(server);
  return pair::writeSwapMark(server.store(), mark);
}

Result<void> LocalPeer::begin(const SwapMark& mark) {
  const std::unique_ptr<Server> server = TRY(open());
  Result<void> begun = pair::beginSwap(server->store(), mark);
  if (!begun.ok()) return std::move(begun).error().withContext(server->identity().name);
  return {};
}

// sources: the directories too, not the tenants alone.
Result<PeerCycle> LocalPeer::runSteps(Server& server, bool sources, bool exporting) {
  PeerCycle cycle;
  Runner runner(server);
  const RunOptions options = runOptions();
  if (exporting) {
    const CycleSummary summary = TRY(runner.cycle(CyclePolicy::kDelta, options));
    cycle.failure = summary.skipped_exports;
    for (const RunSummary& run : summary.runs) {
      cycle.runs.push_back(toPeerRun(run));
      const bool is_unread = isImport(run.profile) && run.exitCode() != 0;
      if (is_unread && cycle.failure.empty()) cycle.failure = failureOf(run);
    }
  } else {
    TRY(runner.maintain());
    for (const RunStep step : {RunStep::kDeltaImport, RunStep::kDeltaSynchronization}) {
      for (ServerConnector& connector : server.connectors()) {
        if (!sources && connector.isSource()) continue;
        const RunSummary run = TRY(runner.run(connector, step, options));
        cycle.runs.push_back(toPeerRun(run));
        if (run.exitCode() != 0 && cycle.failure.empty()) cycle.failure = failureOf(run);
      }
    }
  }
  return cycle;
}

Result<PeerCycle> LocalPeer::prepare() {
  const std::unique_ptr<Server> server = TRY(open());
  return runSteps(*server, /*sources=*/true, /*exporting=*/false);
}

Result<milliseconds> LocalPeer::quiesce(const std::string& swap) {
  const std::unique_ptr<Server> server = TRY(open());
  const SwapMark mark = TRY(markOf(*server, swap));
  TRY(server->member().quiesce(fmt::format("swap with {}", mark.partner_name)));
  TRY(reach(*server, swap, SwapStep::kQuiesced));
  const SwapMark quiesced = TRY(markOf(*server, swap));
  // The wall clock may have been set back meanwhile.
  return std::max(milliseconds(0), milliseconds(wallMilliseconds(*server) - quiesced.quiesced_at));
}

Result<PeerCycle> LocalPeer::settle(const std::string& swap) {
  const std::unique_ptr<Server> server = TRY(open());
  PeerCycle cycle = TRY(runSteps(*server, /*sources=*/false, /*exporting=*/false));
  if (cycle.failure.empty()) TRY(reach(*server, swap, SwapStep::kSettled));
  return cycle;
}

Result<void> LocalPeer::release(const std::string& swap, const std::string& successor) {
  const std::unique_ptr<Server> server = TRY(open());
  TRY(markOf(*server, swap));
  TRY(server->member().release(successor));
  return reach(*server, swap, SwapStep::kReleased);
}

Result<std::string> LocalPeer::handOver(const std::string& swap) {
  const std::unique_ptr<Server> server = TRY(open());
  TRY(markOf(*server, swap));
  return writeHandover(*server);
}

Result<void> LocalPeer::take(const std::string& swap, const std::string& document) {
  const std::unique_ptr<Server> server = TRY(open());
  TRY(markOf(*server, swap));
  TRY(takeHandover(*server, document));
  return reach(*server, swap, SwapStep::kHandedOver);
}

Result<void> LocalPeer::claim(const std::string& swap, pair::ClaimKind kind) {
  const std::unique_ptr<Server> server = TRY(open());
  const SwapMark mark = TRY(markOf(*server, swap));
  pair::ClaimOptions claim;
  claim.kind = kind;
  claim.reason = fmt::format("swap with {}", mark.partner_name);
  claim.source_anchor = server->sourceAnchor();
  TRY(server->member().claim(claim));
  return reach(*server, swap, SwapStep::kClaimed);
}

Result<PeerCycle> LocalPeer::cycle(const std::string& swap) {
  const std::unique_ptr<Server> server = TRY(open());
  TRY(markOf(*server, swap));
  PeerCycle cycle = TRY(runSteps(*server, /*sources=*/true, /*exporting=*/true));
  if (!cycle.failure.empty()) return cycle;  // done again when it is asked for again
  const HandoverOutcome outcome = TRY(judgeHandover(*server));
  cycle.writes_repeated = outcome.repeated;
  cycle.writes_lost = outcome.lost;
  TRY(reach(*server, swap, SwapStep::kCycled));
  return cycle;
}

Result<void> LocalPeer::takeBack(const std::string& swap) {
  const std::unique_ptr<Server> server = TRY(open());
  TRY(markOf(*server, swap));
  return server->member().takeBack();
}

Result<void> LocalPeer::end(const std::string& swap, const std::string& outcome) {
  const std::unique_ptr<Server> server = TRY(open());
  SwapMark mark = TRY(markOf(*server, swap));
  // A claim that an undone swap left behind: the witness has decided for the other server.
  if (!mark.is_old && server->pairState().role == pair::Role::kActivating) {
    TRY(server->member().release(""));
  }
  mark.step = SwapStep::kEnded;
  mark.outcome = outcome;
  return pair::writeSwapMark(server->store(), mark);
}

}  // namespace tandem::run
