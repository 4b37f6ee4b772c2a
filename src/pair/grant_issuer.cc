// SPDX-License-Identifier: Apache-2.0
#include "pair/grant_issuer.h"

#include <fmt/format.h>

#include "pair/under_way.h"

namespace tandem::pair {
namespace {

Error notActive(const PairState& state) {
  return Error(
      ErrorCode::kStoppedByGuard,
      fmt::format("this server is {}, and only the active server exports{}{}. Look at what "
                  "it would write with 'tandem pending'; 'tandem swap' or 'tandem staging "
                  "off' makes it the active one",
                  toString(state.role),
                  state.reason.empty() ? "" : ": ",
                  state.reason));
}

std::int64_t unixSeconds(const platform::Clock& clock) {
  return std::chrono::duration_cast<std::chrono::seconds>(clock.wallNow().time_since_epoch())
      .count();
}

}  // namespace

GrantIssuer::GrantIssuer(store::Store& store,
                         Witness& witness,
                         const platform::Clock& clock,
                         ServerIdentity identity)
    : store_(&store),
      witness_(&witness),
      clock_(&clock),
      identity_(std::move(identity)),
      lease_(clock) {}

Result<connectors::ExportGrant> GrantIssuer::issue() {
  const PairState now = state();
  if (now.role != Role::kActive) return notActive(now);
  if (lease_.left() <= witness_->lease() / 2) {
    const Result<Witnessed> confirmed = confirm();
    // A witness that is away for a moment ends nothing before the lease does.
    const bool may_wait =
        !confirmed.ok() && confirmed.error().isTransient() && lease_.left().count() > 0;
    if (!confirmed.ok() && !may_wait) return confirmed.error();
  }
  return connectors::ExportGrant(now.epoch, this);
}

bool GrantIssuer::keep() {
  if (lease_.left() > witness_->lease() / 2) return true;
  return issue().ok() && lease_.left().count() > 0;
}

Result<Witnessed> GrantIssuer::confirm() {
  const Lease::Moment asked = lease_.now();
  const Witnessed seen =
      TRY_DOING(witness_->renew(), fmt::format("asking {} who may write", witness_->describe()));
  return judge(seen, asked);
}

Result<Witnessed> GrantIssuer::judge(const Witnessed& seen, const Lease::Moment& asked) {
  const PairState mine = state();
  if (mine.role != Role::kActive) return notActive(mine);
  if (std::optional<Loss> loss = lossOf(mine, seen.record)) {
    return giveUp(std::move(loss->reason), loss->is_restored);
  }
  lease_.extend(asked, witness_->lease(), seen.told_at);
  standbys_ = seen.standbys;
  told_digest_ = seen.record.policy_digest;
  return seen;
}

// Each reason sends an administrator to another place, so it has to be the true one.
std::optional<GrantIssuer::Loss> GrantIssuer::lossOf(const PairState& mine,
                                                     const WitnessRecord& record) const {
  if (record.epoch < mine.epoch) {
    return Loss{fmt::format("the witness knows nothing of epoch {}, under which this server writes "
                            "(its own says {}): its record was removed, or is a backup's",
                            mine.epoch,
                            record.epoch),
                false};
  }
  const bool is_later = record.epoch > mine.epoch;
  if (record.holder.empty() && is_later) {
    return Loss{fmt::format("another server has had the right to write since (epoch {}; this one "
                            "had {}) and has given it back",
                            record.epoch,
                            mine.epoch),
                false};
  }
  if (record.holder.empty()) {
    return Loss{
        "the right to write was released while this server did not know of it: it is a copy, or "
        "was restored from a backup",
        true};
  }
  if (record.holder != identity_.id) {
    return Loss{fmt::format("{} is the active server now (epoch {}; this one had {})",
                            record.holder_name,
                            record.epoch,
                            mine.epoch),
                false};
  }
  if (is_later) {
    return Loss{fmt::format("the witness knows this server under epoch {}, but its own store says "
                            "{}: it is a copy, or was restored from a backup",
                            record.epoch,
                            mine.epoch),
                true};
  }
  if (record.generation <= mine.generation) return std::nullopt;
  return Loss{fmt::format("this server was restored from a backup: it knows of {} exports, the "
                          "witness of {}",
                          mine.generation,
                          record.generation),
              true};
}

Result<void> GrantIssuer::beginExport() {
  const PairState before = state();
  if (before.role != Role::kActive) return notActive(before);
  const Witnessed seen = TRY(confirm());
  PairState mine = state();
  // Here first: after a crash this store may be one ahead of the witness, never behind it.
  mine.generation = std::max(mine.generation, seen.record.generation) + 1;
  TRY(writePairState(*store_, mine));
  store::Transaction transaction = TRY(store::Transaction::begin(store_->database()));
  noteExportClock(*store_, *clock_);
  TRY(transaction.commit());
  WitnessRecord wanted = seen.record;
  wanted.generation = mine.generation;
  wanted.policy_digest = identity_.policy_digest;
  const Lease::Moment asked = lease_.now();
  const Witnessed now = TRY_DOING(witness_->replace(seen, wanted),
                                  fmt::format("telling {} of an export", witness_->describe()));
  lease_.extend(asked, witness_->lease(), now.told_at);
  told_digest_ = identity_.policy_digest;
  return {};
}

Error GrantIssuer::giveUp(std::string reason, bool is_restored) {
  lease_.end();
  PairState mine = state();
  mine.reason = reason;
  mine.since = unixSeconds(*clock_);
  mine.needs_full_import = mine.needs_full_import || is_restored;
  // By way of deactivating: the two moves that a release has, without its question to the witness.
  mine.role = Role::kDeactivating;
  Result<void> written = writePairState(*store_, mine);
  mine.role = Role::kStaging;
  if (written.ok()) written = writePairState(*store_, mine);
  if (!written.ok()) return written.error();
  return Error(ErrorCode::kStoppedByGuard,
               fmt::format("nothing was exported: {}. This server is in staging now{}",
                           reason,
                           is_restored ? "; run 'tandem cycle initial' before making it active "
                                         "again, because what it knows may be old"
                                       : ""));
}

}  // namespace tandem::pair
