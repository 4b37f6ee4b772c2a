// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/connector.h"
#include "connectors/graph/graph_session.h"
#include "platform/tls_probe.h"

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

// Stands for platform::probeTls() in tests.
using TlsProbe = std::function<Result<platform::TlsProbeReport>(const platform::TlsProbeRequest&)>;

// Step by step from the settings to a first read; without a token the list ends.
std::vector<TestFinding> checkConnection(GraphSession& session,
                                         const TlsProbe& probe = platform::probeTls);

// An application permission, by the least one that gives it.
struct MissingPermission {
  std::string name;
  std::string purpose;   // "to write users"
  bool required = true;  // otherwise there is another way
};

// What a profile needs and these roles do not give.
std::vector<MissingPermission> missingPermissions(GraphProfile profile,
                                                  const std::vector<std::string>& roles);

// Users and groups of the tenant, by $count.
std::optional<std::uint64_t> countTenantObjects(GraphSession& session);

}  // namespace tandem::connectors::graph
