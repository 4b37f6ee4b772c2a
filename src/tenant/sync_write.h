// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <variant>

#include "tenant/tenant.h"
#include "tenant/write_body.h"

// What happens to a write with the sync permission: matching for objects that are new to the
// tenant, then the calculation of name and addresses, then quarantine of values that another
// object holds.
namespace tandem::tenant {

struct SyncMatch {
  const Object* object = nullptr;  // absent: create
  bool hard = false;
};

// By anchor, then by primary SMTP address, then by UPN.
std::variant<SyncMatch, GraphError> matchForSync(const Tenant& tenant,
                                                 Kind kind,
                                                 const WriteBody& body);

// Rewrites the body from what the source said to what the tenant stores. `self`: the object that
// exists or was matched.
Refusal applySyncRules(
    const Tenant& tenant, Kind kind, const Object* self, std::int64_t now, WriteBody& body);

// Gives quarantined values back where the conflict is gone; `all` recalculates the names of every
// synced object, as after a domain was verified. Returns how many objects changed.
std::size_t retryQuarantined(Tenant& tenant, std::int64_t now, bool all);

}  // namespace tandem::tenant
