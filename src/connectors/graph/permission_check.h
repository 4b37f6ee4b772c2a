// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "connectors/graph/connection_check.h"

namespace tandem::connectors::graph {

// What the application may do, by the roles in its token; by reading, where the token does not say.
std::vector<TestFinding> checkPermissions(GraphSession& session, std::string_view token);

}  // namespace tandem::connectors::graph
