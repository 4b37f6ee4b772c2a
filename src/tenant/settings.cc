// SPDX-License-Identifier: Apache-2.0
#include "tenant/settings.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "base/check.h"
#include "base/text.h"

namespace tandem::tenant {
namespace {

using nlohmann::json;

json toJson(const App& app) {
  json certificates = json::array();
  for (const auto& certificate : app.certificates) {
    certificates.push_back({{"pem", certificate.pem},
                            {"sha1", toHex(certificate.sha1)},
                            {"sha256", toHex(certificate.sha256)}});
  }
  return {{"clientId", app.client_id},
          {"displayName", app.display_name},
          {"objectId", app.object_id},
          {"secretSha256", toHex(app.secret_sha256)},
          {"secretEnds", app.secret_ends},
          {"certificates", certificates},
          {"roles", app.roles}};
}

App appFromJson(const json& in) {
  App app;
  app.client_id = in.at("clientId");
  app.display_name = in.at("displayName");
  app.object_id = in.at("objectId");
  app.secret_sha256 = fromHex(in.at("secretSha256").get<std::string>()).value_or("");
  app.secret_ends = in.at("secretEnds");
  for (const auto& certificate : in.at("certificates")) {
    app.certificates.push_back({certificate.at("pem"),
                                fromHex(certificate.at("sha1").get<std::string>()).value_or(""),
                                fromHex(certificate.at("sha256").get<std::string>()).value_or("")});
  }
  app.roles = in.at("roles").get<std::vector<std::string>>();
  return app;
}

}  // namespace

bool App::hasRole(std::string_view role) const {
  return std::find(roles.begin(), roles.end(), role) != roles.end();
}

std::optional<std::vector<std::string>> rolesOfProfile(std::string_view profile) {
  std::vector<std::string> roles{"User.ReadWrite.All",
                                 "Group.ReadWrite.All",
                                 "GroupMember.ReadWrite.All",
                                 "Device.ReadWrite.All",
                                 "Organization.ReadWrite.All",
                                 "Domain.Read.All",
                                 "OrgContact.Read.All",
                                 "Directory.Read.All",
                                 "OnPremDirectorySynchronization.Read.All"};
  if (profile == "graph") return roles;
  if (profile != "sync") return std::nullopt;
  roles.emplace_back(kSyncRole);
  return roles;
}

const std::string& TenantSettings::initialDomain() const {
  for (const auto& domain : domains) {
    if (domain.is_initial) return domain.name;
  }
  TANDEM_CHECK(!domains.empty());
  return domains.front().name;
}

const std::string& TenantSettings::defaultDomain() const {
  for (const auto& domain : domains) {
    if (domain.is_default) return domain.name;
  }
  return initialDomain();
}

bool TenantSettings::isVerified(std::string_view domain) const {
  return std::any_of(domains.begin(), domains.end(), [&](const Domain& known) {
    return equalsIgnoreCaseAscii(known.name, domain);
  });
}

const App* TenantSettings::findApp(std::string_view client_id) const {
  for (const auto& app : apps) {
    if (equalsIgnoreCaseAscii(app.client_id, client_id)) return &app;
  }
  return nullptr;
}

bool TenantSettings::feature(std::string_view name) const {
  const auto found = sync_features.find(std::string(name));
  return found != sync_features.end() && found->second;
}

bool TenantSettings::isAdministrator(std::string_view id, std::string_view upn) const {
  return std::any_of(administrators.begin(), administrators.end(), [&](const std::string& one) {
    return equalsIgnoreCaseAscii(one, id) || equalsIgnoreCaseAscii(one, upn);
  });
}

bool TenantSettings::isNamed(std::string_view name) const {
  return equalsIgnoreCaseAscii(name, tenant_id) || isVerified(name) ||
         equalsIgnoreCaseAscii(name, "common") || equalsIgnoreCaseAscii(name, "organizations");
}

std::map<std::string, bool> defaultSyncFeatures() {
  return {{"allowOnPremUpdateOfOnPremisesObjectIdentifierEnabled", false},
          {"blockCloudObjectTakeoverThroughHardMatchEnabled", false},
          {"blockSoftMatchEnabled", false},
          {"bypassDirSyncOverridesEnabled", false},
          {"cloudPasswordPolicyForPasswordSyncedUsersEnabled", false},
          {"concurrentCredentialUpdateEnabled", false},
          {"concurrentOrgIdProvisioningEnabled", false},
          {"deviceWritebackEnabled", false},
          {"directoryExtensionsEnabled", true},
          {"fopeConflictResolutionEnabled", false},
          {"groupWriteBackEnabled", false},
          {"passwordSyncEnabled", true},
          {"passwordWritebackEnabled", false},
          {"quarantineUponProxyAddressesConflictEnabled", true},
          {"quarantineUponUpnConflictEnabled", true},
          {"softMatchOnUpnEnabled", true},
          {"synchronizeUpnForManagedUsersEnabled", true},
          {"unifiedGroupWritebackEnabled", true},
          {"userForcePasswordChangeOnLogonEnabled", false},
          {"userWritebackEnabled", false}};
}

std::string toJson(const TenantSettings& settings) {
  json domains = json::array();
  for (const auto& domain : settings.domains) {
    domains.push_back({{"name", domain.name},
                       {"initial", domain.is_initial},
                       {"default", domain.is_default},
                       {"federated", domain.is_federated}});
  }
  json apps = json::array();
  for (const auto& app : settings.apps)
    apps.push_back(toJson(app));
  return json{{"tenantId", settings.tenant_id},
              {"displayName", settings.display_name},
              {"created", settings.created},
              {"domains", domains},
              {"apps", apps},
              {"syncFeatures", settings.sync_features},
              {"deletionPrevention", settings.deletion_prevention},
              {"deletionThreshold", settings.deletion_threshold},
              {"lastSync", settings.last_sync},
              {"softDeleteSecurityGroups", settings.soft_delete_security_groups},
              {"mailEnabled", settings.mail_enabled},
              {"placeholderPlus", settings.placeholder_plus},
              {"administrators", settings.administrators}}
      .dump();
}

Result<TenantSettings> settingsFromJson(std::string_view text) {
  try {
    const json in = json::parse(text);
    TenantSettings settings;
    settings.tenant_id = in.at("tenantId");
    settings.display_name = in.at("displayName");
    settings.created = in.at("created");
    for (const auto& domain : in.at("domains")) {
      settings.domains.push_back(
          {domain.at("name"), domain.at("initial"), domain.at("default"), domain.at("federated")});
    }
    for (const auto& app : in.at("apps"))
      settings.apps.push_back(appFromJson(app));
    settings.sync_features = in.at("syncFeatures").get<std::map<std::string, bool>>();
    settings.deletion_prevention = in.at("deletionPrevention");
    settings.deletion_threshold = in.at("deletionThreshold");
    settings.last_sync = in.at("lastSync");
    settings.soft_delete_security_groups = in.at("softDeleteSecurityGroups");
    settings.mail_enabled = in.at("mailEnabled");
    settings.placeholder_plus = in.at("placeholderPlus");
    settings.administrators = in.value("administrators", std::vector<std::string>{});
    return settings;
  } catch (const json::exception& problem) {
    return Error(ErrorCode::kCorruption,
                 std::string("the tenant's settings cannot be read: ") + problem.what());
  }
}

bool isDomainName(std::string_view name) {
  if (name.empty() || name.size() > 253) return false;
  std::size_t labels = 0;
  for (const auto& label : split(name, '.')) {
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') {
      return false;
    }
    for (const char c : label) {
      const bool good =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
      if (!good) return false;
    }
    ++labels;
  }
  return labels >= 2;
}

}  // namespace tandem::tenant
