// SPDX-License-Identifier: Apache-2.0
#include "service/right_keeper.h"

#include <fmt/format.h>

#include "base/log.h"
#include "pair/pair_state.h"
#include "run/witness_factory.h"

namespace tandem::service {

RightKeeper::RightKeeper(home::Home home,
                         std::unique_ptr<pair::Witness> witness,
                         TakeOver take_over)
    : home_(std::move(home)), witness_(std::move(witness)), take_over_(std::move(take_over)) {}

Result<std::unique_ptr<RightKeeper>> RightKeeper::open(const home::Home& home,
                                                       platform::Clock& clock,
                                                       const std::atomic<bool>* stop) {
  const policy::PolicyDocument policy = TRY(home.usablePolicy());
  std::unique_ptr<pair::Witness> witness = TRY(run::makeWitness(home, policy, clock));
  return std::make_unique<RightKeeper>(
      home, std::move(witness), [home, stop](const pair::WitnessRecord& gone) {
        return takeOver(home, gone, stop);
      });
}

void RightKeeper::onTick() {
  const auto store = store::Store::openReader(home_.databasePath());
  if (!store.ok()) return;  // it has never run
  const pair::Role role = pair::readPairState(*store.value()).role;
  if (role == pair::Role::kActive) {
    // What it answers is judged before each export; here only the lease counts.
    const Result<pair::Witnessed> renewed = witness_->renew();
    if (!renewed.ok() && !is_away_) logWarning(renewed.error().message());
    is_away_ = !renewed.ok();
  } else if (role == pair::Role::kStaging &&
             home_.settings().witness.failover == home::Failover::kAutomatic) {
    watch();
  }
}

void RightKeeper::watch() {
  const Result<pair::Witnessed> seen = witness_->read();
  if (!seen.ok() && !is_away_) logWarning(seen.error().message());
  is_away_ = !seen.ok();
  if (!seen.ok() || seen.value().holder_lives != false) return;
  const pair::WitnessRecord& record = seen.value().record;
  if (record.holder.empty() || record.holder == home_.settings().server_id) return;
  logWarning(fmt::format("{} has not renewed its right to write; taking over", record.holder_name));
  const Result<void> taken = take_over_(record);
  if (taken.ok()) {
    logInfo("this server is active");
  } else {
    logWarning(taken.error().message());  // the next tick tries again
  }
}

Result<void> takeOver(const home::Home& home,
                      const pair::WitnessRecord& gone,
                      const std::atomic<bool>* stop) {
  const std::unique_ptr<run::Server> server = TRY(run::Server::open(home));
  pair::ClaimOptions options;
  options.kind = pair::ClaimKind::kReplace;
  options.reason = fmt::format("automatic failover from {}", gone.holder_name);
  options.source_anchor = server->sourceAnchor();
  options.waiting = [stop](std::chrono::milliseconds) { return stop == nullptr || !stop->load(); };
  TRY(server->member().claim(options));
  run::RunOptions run;
  run.started_by = "failover";
  run.cancel = stop;
  run::Runner runner(*server);
  const run::CycleSummary summary = TRY(runner.cycle(run::CyclePolicy::kDelta, run));
  if (summary.exitCode() != 0) logWarning("the first cycle was not a success: tandem runs");
  return {};
}

}  // namespace tandem::service
