// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "connectors/connector.h"
#include "connectors/ldap/root_dse.h"
#include "connectors/ldap/session.h"

namespace tandem::connectors::ldap {

// What the account that is signed in may do, found by trying: read the partitions and the
// containers of the filter, read changes, see deletions. Nothing is written.
std::vector<TestFinding> testRights(Session& session, const RootDse& root);

}  // namespace tandem::connectors::ldap
