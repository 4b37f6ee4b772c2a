// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tandem::tenant {

struct Domain {
  std::string name;  // lower case
  bool is_initial = false;
  bool is_default = false;
  bool is_federated = false;
};

struct AppCertificate {
  std::string pem;
  std::string sha1;    // 20 bytes
  std::string sha256;  // 32 bytes
};

// An application that may ask for tokens.
struct App {
  std::string client_id;
  std::string display_name;
  std::string object_id;         // of its service principal
  std::string secret_sha256;     // 32 bytes; empty: no secret. Secrets are random, so no salt.
  std::int64_t secret_ends = 0;  // seconds since 1970; 0: never
  std::vector<AppCertificate> certificates;
  std::vector<std::string> roles;

  bool hasRole(std::string_view role) const;
};

// The tenant's own permission (see docs/reference/tenant.md): what public Graph keeps for
// Microsoft's synchronization service.
inline constexpr std::string_view kSyncRole = "OnPremDirectorySynchronization.ReadWrite.All";

// Roles of the profiles: "graph" holds what an app can hold at Microsoft, "sync" adds kSyncRole.
std::optional<std::vector<std::string>> rolesOfProfile(std::string_view profile);

struct TenantSettings {
  std::string tenant_id;  // a Guid
  std::string display_name = "Tandem";
  std::int64_t created = 0;
  std::vector<Domain> domains;
  std::vector<App> apps;
  std::map<std::string, bool> sync_features;  // onPremisesDirectorySynchronizationFeature
  std::string deletion_prevention = "enabledForCount";
  std::int64_t deletion_threshold = 500;
  std::int64_t last_sync = 0;               // seconds since 1970; 0: never synchronized
  std::vector<std::string> administrators;  // ids or principal names of users that hold a role
  bool soft_delete_security_groups = false;
  bool mail_enabled = false;      // users get the addresses of a licensed mailbox (§2.5 rule 3)
  bool placeholder_plus = false;  // quarantined UPN: "name+1234@…" rather than "name1234@…"

  const std::string& initialDomain() const;
  const std::string& defaultDomain() const;
  bool isVerified(std::string_view domain) const;  // case-insensitive
  const App* findApp(std::string_view client_id) const;
  bool feature(std::string_view name) const;
  bool isAdministrator(std::string_view id, std::string_view upn) const;
  // The tenant's id or any verified domain, as the login path names it. "common" too.
  bool isNamed(std::string_view name) const;
};

// The features of a new tenant, all of them, with Microsoft's defaults.
std::map<std::string, bool> defaultSyncFeatures();

std::string toJson(const TenantSettings& settings);
Result<TenantSettings> settingsFromJson(std::string_view json);

bool isDomainName(std::string_view name);  // at least two labels

}  // namespace tandem::tenant
