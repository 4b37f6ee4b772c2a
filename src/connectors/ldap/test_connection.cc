// SPDX-License-Identifier: Apache-2.0
#include "connectors/ldap/test_connection.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "base/text.h"
#include "connectors/ldap/connection_problem.h"
#include "connectors/ldap/directory_rights.h"
#include "directory/dn.h"
#include "platform/tcp_connect.h"

namespace tandem::connectors::ldap {
namespace {

// Where connections go must have an address. The name in the certificate need not, when it is
// another one.
bool testNames(const LdapSettings& settings, std::vector<TestFinding>& findings) {
  const auto addresses = platform::resolveName(addressOf(settings));
  if (!addresses.ok()) {
    findings.push_back(TestFinding::refused("names", addresses.error().message()));
    return false;
  }
  std::string detail =
      fmt::format("{} is {}", addressOf(settings), fmt::join(addresses.value(), ", "));
  if (addressOf(settings) != settings.server && !platform::resolveName(settings.server).ok()) {
    detail += fmt::format("; {} has no address here and needs none", settings.server);
  }
  findings.push_back(TestFinding::ok("names", detail));
  return true;
}

TestFinding tlsFinding(const LdapSettings& settings) {
  const auto report = platform::probeTls(tlsProbeOf(settings));
  if (!report.ok()) return TestFinding::refused("tls", report.error().message());
  if (report.value().verdict != platform::TlsVerdict::kTrusted) {
    return TestFinding::refused("tls", report.value().explanation);
  }
  return TestFinding::ok("tls",
                         fmt::format("certificate of {} by {}, valid until {}, SHA-256 {}",
                                     report.value().subject,
                                     report.value().issuer,
                                     report.value().not_after,
                                     report.value().sha256));
}

bool testNetwork(const LdapSettings& settings, std::vector<TestFinding>& findings) {
  const auto socket =
      platform::connectTcp(addressOf(settings), portOf(settings), settings.connect_timeout);
  if (!socket.ok()) {
    findings.push_back(TestFinding::refused("connect", socket.error().message()));
    return false;
  }
  findings.push_back(TestFinding::ok("connect", fmt::format("{} answers", whereOf(settings))));
  if (settings.security == LdapSecurity::kPlain) return true;
  findings.push_back(tlsFinding(settings));
  return findings.back().isOk();
}

}  // namespace

Result<std::string> readNetbiosName(Session& session, const RootDse& root, const std::string& dn) {
  SearchRequest request;
  request.base = "CN=Partitions," + root.configuration_context;
  request.scope = LDAP_SCOPE_ONELEVEL;
  request.filter = "(&(objectClass=crossRef)(nETBIOSName=*))";
  request.attributes = {"nCName", "nETBIOSName"};
  std::string name;
  SearchHandler handler;
  handler.on_entry = [&](EntryCursor& entry) -> Result<void> {
    std::string context;
    std::string netbios;
    EntryCursor::Attribute attribute;
    while (entry.next(attribute)) {
      if (attribute.values == nullptr || attribute.values->bv_val == nullptr) continue;
      const std::string value(attribute.values->bv_val, attribute.values->bv_len);
      if (equalsIgnoreCaseAscii(attribute.name, "nCName")) context = value;
      if (equalsIgnoreCaseAscii(attribute.name, "nETBIOSName")) netbios = value;
    }
    if (directory::dnKey(context) == directory::dnKey(dn)) name = netbios;
    return {};
  };
  TRY_DOING(session.searchOk(request, handler), "reading the domain's short name");
  return name;
}

std::string libraryVersion() {
  LDAPAPIInfo info{};
  info.ldapai_info_version = LDAP_API_INFO_VERSION;
  if (ldap_get_option(nullptr, LDAP_OPT_API_INFO, &info) != LDAP_OPT_SUCCESS) return "unknown";
  ldap_memfree(info.ldapai_vendor_name);
  for (char** extension = info.ldapai_extensions; extension != nullptr && *extension != nullptr;
       ++extension)
    ldap_memfree(*extension);
  ldap_memfree(info.ldapai_extensions);
  // OpenLDAP's own form: 20513 is 2.5.13.
  const int version = info.ldapai_vendor_version;
  return fmt::format("{}.{}.{}", version / 10000, version / 100 % 100, version % 100);
}

std::vector<TestFinding> testConnection(const LdapSettings& settings, std::int64_t now) {
  std::vector<TestFinding> findings;
  if (!testNames(settings, findings) || !testNetwork(settings, findings)) return findings;
  auto session = Session::openAnonymous(settings);
  if (!session.ok()) {
    findings.push_back(TestFinding::refused("connect", session.error().message()));
    return findings;
  }
  // The clock comes before the password: a wrong clock is why Kerberos fails.
  const auto anonymous = readRootDse(*session.value());
  const auto test_clock = [&](const RootDse& root) {
    findings.push_back(compareClocks(root.current_time, now, "the directory"));
  };
  if (anonymous.ok()) test_clock(anonymous.value());
  const auto bound = session.value()->bind();
  if (!bound.ok()) {
    findings.push_back(TestFinding::refused("sign in", bound.error().message()));
    return findings;
  }
  findings.push_back(TestFinding::ok("sign in", "as " + settings.user));
  const auto root = readRootDse(*session.value());
  if (!root.ok()) {
    findings.push_back(TestFinding::refused("partitions", root.error().message()));
    return findings;
  }
  if (!anonymous.ok()) test_clock(root.value());
  std::vector<TestFinding> rights = testRights(*session.value(), root.value());
  std::move(rights.begin(), rights.end(), std::back_inserter(findings));
  return findings;
}

}  // namespace tandem::connectors::ldap
