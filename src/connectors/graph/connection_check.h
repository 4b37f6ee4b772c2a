// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "connectors/connector.h"
#include "connectors/graph/graph_session.h"

namespace tandem::connectors::graph {

struct VerifiedDomains {
  std::string tenant_id;
  std::string display_name;
  std::string initial;
  std::vector<std::string> all;
};

Result<VerifiedDomains> readOrganization(GraphSession& session, const Cancelled& cancelled);
// From the body of GET /organization.
Result<VerifiedDomains> parseOrganization(std::string_view body);

// Step by step from the settings to a first read; a step that fails ends the list.
std::vector<TestFinding> checkConnection(GraphSession& session);

// The permissions that a profile needs and these roles do not give.
std::vector<std::string> missingPermissions(GraphProfile profile,
                                            const std::vector<std::string>& roles);

}  // namespace tandem::connectors::graph
