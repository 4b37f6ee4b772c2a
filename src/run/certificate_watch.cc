// SPDX-License-Identifier: Apache-2.0
#include "run/certificate_watch.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "connectors/ldap/connection_problem.h"
#include "platform/certificate.h"
#include "platform/files.h"
#include "platform/tls_probe.h"
#include "run/connector_factory.h"
#include "run/home_secrets.h"

namespace tandem::run {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kFileMax = 1024 * 1024;

void addFile(std::vector<WatchedCertificate>& list,
             const std::string& path,
             std::string name,
             std::string next) {
  const Result<std::string> pem = platform::readFile(path, kFileMax);
  if (!pem.ok()) return;  // who needs it says so
  const Result<std::int64_t> end = platform::certificateEnd(pem.value());
  if (end.ok()) list.push_back({std::move(name), end.value(), std::move(next)});
}

std::string seenPath(const home::Home& home) {
  return home.stateFolder() + "/certificates.json";
}

}  // namespace

std::vector<WatchedCertificate> certificatesInFiles(const home::Home& home,
                                                    const policy::PolicyDocument& policy) {
  std::vector<WatchedCertificate> list;
  const home::ConsoleSettings& console = home.settings().console;
  if (!console.certificate_file.empty()) {
    addFile(list,
            home.resolve(console.certificate_file),
            "the console",
            "replace console.certificate_file and console.key_file, and restart the service");
  } else {
    addFile(list,
            home.resolve("console-tls/server.pem"),
            "the console",
            "restart the service: it makes a new one");
  }
  for (const policy::ConnectorPolicy& connector : policy.connectors) {
    if (connector.entra.certificate_file.empty()) continue;
    addFile(list,
            pathIn(home, connector.entra.certificate_file),
            "the application of " + connector.name,
            "make a new key and certificate, upload the certificate to the application, then "
            "replace the file and the secret");
  }
  return list;
}

std::vector<WatchedCertificate> certificatesOfDirectories(const home::Home& home,
                                                          const policy::PolicyDocument& policy) {
  std::vector<WatchedCertificate> list;
  for (const policy::ConnectorPolicy& connector : policy.connectors) {
    const bool is_ldap = connector.kind == policy::ConnectorKind::kActiveDirectory ||
                         connector.kind == policy::ConnectorKind::kOpenLdap;
    if (!is_ldap || connector.ldap.tls == policy::TlsMode::kNone) continue;
    const auto report =
        platform::probeTls(connectors::ldap::tlsProbeOf(ldapSettingsOf(connector, home)));
    if (!report.ok() || report.value().certificate_pem.empty()) continue;
    const Result<std::int64_t> end = platform::certificateEnd(report.value().certificate_pem);
    if (!end.ok()) continue;
    list.push_back({connector.ldap.host,
                    end.value(),
                    "renew it on that server, or imports from it will fail"});
  }
  return list;
}

std::vector<WatchedCertificate> readSeenCertificates(const home::Home& home) {
  std::vector<WatchedCertificate> seen;
  const Result<std::string> text = platform::readFile(seenPath(home), kFileMax);
  if (!text.ok()) return seen;
  const Json json = Json::parse(text.value(), nullptr, /*allow_exceptions=*/false);
  if (!json.is_array()) return seen;
  try {
    for (const Json& one : json) {
      seen.push_back(
          {one.value("name", ""), one.value("endsAt", std::int64_t{0}), one.value("next", "")});
    }
  } catch (const Json::exception&) {
    seen.clear();  // it is asked for anew
  }
  return seen;
}

Result<void> writeSeenCertificates(const home::Home& home,
                                   const std::vector<WatchedCertificate>& seen) {
  Json json = Json::array();
  for (const WatchedCertificate& one : seen)
    json.push_back({{"name", one.name}, {"endsAt", one.ends_at}, {"next", one.next}});
  TRY(platform::makeFolder(home.stateFolder(), 0700));
  return platform::writeFileDurably(seenPath(home), json.dump(2) + "\n", 0600);
}

}  // namespace tandem::run
