// SPDX-License-Identifier: Apache-2.0
#include "pair/swap.h"

#include <fmt/format.h>

#include "base/time_text.h"
#include "platform/signing.h"

namespace tandem::pair {

using std::chrono::milliseconds;

namespace {

constexpr std::int64_t kOldImportSeconds = 24 * 3600;
constexpr std::int64_t kClockApartSeconds = 60;

Error refusal(std::string message) {
  return Error(ErrorCode::kStoppedByGuard, std::move(message));
}

bool isOpen(const PeerReport& report) {
  return report.swap && report.swap->isOpen();
}

// The right is with this one, or on its way from it.
bool givesAway(const PeerReport& report) {
  return report.state.role == Role::kActive || report.state.role == Role::kDeactivating;
}

std::string newSwapId() {
  std::string id;
  for (const char byte : platform::randomBytes(8))
    id += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return id;
}

Result<void> checkPartner(const PeerReport& one, const PeerReport& other) {
  if (one.identity.id == other.identity.id) {
    return refusal("both are the same server: name the other one with --with");
  }
  for (const PeerReport* report : {&one, &other}) {
    if (report->state.is_retired) {
      return refusal(fmt::format("{} was decommissioned", report->identity.name));
    }
    if (!report->problems.empty()) {
      return refusal(fmt::format("{}: {}", report->identity.name, report->problems.front()));
    }
  }
  return {};
}

std::vector<std::string> warningsOf(const SwapPlan& plan) {
  std::vector<std::string> warnings;
  const PeerReport& taking = plan.new_server;
  if (plan.old_server.policy_digest != taking.policy_digest) {
    warnings.push_back(
        "the two policies differ: see 'tandem compare', or import the settings of "
        "the old server once more");
  }
  if (plan.old_server.version != taking.version) {
    warnings.push_back(
        fmt::format("the versions differ: {} and {}", plan.old_server.version, taking.version));
  }
  if (std::abs(plan.old_server.now - taking.now) > kClockApartSeconds) {
    warnings.push_back(
        fmt::format("the clocks are {} seconds apart", std::abs(plan.old_server.now - taking.now)));
  }
  for (const PeerConnector& connector : taking.connectors) {
    if (connector.last_import == 0) {
      warnings.push_back(
          fmt::format("{} has never imported \"{}\"", taking.identity.name, connector.name));
    } else if (taking.now - connector.last_import > kOldImportSeconds) {
      warnings.push_back(fmt::format("{} has last imported \"{}\" at {}",
                                     taking.identity.name,
                                     connector.name,
                                     formatUtc(connector.last_import)));
    }
    const std::int64_t pending = connector.adds + connector.updates + connector.deletes;
    if (pending > 0) {
      warnings.push_back(fmt::format("{} would write to \"{}\": {} adds, {} updates, {} deletes",
                                     taking.identity.name,
                                     connector.name,
                                     connector.adds,
                                     connector.updates,
                                     connector.deletes));
    }
  }
  return warnings;
}

}  // namespace

void Swap::say(const std::string& what) const {
  if (on_step_) on_step_(what);
}

Result<SwapPlan> Swap::plan(bool back) {
  const PeerReport here = TRY_DOING(here_->report(), "asking this server");
  const PeerReport there = TRY_DOING(there_->report(), "asking the other server");
  TRY(checkPartner(here, there));
  SwapPlan plan;
  plan.is_back = back;
  const bool is_open = isOpen(here) || isOpen(there);
  if (is_open) {
    const SwapMark& mark = isOpen(here) ? *here.swap : *there.swap;
    const bool fits =
        isOpen(here) ? mark.partner_id == there.identity.id : mark.partner_id == here.identity.id;
    if (!fits) {
      return refusal(
          fmt::format("a swap with {} is on its way: go on with it, or undo it with "
                      "'tandem swap --back', before you swap with another server",
                      mark.partner_name));
    }
    plan.id = mark.id;
    plan.here_is_old = isOpen(here) ? mark.is_old : !mark.is_old;
    const PeerReport& taking = plan.here_is_old ? there : here;
    // Too late to undo it: what is asked for is a swap of its own, in the other direction.
    plan.turns_round = back && taking.state.role == Role::kActive;
    plan.is_resumed = !plan.turns_round;
    if (plan.turns_round) plan.here_is_old = !plan.here_is_old;
  } else {
    if (givesAway(here) == givesAway(there)) {
      return refusal(givesAway(here)
                         ? "both servers believe that they are active: run 'tandem cycle delta' on "
                           "both, then the one that was replaced steps back"
                         : "none of the two servers is active: make one so, with 'tandem staging "
                           "off' there");
    }
    plan.here_is_old = givesAway(here);
  }
  plan.old_server = plan.here_is_old ? here : there;
  plan.new_server = plan.here_is_old ? there : here;
  plan.warnings = warningsOf(plan);
  if (!plan.is_resumed && plan.new_server.state.needs_full_import) {
    return refusal(
        fmt::format("{} was restored from a backup: run 'tandem cycle initial' there "
                    "first",
                    plan.new_server.identity.name));
  }
  return plan;
}

Result<SwapReport> Swap::run(const SwapPlan& plan, const SwapOptions& options) {
  const platform::MonotonicTime start = clock_->monotonicNow();
  on_step_ = options.on_step;
  old_ = plan.here_is_old ? here_ : there_;
  new_ = plan.here_is_old ? there_ : here_;
  new_id_ = plan.new_server.identity.id;
  id_ = plan.is_resumed ? plan.id : newSwapId();
  if (plan.old_server.swap && plan.old_server.swap->id == id_ &&
      plan.old_server.swap->quiesced_at != 0) {
    stopped_ = clock_->monotonicNow() -
               milliseconds(plan.old_server.now * 1000 - plan.old_server.swap->quiesced_at);
  }
  if (plan.is_back && plan.is_resumed) return undo(plan);
  if (plan.turns_round) TRY(endTurned(plan));
  setMarks(plan, options);
  TRY(begin(plan));
  SwapReport report;
  report.old_name = plan.old_server.identity.name;
  report.new_name = plan.new_server.identity.name;
  while (TRY(advance(report))) {
  }
  const PeerReport taken = TRY(new_->report());
  report.total = std::chrono::duration_cast<milliseconds>(clock_->monotonicNow() - start);
  report.outcome = fmt::format(
      "{} is active since {}; {} ms without a writer, {} writes repeated, "
      "{} lost",
      report.new_name,
      formatUtc(taken.state.since),
      report.downtime.count(),
      report.writes_repeated,
      report.writes_lost);
  TRY(old_->end(id_, report.outcome));
  TRY(new_->end(id_, report.outcome));
  return report;
}

void Swap::setMarks(const SwapPlan& plan, const SwapOptions& options) {
  const std::string& here = options.here_location;
  const std::string& there = options.there_location;
  old_mark_.id = id_;
  old_mark_.started_at = plan.old_server.now;
  new_mark_ = old_mark_;
  new_mark_.is_old = false;
  new_mark_.partner_id = plan.old_server.identity.id;
  new_mark_.partner_name = plan.old_server.identity.name;
  new_mark_.partner_location = plan.here_is_old ? here : there;
  old_mark_.is_old = true;
  old_mark_.partner_id = plan.new_server.identity.id;
  old_mark_.partner_name = plan.new_server.identity.name;
  old_mark_.partner_location = plan.here_is_old ? there : here;
}

Result<void> Swap::begin(const SwapPlan& plan) {
  if (!plan.is_resumed) {
    say(fmt::format("{} imports and synchronizes what is new", plan.new_server.identity.name));
    const PeerCycle prepared = TRY(new_->prepare());
    if (!prepared.failure.empty()) {
      return refusal(
          fmt::format("{} cannot take over: {}", plan.new_server.identity.name, prepared.failure));
    }
  }
  const auto takes_part = [&](const PeerReport& report) {
    return report.swap && report.swap->id == id_;
  };
  if (!takes_part(plan.new_server)) TRY(new_->begin(new_mark_));
  if (!takes_part(plan.old_server)) TRY(old_->begin(old_mark_));
  return {};
}

// One move of one of the two; false when there is none left.
Result<bool> Swap::advance(SwapReport& report) {
  const PeerReport giving = TRY(old_->report());
  if (TRY(advanceOld(giving))) return true;
  const PeerReport taking = TRY(new_->report());
  return advanceNew(taking, report);
}

Result<bool> Swap::advanceOld(const PeerReport& giving) {
  const SwapStep step = giving.swap ? giving.swap->step : SwapStep::kBegun;
  switch (giving.state.role) {
    case Role::kActive: {
      // It may have written since it was last settled in this swap (an undoing that was killed,
      // staging on and off): nothing of what was reached holds.
      TRY(new_->begin(new_mark_));
      TRY(old_->begin(old_mark_));
      say(fmt::format("{} stops writing", giving.identity.name));
      stopped_ = clock_->monotonicNow() - TRY(old_->quiesce(id_));
      return true;
    }
    case Role::kDeactivating: {
      if (!stopped_) stopped_ = clock_->monotonicNow() - TRY(old_->quiesce(id_));
      if (step < SwapStep::kSettled) {
        say(fmt::format("{} sees what it has written arrive", giving.identity.name));
        const PeerCycle settled = TRY(old_->settle(id_));
        if (!settled.failure.empty()) {
          return refusal(
              fmt::format("{} could not confirm its last writes: {}. Repair that and run "
                          "'tandem swap' again, or undo it with 'tandem swap --back'",
                          giving.identity.name,
                          settled.failure));
        }
        return true;
      }
      say(fmt::format("{} gives the right to write away", giving.identity.name));
      TRY(old_->release(id_, new_id_));
      return true;
    }
    case Role::kStaging:
    case Role::kActivating:
      return false;
  }
  return false;
}

Result<bool> Swap::advanceNew(const PeerReport& taking, SwapReport& report) {
  const SwapStep step = taking.swap ? taking.swap->step : SwapStep::kBegun;
  if (step < SwapStep::kHandedOver) {
    say("what was sent and not seen yet is handed over");
    const std::string document = TRY(old_->handOver(id_));
    TRY(new_->take(id_, document));
    return true;
  }
  if (taking.state.role != Role::kActive || step < SwapStep::kClaimed) {
    say(fmt::format("{} takes the right to write", taking.identity.name));
    TRY(new_->claim(id_, ClaimKind::kReleased));
    if (stopped_) {
      report.downtime =
          std::chrono::duration_cast<milliseconds>(clock_->monotonicNow() - *stopped_);
    }
    return true;
  }
  report.epoch = taking.state.epoch;
  if (step < SwapStep::kCycled) {
    say(fmt::format("{} runs its first cycle", taking.identity.name));
    report.cycle = TRY(new_->cycle(id_));
    if (!report.cycle.failure.empty()) {
      return refusal(
          fmt::format("{} is the active server, but whether all that {} has written is there is "
                      "not known yet: {}. Repair that and run 'tandem swap' again",
                      taking.identity.name,
                      report.old_name,
                      report.cycle.failure));
    }
    report.writes_repeated = report.cycle.writes_repeated;
    report.writes_lost = report.cycle.writes_lost;
    return true;
  }
  return false;
}

// The swap that was on its way has made its new server active, and goes no further.
Result<void> Swap::endTurned(const SwapPlan& plan) {
  for (const auto& [peer, report] :
       {std::pair(old_, &plan.old_server), std::pair(new_, &plan.new_server)}) {
    if (!isOpen(*report) || report->swap->id != plan.id) continue;
    TRY(peer->end(plan.id, "turned round before its first cycle"));
  }
  return {};
}

// Before the new server is active: the old one goes on as if nothing had been.
Result<SwapReport> Swap::undo(const SwapPlan& plan) {
  SwapReport report;
  report.old_name = plan.new_server.identity.name;
  report.new_name = plan.old_server.identity.name;
  const PeerReport giving = TRY(old_->report());
  if (giving.state.role == Role::kDeactivating) {
    say(fmt::format("{} goes on writing", giving.identity.name));
    TRY(old_->takeBack(id_));
  } else if (giving.state.role != Role::kActive) {
    say(fmt::format("{} takes the right to write back", giving.identity.name));
    TRY(old_->claim(id_, ClaimKind::kTakeBack));
  }
  report.epoch = TRY(old_->report()).state.epoch;
  report.outcome = fmt::format("undone: {} is the active server", report.new_name);
  TRY(new_->end(id_, report.outcome));
  TRY(old_->end(id_, report.outcome));
  return report;
}

}  // namespace tandem::pair
