// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "tenant/settings.h"

namespace tandem::tenant {

// Changes to a tenant's settings that the command line and /tandem/tenant both make.

struct AppRequest {
  std::string client_id;  // empty: made
  std::string display_name;
  std::string secret;  // empty: none is set
  std::int64_t secret_ends = 0;
  std::vector<std::string> certificates;  // PEM
  std::vector<std::string> roles;         // or
  std::string profile;                    // graph, sync
};

// Adds the domain as verified, or changes the one of that name.
Result<void> putDomain(TenantSettings& settings, Domain domain);
Result<void> removeDomain(TenantSettings& settings, const std::string& name);

// Adds or changes an app; what the request leaves empty stays as it was. Returns the client id.
Result<std::string> putApp(TenantSettings& settings, const AppRequest& request);

}  // namespace tandem::tenant
