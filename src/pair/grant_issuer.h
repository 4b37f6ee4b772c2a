// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "connectors/export_grant.h"
#include "pair/lease.h"
#include "pair/pair_state.h"
#include "pair/witness.h"
#include "platform/clock.h"
#include "store/store.h"

namespace tandem::pair {

struct ServerIdentity {
  std::string id;                  // GUID of server.toml
  std::string name;                // host and folder, for people
  std::string policy_digest = {};  // equal for policies that mean the same
};

// The one place where the right to write is made. It is asked again for each batch, and by the
// connector for each request (ExportGrant::isValid), so that a role that changes in the middle of
// an export, or a lease that cannot be renewed, ends it at the next request.
//
// Invariants: no grant without the active role; none unless the witness said within a lease that
// this server holds this epoch.
class GrantIssuer final : public connectors::GrantKeeper {
 public:
  // All must outlive it.
  GrantIssuer(store::Store& store,
              Witness& witness,
              const platform::Clock& clock,
              ServerIdentity identity);

  PairState state() const { return readPairState(*store_); }
  // A right for the next batch. kStoppedByGuard when this server may not write, kUnavailable when
  // the witness cannot be asked and the lease is over.
  Result<connectors::ExportGrant> issue();
  // Asks the witness now and draws the conclusions (docs/internals/pair.md): the lease is renewed,
  // or the role is given up durably, with the reason; that is kStoppedByGuard.
  Result<Witnessed> confirm();
  // Before the first batch of an export: confirm(), and a generation of its own, here first. A
  // store that is older than what the witness has seen of it is found out by that.
  Result<void> beginExport();

  // Of the last confirm(). News is what the next export should tell the witness although it has
  // nothing to send: the policy is another one.
  const std::vector<Standby>& standbys() const { return standbys_; }
  bool hasNews() const { return told_digest_ && *told_digest_ != identity_.policy_digest; }

  bool keep() override;
  void sawTime(std::int64_t unix_seconds) override { lease_.sawTime(unix_seconds); }
  std::chrono::milliseconds requestTimeout() const override { return witness_->lease() / 2; }

 private:
  Result<Witnessed> judge(const Witnessed& seen, const Lease::Moment& asked);
  // Why the record leaves this server without the right; absent: it has it.
  struct Loss {
    std::string reason;
    bool is_restored = false;  // what this server knows may be old
  };
  std::optional<Loss> lossOf(const PairState& mine, const WitnessRecord& record) const;
  Error giveUp(std::string reason, bool is_restored);

  store::Store* store_;
  Witness* witness_;
  const platform::Clock* clock_;
  ServerIdentity identity_;
  Lease lease_;
  std::vector<Standby> standbys_;
  std::optional<std::string> told_digest_;  // of our policy, as the witness has it
};

}  // namespace tandem::pair
