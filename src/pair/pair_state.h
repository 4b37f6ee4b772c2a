// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "pair/role.h"
#include "store/store.h"

namespace tandem::pair {

// What a server durably knows of its own right to write.
struct PairState {
  Role role = Role::kStaging;
  std::uint64_t epoch = 0;         // under which it is, or was last, active
  std::uint64_t generation = 0;    // of its last export; see WitnessRecord
  std::string reason;              // why it has this role, for people
  std::int64_t since = 0;          // seconds since 1970
  bool needs_full_import = false;  // restored from a backup: what it knows may be old
  bool is_retired = false;         // decommissioned: never active again
  bool claim_waits = false;        // activating: the one that is replaced may still be writing

  friend bool operator==(const PairState&, const PairState&) = default;
};

// A role that is not there, or that this release does not know, is the one that cannot write.
PairState readPairState(store::Store& store);
// In one transaction; the role may only change along isAllowed(), otherwise kConflict.
Result<void> writePairState(store::Store& store, const PairState& state);

}  // namespace tandem::pair
