// SPDX-License-Identifier: Apache-2.0
//
// Who claims a value that only one object can have, over all objects of a connector at once: pairs
// of hash and object, sorted. Most values have one claimant; only those with more are ever asked
// for, so those are known apart.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "checks/attribute_checker.h"
#include "store/store.h"
#include "sync/engine.h"

namespace tandem::sync {

// The number under which a claim is kept: tenants do not collide with each other.
std::int64_t claimHash(const checks::Claim& claim, ConnectorId connector);

class ClaimIndex {
 public:
  using Entry = std::pair<std::int64_t, std::int64_t>;  // hash, object

  static ClaimIndex load(store::Store& store,
                         ConnectorId connector,
                         const checks::AttributeChecker& checker);

  // Ascending by hash, then object.
  const std::vector<Entry>& entries() const { return entries_; }
  // Empty where at most one object claims it.
  std::span<const Entry> sharedBy(std::int64_t hash) const;

 private:
  std::vector<Entry> entries_;
  std::unordered_map<std::int64_t, std::pair<std::size_t, std::size_t>> shared_;  // place, count
};

}  // namespace tandem::sync
