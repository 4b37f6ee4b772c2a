// SPDX-License-Identifier: Apache-2.0
#include "service/right_keeper.h"

#include <utility>

#include <fmt/format.h>

#include "base/log.h"
#include "pair/swap_mark.h"
#include "run/witness_factory.h"

namespace tandem::service {

using pair::PairState;
using pair::Role;
using pair::Witnessed;
using pair::WitnessRecord;

RightKeeper::RightKeeper(home::Home home,
                         std::unique_ptr<pair::Witness> witness,
                         Consequences consequences)
    : home_(std::move(home)),
      witness_(std::move(witness)),
      consequences_(std::move(consequences)) {}

Result<std::unique_ptr<RightKeeper>> RightKeeper::open(const home::Home& home,
                                                       platform::Clock& clock,
                                                       Consequences consequences) {
  const policy::PolicyDocument policy = TRY(home.usablePolicy());
  std::unique_ptr<pair::Witness> witness = TRY(run::makeWitness(home, policy, clock));
  return std::make_unique<RightKeeper>(home, std::move(witness), std::move(consequences));
}

void RightKeeper::onTick() {
  const auto store = store::Store::openReader(home_.databasePath());
  if (!store.ok()) return;  // it has never run
  const PairState mine = pair::readPairState(*store.value());
  is_watching_ = mine.role == Role::kStaging && isAutomatic();
  if (mine.role != Role::kStaging) return hold(mine);
  const std::optional<pair::SwapMark> swap = pair::readSwapMark(*store.value());
  // In a swap the right changes hands as its steps say, and somebody watches it.
  if (is_watching_ && !(swap && swap->isOpen())) watch();
}

bool RightKeeper::isAutomatic() const {
  return home_.settings().witness.failover == home::Failover::kAutomatic;
}

// Also of a server that is about to release: until then nobody else is to take the right.
void RightKeeper::hold(const PairState& mine) {
  const Result<Witnessed> renewed = witness_->renew();
  const WitnessRecord* const record = note(renewed);
  if (record == nullptr) return;
  const bool is_mine = record->holder == home_.settings().server_id;
  if (mine.role == Role::kActive && (!is_mine || record->epoch != mine.epoch)) {
    consequences_.reconcile();
  }
  // A claim whose process was killed, or whose answer got lost.
  const bool is_gone = renewed.value().holder_lives == false && !record->holder.empty();
  if (mine.role == Role::kActivating && mine.claim_waits && isAutomatic() && (is_mine || is_gone)) {
    consequences_.take_over();
  }
}

void RightKeeper::watch() {
  const Result<Witnessed> seen = witness_->read();
  const WitnessRecord* const record = note(seen);
  if (record == nullptr || seen.value().holder_lives != false) return;
  if (record->holder.empty() || record->holder == home_.settings().server_id) return;
  say(fmt::format("{} has not renewed its right to write (epoch {}); taking over",
                  record->holder_name,
                  record->epoch));
  consequences_.take_over();
}

const WitnessRecord* RightKeeper::note(const Result<Witnessed>& answer) {
  if (!answer.ok() && !is_away_) logWarning(answer.error().message());
  if (answer.ok() && is_away_) logInfo(fmt::format("{} answers again", witness_->describe()));
  is_away_ = !answer.ok();
  return answer.ok() ? &answer.value().record : nullptr;
}

void RightKeeper::say(std::string what) {
  if (what != said_) logWarning(what);
  said_ = std::move(what);
}

Result<void> reconcile(const home::Home& home) {
  const std::unique_ptr<run::Server> server = TRY(run::Server::open(home));
  if (server->pairState().role != Role::kActive) return {};
  const Result<Witnessed> confirmed = server->grants().confirm();
  server->observeWitness();
  if (!confirmed.ok()) return confirmed.error();
  return {};
}

Result<run::CycleSummary> takeOver(const home::Home& home, const run::RunOptions& options) {
  const std::unique_ptr<run::Server> server = TRY(run::Server::open(home));
  const Role role = server->pairState().role;
  if (role == Role::kStaging || role == Role::kActivating) {
    pair::ClaimOptions claim;
    claim.kind = pair::ClaimKind::kReplaceGone;
    claim.source_anchor = server->sourceAnchor();
    claim.waiting = [&options](std::chrono::milliseconds) {
      return options.cancel == nullptr || !options.cancel->load();
    };
    const Witnessed seen = TRY_DOING(server->witness().read(), "asking who may write");
    if (seen.record.holder != server->identity().id) {
      claim.reason = fmt::format("automatic failover from {}", seen.record.holder_name);
    }
    TRY(server->member().claim(claim));
    logInfo(fmt::format("this server is active (epoch {})", server->pairState().epoch));
  }
  return run::Runner(*server).cycle(run::CyclePolicy::kDelta, options);
}

}  // namespace tandem::service
