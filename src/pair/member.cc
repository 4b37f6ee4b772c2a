// SPDX-License-Identifier: Apache-2.0
#include "pair/member.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/time_text.h"
#include "pair/under_way.h"

namespace tandem::pair {

using std::chrono::milliseconds;

namespace {

bool isRetired(const WitnessRecord& record, const std::string& id) {
  return std::find(record.retired.begin(), record.retired.end(), id) != record.retired.end();
}

// Nobody can be writing: never claimed, or released by its last holder.
bool isFree(const WitnessRecord& record) {
  return record.holder.empty();
}

Error refusal(std::string message) {
  return Error(ErrorCode::kStoppedByGuard, std::move(message));
}

}  // namespace

Member::Member(store::Store& store,
               Witness& witness,
               platform::Clock& clock,
               ServerIdentity identity)
    : store_(&store), witness_(&witness), clock_(&clock), identity_(std::move(identity)) {}

std::int64_t Member::now() const {
  return std::chrono::duration_cast<std::chrono::seconds>(clock_->wallNow().time_since_epoch())
      .count();
}

Result<void> Member::enter(Role role, const std::string& reason) {
  PairState mine = state();
  if (mine.role == role) return {};
  mine.role = role;
  mine.reason = reason;
  mine.since = now();
  return writePairState(*store_, mine);
}

Result<void> Member::claim(const ClaimOptions& options) {
  PairState mine = state();
  if (mine.role == Role::kDeactivating) return takeBack();
  const Witnessed seen =
      TRY_DOING(witness_->read(), fmt::format("asking {} who may write", witness_->describe()));
  if (mine.role == Role::kActive) {
    if (seen.record.epoch <= mine.epoch)
      return {};  // a restored copy is for the export to find out
    // Another server has had the right since, and this one has not noticed until now.
    TRY(enter(Role::kDeactivating, "another server has had the right to write since"));
    TRY(enter(Role::kStaging, "another server has had the right to write since"));
    mine = state();
  }
  const bool is_resumed = mine.role == Role::kActivating && seen.record.holder == identity_.id;
  if (!is_resumed) {
    const Result<void> refused = refuseClaim(mine, seen, options);
    if (!refused.ok()) {
      TRY(enter(Role::kStaging, refused.error().message()));
      return refused.error();
    }
  }
  const Witnessed claimed = is_resumed ? seen : TRY(announce(seen, options));
  TRY(waitForOther(claimed, options));
  return complete(options);
}

Result<void> Member::refuseClaim(const PairState& mine,
                                 const Witnessed& seen,
                                 const ClaimOptions& options) const {
  const WitnessRecord& record = seen.record;
  if (mine.is_retired || isRetired(record, identity_.id)) {
    return refusal(
        "this server was decommissioned and can never be active again: set up a new one "
        "with 'tandem init --import'");
  }
  if (mine.needs_full_import) {
    return refusal(
        "this server was restored from a backup, so what it knows may be old: run "
        "'tandem cycle initial' first");
  }
  if (!record.source_anchor.empty() && !options.source_anchor.empty() &&
      record.source_anchor != options.source_anchor) {
    return refusal(
        fmt::format("the source anchor of this tenant is \"{}\", this server's policy "
                    "says \"{}\": every object would be taken for another one. Correct "
                    "sourceAnchor in policy.json",
                    record.source_anchor,
                    options.source_anchor));
  }
  // Nobody has looked at it: the holder may have come back since the lease was seen to be over.
  if (options.kind == ClaimKind::kReplaceGone && seen.holder_lives != false) {
    return refusal(
        record.holder.empty()
            ? "the right to write was given back on purpose meanwhile"
            : fmt::format("{} has renewed its right to write meanwhile", record.holder_name));
  }
  const bool is_replacing = options.kind == ClaimKind::kReplace ||
                            options.kind == ClaimKind::kReplaceGone ||
                            options.kind == ClaimKind::kReplaceAtOnce;
  if (isFree(record)) {
    const bool is_mine = record.successor.empty() || record.successor == identity_.id;
    if (is_mine || is_replacing || options.kind == ClaimKind::kTakeBack) return {};
    return refusal(
        "a swap is on its way and has reserved the right to write for the other server: "
        "go on with 'tandem swap', or undo it with 'tandem swap --back'");
  }
  if (is_replacing || record.holder == identity_.id) return {};
  return refusal(
      fmt::format("{} is the active server, since {} (epoch {}), and two must never "
                  "write. Hand over with 'tandem swap --with …'; if that server is gone "
                  "for good, with 'tandem failover'",
                  record.holder_name,
                  formatUtc(record.since),
                  record.epoch));
}

Result<Witnessed> Member::announce(const Witnessed& seen, const ClaimOptions& options) {
  PairState mine = state();
  mine.role = Role::kActivating;
  mine.reason = options.reason;
  mine.since = now();
  // Durable before the witness hears of it: a crash in the wait must not end the wait.
  mine.claim_waits =
      options.kind != ClaimKind::kReplaceAtOnce &&
      (!isFree(seen.record) || (witness_->promise() == WitnessPromise::kWriteThenVerify &&
                                seen.record.epoch != 0 && seen.record.successor != identity_.id));
  TRY(writePairState(*store_, mine));
  WitnessRecord wanted = seen.record;
  wanted.epoch = std::max(seen.record.epoch, mine.epoch) + 1;
  wanted.holder = identity_.id;
  wanted.holder_name = identity_.name;
  wanted.successor.clear();
  wanted.since = now();
  wanted.policy_digest = identity_.policy_digest;
  if (wanted.source_anchor.empty()) wanted.source_anchor = options.source_anchor;
  Result<Witnessed> replaced = witness_->replace(seen, wanted);
  if (!replaced.ok() && replaced.error().code() == ErrorCode::kConflict) {
    TRY(enter(Role::kStaging, "another server was faster"));
    return refusal(
        "another server has taken the right to write in this moment: look at 'tandem "
        "status' there");
  }
  if (!replaced.ok()) {
    return std::move(replaced).error().withContext(
        fmt::format("telling {} that this server is to write (run the same command again: it goes "
                    "on from here)",
                    witness_->describe()));
  }
  return replaced;
}

Result<void> Member::waitForOther(const Witnessed& seen, const ClaimOptions& options) {
  if (!state().claim_waits || options.kind == ClaimKind::kReplaceAtOnce) return {};
  const milliseconds lease = witness_->lease();
  // A lease that the witness itself has seen run out leaves only what is still under way.
  const milliseconds length = seen.holder_lives == false ? lease / 2 : lease + lease / 2;
  const platform::MonotonicTime until = clock_->monotonicNow() + length;
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(until - clock_->monotonicNow());
    if (left.count() <= 0) return {};
    if (options.waiting && !options.waiting(left)) {
      return Error(ErrorCode::kCancelled,
                   "stopped while waiting for the other server's right to run out. This server "
                   "holds the right and writes nothing yet: 'tandem staging off' goes on, 'tandem "
                   "staging on' gives it back");
    }
    clock_->sleepFor(std::min(left, milliseconds(1000)));
  }
}

Result<void> Member::complete(const ClaimOptions& options) {
  const Witnessed seen =
      TRY_DOING(witness_->renew(), fmt::format("asking {} who may write", witness_->describe()));
  PairState mine = state();
  mine.claim_waits = false;
  mine.since = now();
  if (seen.record.holder != identity_.id) {
    mine.role = Role::kStaging;
    mine.reason = fmt::format("{} has taken the right to write", seen.record.holder_name);
    TRY(writePairState(*store_, mine));
    return refusal(mine.reason);
  }
  mine.role = Role::kActive;
  if (!options.reason.empty()) mine.reason = options.reason;
  mine.epoch = seen.record.epoch;
  mine.generation = seen.record.generation;
  return writePairState(*store_, mine);
}

Result<void> Member::quiesce(const std::string& reason) {
  const Role role = state().role;
  if (role != Role::kActive) return {};  // no grant as it is
  return enter(Role::kDeactivating, reason);
}

Result<void> Member::takeBack() {
  if (state().role == Role::kActive) return {};
  const Witnessed seen =
      TRY_DOING(witness_->read(), fmt::format("asking {} who may write", witness_->describe()));
  const PairState mine = state();
  if (mine.role != Role::kDeactivating) {
    return Error(
        ErrorCode::kConflict,
        fmt::format("this server is {}: there is nothing to take back", toString(mine.role)));
  }
  if (seen.record.holder == identity_.id && seen.record.epoch == mine.epoch) {
    // A release whose answer got lost may still arrive: a change of ours makes it come too late.
    PairState next = mine;
    next.generation = std::max(mine.generation, seen.record.generation) + 1;
    TRY(writePairState(*store_, next));
    WitnessRecord wanted = seen.record;
    wanted.generation = next.generation;
    TRY_DOING(witness_->replace(seen, wanted), "taking the hand-over back");
    return enter(Role::kActive, "the hand-over was taken back");
  }
  TRY(enter(Role::kStaging, "the right to write had been released already"));
  return refusal(
      "the right to write had been released already: this server is in staging now. "
      "'tandem swap --back' claims it again");
}

Result<void> Member::release(const std::string& successor) {
  const PairState mine = state();
  if (mine.role == Role::kStaging) return {};
  if (mine.role == Role::kActive) {
    return Error(ErrorCode::kConflict,
                 "the right to write is released after quiescing, not before");
  }
  const Witnessed seen =
      TRY_DOING(witness_->read(), fmt::format("asking {} who may write", witness_->describe()));
  // Activating: a claim that waits is given up, whatever epoch it had got.
  const bool is_claiming = mine.role == Role::kActivating;
  if (seen.record.holder == identity_.id && (is_claiming || seen.record.epoch == mine.epoch)) {
    const milliseconds under_way = longestUnderWay(*store_, *clock_, witness_->lease() / 2);
    if (under_way.count() > 0) clock_->sleepFor(under_way);
    WitnessRecord wanted = seen.record;
    wanted.holder.clear();
    wanted.successor = successor;
    const Result<Witnessed> replaced = witness_->replace(seen, wanted);
    const bool is_lost = !replaced.ok() && replaced.error().code() == ErrorCode::kConflict;
    if (!replaced.ok() && !is_lost) return replaced.error();
  }
  return enter(Role::kStaging, mine.reason);
}

Result<void> Member::retire() {
  PairState mine = state();
  if (mine.role != Role::kStaging) {
    return refusal(
        fmt::format("this server is {}: only one in staging can be decommissioned. Swap "
                    "first",
                    toString(mine.role)));
  }
  const Witnessed seen =
      TRY_DOING(witness_->read(), fmt::format("asking {} who may write", witness_->describe()));
  if (seen.record.holder == identity_.id) {
    return refusal(
        "the witness still knows this server as the active one (a copy of it may be "
        "running): make another one active first, with 'tandem failover' there");
  }
  WitnessRecord wanted = seen.record;
  if (!isRetired(wanted, identity_.id)) {
    wanted.retired.push_back(identity_.id);
    if (wanted.successor == identity_.id) wanted.successor.clear();
    TRY_DOING(witness_->replace(seen, wanted),
              fmt::format("telling {} that this server is gone for good", witness_->describe()));
  }
  mine.is_retired = true;
  mine.reason = "decommissioned";
  mine.since = now();
  return writePairState(*store_, mine);
}

Result<void> Member::everythingImported() {
  PairState mine = state();
  if (!mine.needs_full_import) return {};
  mine.needs_full_import = false;
  return writePairState(*store_, mine);
}

}  // namespace tandem::pair
