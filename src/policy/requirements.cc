// SPDX-License-Identifier: Apache-2.0
#include "policy/requirements.h"

#include <algorithm>

#include <fmt/core.h>

namespace tandem::policy {
namespace {

// A connector's settings of other kinds than its own are empty, and add nothing here.
void addSecrets(const ConnectorPolicy& connector, std::vector<RequiredSecret>& all) {
  const auto add = [&](const std::string& name, std::string purpose) {
    if (!name.empty()) all.push_back({name, connector.name, std::move(purpose)});
  };
  add(connector.ldap.password_secret,
      fmt::format("the password of {} in {}", connector.ldap.account, connector.ldap.host));
  add(connector.entra.client_secret,
      fmt::format("the client secret of the application {} in {}",
                  connector.entra.client_id,
                  connector.entra.tenant_id));
  add(connector.entra.certificate_secret,
      fmt::format("the private key (PEM) of the certificate {}", connector.entra.certificate_file));
}

void addFiles(const ConnectorPolicy& connector, std::vector<RequiredFile>& all) {
  const auto add = [&](const std::string& path, FileKind kind, std::string purpose) {
    if (!path.empty()) all.push_back({path, connector.name, kind, std::move(purpose)});
  };
  add(connector.ldap.ca_file,
      FileKind::kAuthorities,
      fmt::format("the authorities that vouch for {}", connector.ldap.host));
  add(connector.ldap.keytab,
      FileKind::kKeytab,
      fmt::format("the Kerberos key of {}: as good as its password", connector.ldap.account));
  if (connector.kind == ConnectorKind::kLdif) {
    add(connector.ldif.folder, FileKind::kSourceFolder, "the LDIF files that are read");
  }
  add(connector.entra.certificate_file,
      FileKind::kCertificate,
      fmt::format("the certificate of the application {}", connector.entra.client_id));
  add(connector.entra.ca_file,
      FileKind::kAuthorities,
      fmt::format("the authorities that vouch for {}", connector.entra.graph));
}

}  // namespace

std::vector<RequiredSecret> requiredSecrets(const PolicyDocument& document) {
  std::vector<RequiredSecret> all;
  for (const ConnectorPolicy& connector : document.connectors)
    addSecrets(connector, all);
  std::stable_sort(
      all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  const auto same = [](const auto& a, const auto& b) { return a.name == b.name; };
  all.erase(std::unique(all.begin(), all.end(), same), all.end());
  return all;
}

std::vector<RequiredFile> requiredFiles(const PolicyDocument& document) {
  std::vector<RequiredFile> all;
  for (const ConnectorPolicy& connector : document.connectors)
    addFiles(connector, all);
  return all;
}

}  // namespace tandem::policy
