// SPDX-License-Identifier: Apache-2.0
//
// What the attribute checks know of all objects of a tenant, brought in line with what was found by
// looking at every one. Rows that are as they should be are not written.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "store/checks.h"

namespace tandem::store {

// entries: hash and object, ascending, without repeats: all of the connector.
void replaceClaimedValues(Database& database,
                          ConnectorId connector,
                          const std::vector<std::pair<std::int64_t, std::int64_t>>& entries);

// Ascending.
std::vector<ConnectorObjectId> objectsWithFindings(Database& database, ConnectorId connector);

}  // namespace tandem::store
