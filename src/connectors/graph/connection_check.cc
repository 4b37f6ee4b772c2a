// SPDX-License-Identifier: Apache-2.0
#include "connectors/graph/connection_check.h"

#include <algorithm>

#include <fmt/format.h>

#include "connectors/graph/graph_url.h"
#include "connectors/graph/json_reading.h"

namespace tandem::connectors::graph {
namespace {

// The least permission first; each of the others includes it.
struct Permission {
  std::vector<std::string_view> any_of;
  bool sync_only = false;
};

const std::vector<Permission>& permissions() {
  static const std::vector<Permission> all = {
      {{"User.ReadWrite.All", "Directory.ReadWrite.All"}, false},
      {{"Group.ReadWrite.All", "Directory.ReadWrite.All"}, false},
      {{"Organization.Read.All",
        "Organization.ReadWrite.All",
        "Directory.Read.All",
        "Directory.ReadWrite.All"},
       false},
      {{"OnPremDirectorySynchronization.ReadWrite.All"}, true},
  };
  return all;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts)
    all += (all.empty() ? "" : ", ") + text;
  return all;
}

TestFinding checkSettings(const GraphSettings& settings) {
  TestFinding finding{"settings", false, ""};
  const auto origin = originOf(settings.base_url);
  const bool has_key = !settings.certificate_pem.empty() && !settings.private_key_pem.empty();
  if (!origin || origin->substr(0, 8) != "https://") {
    finding.detail = "the base URL is not an https URL, like https://graph.microsoft.com/v1.0";
  } else if (settings.tenant.empty() || settings.client_id.empty()) {
    finding.detail = "tenant or client id is missing";
  } else if (settings.client_secret.empty() && !has_key) {
    finding.detail = "there is neither a client secret nor a certificate with its key";
  } else {
    finding.ok = true;
    finding.detail = fmt::format(
        "{} with a {}", *origin, settings.client_secret.empty() ? "certificate" : "client secret");
  }
  return finding;
}

}  // namespace

std::vector<std::string> missingPermissions(GraphProfile profile,
                                            const std::vector<std::string>& roles) {
  std::vector<std::string> missing;
  for (const Permission& permission : permissions()) {
    if (permission.sync_only && profile != GraphProfile::kSync) continue;
    const bool given = std::any_of(
        permission.any_of.begin(), permission.any_of.end(), [&](std::string_view wanted) {
          return std::find(roles.begin(), roles.end(), wanted) != roles.end();
        });
    if (!given) missing.emplace_back(permission.any_of.front());
  }
  return missing;
}

Result<VerifiedDomains> parseOrganization(std::string_view body) {
  const Error nonsense(ErrorCode::kCorruption,
                       "the tenant's organization is not readable: check the base URL");
  simdjson::dom::parser parser;
  JsonElement document;
  if (parser.parse(body.data(), body.size()).get(document) != simdjson::SUCCESS) return nonsense;
  const std::optional<JsonArray> list = arrayAt(document, "value");
  if (!list || list->size() == 0) return nonsense;
  const JsonElement organization = list->at(0).value();
  VerifiedDomains domains;
  domains.tenant_id = textAt(organization, "id").value_or("");
  domains.display_name = textAt(organization, "displayName").value_or("");
  const std::optional<JsonArray> verified = arrayAt(organization, "verifiedDomains");
  if (!verified || domains.tenant_id.empty()) return nonsense;
  for (const JsonElement domain : *verified) {
    const std::string_view name = textAt(domain, "name").value_or("");
    if (name.empty()) continue;
    domains.all.emplace_back(name);
    bool is_initial = false;
    if (const auto flag = memberOf(domain, "isInitial")) {
      is_initial = flag->get(is_initial) == simdjson::SUCCESS && is_initial;
    }
    if (is_initial) domains.initial = name;
  }
  return domains;
}

Result<VerifiedDomains> readOrganization(GraphSession& session, const Cancelled& cancelled) {
  const std::string body =
      TRY(session.getBody("/organization?$select=id,displayName,verifiedDomains",
                          "reading the tenant's organization",
                          cancelled));
  return parseOrganization(body);
}

std::vector<TestFinding> checkConnection(GraphSession& session) {
  std::vector<TestFinding> findings;
  findings.push_back(checkSettings(session.settings()));
  if (!findings.back().ok) return findings;
  session.tokens().forget();
  const Result<std::string> token = session.tokens().token();
  findings.push_back(
      {"sign-in", token.ok(), token.ok() ? "got an access token" : token.error().message()});
  if (!token.ok()) return findings;
  const std::vector<std::string> missing =
      missingPermissions(session.settings().profile, rolesOf(token.value()));
  findings.push_back({"permissions",
                      missing.empty(),
                      missing.empty()
                          ? "the application has what it needs"
                          : fmt::format("missing: {}. Grant them as application permissions, then "
                                        "an administrator's consent",
                                        joined(missing))});
  const Result<VerifiedDomains> organization = readOrganization(session, {});
  findings.push_back({"organization",
                      organization.ok(),
                      organization.ok() ? fmt::format("{} ({})",
                                                      organization.value().display_name,
                                                      joined(organization.value().all))
                                        : organization.error().message()});
  return findings;
}

}  // namespace tandem::connectors::graph
