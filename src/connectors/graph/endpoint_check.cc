// SPDX-License-Identifier: Apache-2.0
#include "connectors/graph/endpoint_check.h"

#include <chrono>

#include <fmt/format.h>

#include "base/text.h"
#include "connectors/graph/graph_url.h"

namespace tandem::connectors::graph {
namespace {

constexpr std::string_view kEndpoint = "endpoint ";
constexpr std::chrono::seconds kProbeTimeout{10};

// "https://[::1]:8443" as host and port.
std::optional<platform::TlsProbeRequest> probeOf(std::string_view url, const std::string& ca_file) {
  const auto origin = originOf(url);
  if (!origin) return std::nullopt;
  const std::size_t start = origin->find("://");
  const std::size_t colon = origin->rfind(':');
  if (start == std::string::npos || colon <= start + 2) return std::nullopt;
  std::string host = origin->substr(start + 3, colon - start - 3);
  if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
  platform::TlsProbeRequest request;
  request.address = request.name = host;
  request.port = static_cast<std::uint16_t>(parseInteger(origin->substr(colon + 1)).value_or(443));
  request.ca_file = ca_file;
  request.timeout = kProbeTimeout;
  return request;
}

TestFinding checkEndpoint(const platform::TlsProbeRequest& request, const TlsProbe& probe) {
  const std::string check = fmt::format("{}{}:{}", kEndpoint, request.name, request.port);
  const auto report = probe(request);
  if (!report.ok()) return TestFinding::refused(check, report.error().message());
  if (report.value().verdict != platform::TlsVerdict::kTrusted) {
    return TestFinding::refused(check, report.value().explanation);
  }
  return TestFinding::ok(
      check, fmt::format("TLS 1.2 or newer, certificate valid until {}", report.value().not_after));
}

// The tenant's public description (OpenID Connect Discovery 1.0): nobody has to sign in for it, and
// its Date is the tenant's clock.
void checkTenant(GraphSession& session, std::vector<TestFinding>& findings) {
  const GraphSettings& settings = session.settings();
  platform::HttpRequest request;
  request.url = fmt::format(
      "{}/{}/v2.0/.well-known/openid-configuration", settings.login_url, settings.tenant);
  const platform::HttpAnswer answer = session.http().send(std::move(request));
  const auto* response = std::get_if<platform::HttpResponse>(&answer);
  if (response == nullptr) {
    findings.push_back(
        TestFinding::refused("tenant", std::get<platform::HttpError>(answer).message));
    return;
  }
  if (response->status == 200) {
    findings.push_back(TestFinding::ok(
        "tenant", fmt::format("{} is known at {}", settings.tenant, settings.login_url)));
  } else {
    findings.push_back(TestFinding::refused(
        "tenant",
        fmt::format("{} does not know the tenant {} (HTTP {})",
                    settings.login_url,
                    settings.tenant,
                    response->status),
        "check the tenant's id or domain name, and the address of the token service"));
  }
  const auto now = session.clock().wallNow().time_since_epoch();
  findings.push_back(compareClocks(parseHttpDate(response->header("Date")),
                                   std::chrono::duration_cast<std::chrono::seconds>(now).count(),
                                   "the tenant"));
}

}  // namespace

std::vector<TestFinding> checkEndpoints(GraphSession& session, const TlsProbe& probe) {
  const GraphSettings& settings = session.settings();
  std::vector<TestFinding> findings;
  std::string last;
  for (const std::string& url : {settings.login_url, settings.base_url}) {
    const auto request = probeOf(url, settings.ca_file);
    if (!request) continue;  // the check of the settings says it
    TestFinding finding = checkEndpoint(*request, probe);
    if (finding.check == last) continue;
    last = finding.check;
    findings.push_back(std::move(finding));
  }
  checkTenant(session, findings);
  return findings;
}

void softenWhereReached(TestFinding& finding) {
  const bool refused = finding.verdict == TestVerdict::kRefused;
  if (!refused || !finding.check.starts_with(kEndpoint)) return;
  finding.verdict = TestVerdict::kWarning;
  finding.next = "nothing, if requests go through a proxy: they arrive";
}

}  // namespace tandem::connectors::graph
