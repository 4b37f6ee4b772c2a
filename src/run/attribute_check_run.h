// SPDX-License-Identifier: Apache-2.0
//
// The attribute checks as a server's policy wants them, against what is known of the tenant.
#pragma once

#include <string>

#include "base/result.h"
#include "checks/attribute_checker.h"
#include "policy/policy_document.h"
#include "run/server.h"

namespace tandem::run {

struct TenantChecks {
  checks::AttributeChecker checker;
  std::string fingerprint;  // of all that findings depend on beside the objects
};

// From the store's facts about the tenant, as of its last import.
TenantChecks tenantChecks(store::Store& store,
                          directory::ConnectorId tenant,
                          const policy::AttributeChecks& settings);

// Looks at what has changed since the last time. At the end of each synchronization of a tenant, so
// that a server in staging has done it when it takes over, and before an export. What is no tenant
// has no checks.
Result<void> bringChecksUpToDate(Server& server, const ServerConnector& connector);

}  // namespace tandem::run
