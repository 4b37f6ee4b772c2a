// SPDX-License-Identifier: Apache-2.0
#include "connectors/graph/permission_check.h"

#include <algorithm>

#include <fmt/format.h>

namespace tandem::connectors::graph {
namespace {

struct Permission {
  std::vector<std::string_view> any_of;  // the least first; each of the others includes it
  std::string_view purpose;
  bool required = true;
  bool sync_only = false;
};

const std::vector<Permission>& permissions() {
  static const std::vector<Permission> all = {
      {{"User.ReadWrite.All", "Directory.ReadWrite.All"}, "to write users"},
      {{"Group.ReadWrite.All", "Directory.ReadWrite.All"}, "to write groups and their members"},
      {{"Organization.Read.All",
        "Organization.ReadWrite.All",
        "Directory.Read.All",
        "Directory.ReadWrite.All"},
       "to read the tenant's domains"},
      {{"Organization.ReadWrite.All", "Directory.ReadWrite.All"},
       "to keep the record of which server may write on the organization; without it the record "
       "is kept on a group (Group.ReadWrite.All)",
       /*required=*/false},
      {{"OnPremDirectorySynchronization.ReadWrite.All"},
       "to write what the profile \"sync\" asks for",
       /*required=*/true,
       /*sync_only=*/true},
  };
  return all;
}

bool gives(const Permission& permission, const std::vector<std::string>& roles) {
  return std::any_of(
      permission.any_of.begin(), permission.any_of.end(), [&](std::string_view wanted) {
        return std::find(roles.begin(), roles.end(), wanted) != roles.end();
      });
}

TestFinding findingOf(const MissingPermission& missing) {
  const std::string check = "permission " + missing.name;
  const std::string detail = "the application does not have it; it is needed " + missing.purpose;
  const std::string next =
      "add it to the app registration as an application permission, then let an administrator "
      "consent";
  return missing.required ? TestFinding::refused(check, detail, next)
                          : TestFinding::warning(check, detail, next);
}

// Only reading can be tried without changing anything.
std::vector<TestFinding> checkByReading(GraphSession& session) {
  std::vector<TestFinding> findings;
  for (const auto& [path, name] : {std::pair("/users?$top=1&$select=id", "User.ReadWrite.All"),
                                   std::pair("/groups?$top=1&$select=id", "Group.ReadWrite.All")}) {
    const auto body = session.getBody(path, "reading one object", {});
    if (body.ok()) continue;
    findings.push_back(TestFinding::refused(fmt::format("permission {}", name),
                                            body.error().message(),
                                            "add it to the app registration as an application "
                                            "permission, then let an administrator consent"));
  }
  if (findings.empty()) {
    findings.push_back(TestFinding::warning(
        "permissions",
        "the token does not list them; users and groups can be read, and whether they can be "
        "written shows at the first export",
        "compare the app registration with the list in the reference of this connector"));
  }
  return findings;
}

}  // namespace

std::vector<MissingPermission> missingPermissions(GraphProfile profile,
                                                  const std::vector<std::string>& roles) {
  std::vector<MissingPermission> missing;
  for (const Permission& permission : permissions()) {
    if (permission.sync_only && profile != GraphProfile::kSync) continue;
    if (gives(permission, roles)) continue;
    missing.push_back({std::string(permission.any_of.front()),
                       std::string(permission.purpose),
                       permission.required});
  }
  return missing;
}

std::vector<TestFinding> checkPermissions(GraphSession& session, std::string_view token) {
  const std::vector<std::string> roles = rolesOf(token);
  if (roles.empty() && !isJsonWebToken(token)) return checkByReading(session);
  std::vector<TestFinding> findings;
  for (const MissingPermission& missing : missingPermissions(session.settings().profile, roles))
    findings.push_back(findingOf(missing));
  if (findings.empty()) {
    findings.push_back(TestFinding::ok("permissions", "the application has what it needs"));
  }
  return findings;
}

}  // namespace tandem::connectors::graph
