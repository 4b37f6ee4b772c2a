// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "base/result.h"
#include "pair/grant_issuer.h"
#include "pair/pair_state.h"
#include "pair/witness.h"
#include "platform/clock.h"
#include "store/store.h"

namespace tandem::pair {

enum class ClaimKind : std::uint8_t {
  kReleased,      // only what nobody holds, and what is not reserved for another
  kTakeBack,      // also what is reserved for another: undoing a swap
  kReplace,       // also from a holder that did not release, after a lease and a half
  kReplaceGone,   // only from a holder of which the witness says that its lease has run out
  kReplaceAtOnce  // the same without the wait: somebody has vouched that the other is gone
};

struct ClaimOptions {
  ClaimKind kind = ClaimKind::kReleased;
  std::string reason = {};  // why, for people: "swap with old.example.com"
  std::string source_anchor =
      {};  // of this server's policy; must be the record's where that has one
  // Called about once a second while the claim waits; false gives up, durably in staging again.
  std::function<bool(std::chrono::milliseconds left)> waiting = {};
};

// The moves of one server between the roles. Each is durable and may be made again after a crash
// anywhere in it: docs/internals/pair.md says in which order its two writes happen and why.
class Member {
 public:
  // All must outlive it.
  Member(store::Store& store, Witness& witness, platform::Clock& clock, ServerIdentity identity);

  PairState state() const { return readPairState(*store_); }

  // → active. Goes on with a claim that was interrupted. kStoppedByGuard with the holder's name
  // when the right is not to be had this way; kUnavailable: not known whether the witness has heard
  // us, claim again.
  Result<void> claim(const ClaimOptions& options);
  // active → deactivating: no grant any more. In every other role there is none anyway.
  Result<void> quiesce(const std::string& reason);
  // deactivating → active, if the witness has not been told of a release.
  Result<void> takeBack();
  // deactivating → staging; the witness first. successor: server id, may be empty. Also gives up a
  // claim that is under way.
  Result<void> release(const std::string& successor);
  // A staging server for good: the witness never accepts a claim of it again.
  Result<void> retire();
  // A full import and synchronization of everything has succeeded: restored or not, it knows.
  Result<void> everythingImported();

 private:
  Result<void> refuseClaim(const PairState& mine,
                           const Witnessed& seen,
                           const ClaimOptions& options) const;
  Result<Witnessed> announce(const Witnessed& seen, const ClaimOptions& options);
  Result<void> waitForOther(const Witnessed& seen, const ClaimOptions& options);
  Result<void> complete(const ClaimOptions& options);
  Result<void> enter(Role role, const std::string& reason);
  std::int64_t now() const;

  store::Store* store_;
  Witness* witness_;
  platform::Clock* clock_;
  ServerIdentity identity_;
};

}  // namespace tandem::pair
