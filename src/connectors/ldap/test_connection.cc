// SPDX-License-Identifier: Apache-2.0
#include "connectors/ldap/test_connection.h"

#include <fmt/format.h>

#include "base/text.h"
#include "connectors/ldap/connection_problem.h"
#include "directory/dn.h"
#include "platform/tcp_connect.h"

namespace tandem::connectors::ldap {
namespace {

bool testNetwork(const LdapSettings& settings, std::vector<TestFinding>& findings) {
  const auto socket =
      platform::connectTcp(addressOf(settings), portOf(settings), settings.connect_timeout);
  findings.push_back(
      {"connect",
       socket.ok(),
       socket.ok() ? fmt::format("{} answers", whereOf(settings)) : socket.error().message()});
  if (!socket.ok() || settings.security == LdapSecurity::kPlain) return socket.ok();
  const auto report = platform::probeTls(tlsProbeOf(settings));
  if (!report.ok()) {
    findings.push_back({"tls", false, report.error().message()});
    return false;
  }
  const bool trusted = report.value().verdict == platform::TlsVerdict::kTrusted;
  findings.push_back({"tls",
                      trusted,
                      trusted ? fmt::format("certificate of {} by {}, valid until {}, SHA-256 {}",
                                            report.value().subject,
                                            report.value().issuer,
                                            report.value().not_after,
                                            report.value().sha256)
                              : report.value().explanation});
  return trusted;
}

void testClock(const RootDse& root, std::int64_t now, std::vector<TestFinding>& findings) {
  const ClockFinding clocks = compareClocks(root, now);
  std::string detail = clocks.warning;
  if (detail.empty()) {
    detail = root.current_time ? fmt::format("{} s apart", clocks.seconds_ahead)
                               : "the server does not tell its time";
  }
  findings.push_back({"clock", !clocks.is_refused, detail});
}

void testActiveDirectory(Session& session,
                         const std::string& partition,
                         std::vector<TestFinding>& findings) {
  const auto probe = [&](std::uint32_t flags) -> Result<SearchAnswer> {
    SearchRequest request;
    request.base = partition;
    request.filter =
        "(objectGUID=\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00)";
    request.attributes = {"name"};
    request.controls = {dirSyncControl(flags, "")};
    return session.search(request, {});
  };
  const auto answer = probe(kDirSyncIncrementalValues);
  if (!answer.ok()) {
    findings.push_back({"changes of " + partition, false, answer.error().message()});
    return;
  }
  const bool granted = answer.value().code == LDAP_SUCCESS;
  findings.push_back(
      {"changes of " + partition,
       granted,
       granted ? "DirSync may be used"
               : fmt::format("DirSync is refused ({} {}): grant \"Replicating Directory Changes\" "
                             "on {}; until then changes are read with the account's own view",
                             answer.value().code,
                             answer.value().diagnostic,
                             partition)});
  const auto visible = canSeeDeletions(session, partition);
  const bool sees = visible.ok() && visible.value();
  findings.push_back(
      {"deletions of " + partition,
       sees,
       sees ? "CN=Deleted Objects can be read"
            : fmt::format("CN=Deleted Objects,{} cannot be read: delta imports can miss deletions; "
                          "grant the account list and read there (dsacls /takeOwnership first)",
                          partition)});
}

void testOther(const RootDse& root, std::vector<TestFinding>& findings) {
  const bool syncrepl = root.supports(kSyncRequestOid);
  findings.push_back({"changes",
                      syncrepl,
                      syncrepl ? "syncrepl may be used"
                               : "the server offers no syncrepl (load the overlay syncprov): every "
                                 "delta import reads everything"});
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

std::vector<TestFinding> testConnection(const LdapSettings& settings, std::int64_t now) {
  std::vector<TestFinding> findings;
  if (!testNetwork(settings, findings)) return findings;
  auto session = Session::openAnonymous(settings);
  if (!session.ok()) {
    findings.push_back({"connect", false, session.error().message()});
    return findings;
  }
  // The clock comes before the password: a wrong clock is why Kerberos fails.
  const auto anonymous = readRootDse(*session.value());
  if (anonymous.ok()) testClock(anonymous.value(), now, findings);
  const auto bound = session.value()->bind();
  findings.push_back(
      {"sign in", bound.ok(), bound.ok() ? "as " + settings.user : bound.error().message()});
  if (!bound.ok()) return findings;
  const auto root = readRootDse(*session.value());
  if (!root.ok()) {
    findings.push_back({"partitions", false, root.error().message()});
    return findings;
  }
  if (!anonymous.ok()) testClock(root.value(), now, findings);
  const std::vector<std::string> partitions =
      settings.base.empty() ? root.value().partitions() : std::vector<std::string>{settings.base};
  findings.push_back({"partitions", true, fmt::format("{}", fmt::join(partitions, "; "))});
  if (!root.value().is_active_directory) testOther(root.value(), findings);
  for (const std::string& partition : partitions)
    if (root.value().is_active_directory) {
      testActiveDirectory(*session.value(), partition, findings);
    }
  return findings;
}

}  // namespace tandem::connectors::ldap
