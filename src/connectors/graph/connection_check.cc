// SPDX-License-Identifier: Apache-2.0
#include "connectors/graph/connection_check.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "base/text.h"
#include "connectors/graph/endpoint_check.h"
#include "connectors/graph/graph_url.h"
#include "connectors/graph/json_reading.h"
#include "connectors/graph/permission_check.h"

namespace tandem::connectors::graph {
namespace {

std::string joined(const std::vector<std::string>& texts) {
  return fmt::format("{}", fmt::join(texts, ", "));
}

TestFinding checkSettings(const GraphSettings& settings) {
  const std::string check = "settings";
  const bool has_key = !settings.certificate_pem.empty() && !settings.private_key_pem.empty();
  const auto origin = originOf(settings.base_url);
  if (!origin || origin->substr(0, 8) != "https://") {
    return TestFinding::refused(
        check, "the base URL is not an https URL, like https://graph.microsoft.com/v1.0");
  }
  if (settings.tenant.empty() || settings.client_id.empty()) {
    return TestFinding::refused(check, "tenant or client id is missing");
  }
  if (settings.client_secret.empty() && !has_key) {
    return TestFinding::refused(check,
                                "there is neither a client secret nor a certificate with its key",
                                "set the secret that the policy names: tandem secret set NAME");
  }
  return TestFinding::ok(
      check,
      fmt::format("{} with a {}",
                  *origin,
                  settings.client_secret.empty() ? "certificate" : "client secret"));
}

}  // namespace

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

std::vector<TestFinding> checkConnection(GraphSession& session, const TlsProbe& probe) {
  std::vector<TestFinding> findings = checkEndpoints(session, probe);
  findings.push_back(checkSettings(session.settings()));
  if (!findings.back().isOk()) return findings;
  session.tokens().forget();
  const Result<std::string> token = session.tokens().token();
  if (!token.ok()) {
    findings.push_back(TestFinding::refused("sign-in", token.error().message()));
    return findings;
  }
  for (TestFinding& finding : findings)
    softenWhereReached(finding);
  findings.push_back(TestFinding::ok("sign-in", "got an access token"));
  std::vector<TestFinding> permissions = checkPermissions(session, token.value());
  std::move(permissions.begin(), permissions.end(), std::back_inserter(findings));
  const Result<VerifiedDomains> organization = readOrganization(session, {});
  findings.push_back(organization.ok()
                         ? TestFinding::ok("organization",
                                           fmt::format("{} ({})",
                                                       organization.value().display_name,
                                                       joined(organization.value().all)))
                         : TestFinding::refused("organization", organization.error().message()));
  return findings;
}

std::optional<std::uint64_t> countTenantObjects(GraphSession& session) {
  std::uint64_t all = 0;
  for (const char* path : {"/users/$count", "/groups/$count"}) {
    auto request = session.authorized("GET", path);
    if (!request.ok()) return std::nullopt;
    request.value().headers.emplace_back("ConsistencyLevel", "eventual");
    const platform::HttpAnswer answer = session.http().send(std::move(request).value());
    const auto* response = std::get_if<platform::HttpResponse>(&answer);
    if (response == nullptr || response->status != 200) return std::nullopt;
    const auto number = parseInteger(trimAscii(response->body));
    if (!number || *number < 0) return std::nullopt;
    all += static_cast<std::uint64_t>(*number);
  }
  return all;
}

}  // namespace tandem::connectors::graph
