// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/result.h"
#include "connectors/export_grant.h"
#include "pair/role.h"
#include "store/store.h"

namespace tandem::pair {

// The one place where the right to write is made. It is asked again for each batch, so a role that
// changes in the middle of an export ends the export at the next batch.
class GrantIssuer {
 public:
  explicit GrantIssuer(store::Store& store) : store_(&store) {}

  Role role() const;
  std::uint64_t epoch() const;  // rises each time the right to write changes hands
  // kStoppedByGuard when this server is not the active one.
  Result<connectors::ExportGrant> issue() const;

  // Durable, and only along isAllowed(). Entering kActive raises the epoch.
  Result<void> change(Role to);
  // The role of a new server, before it has any state.
  Result<void> initialize(Role role);

 private:
  store::Store* store_;
};

}  // namespace tandem::pair
