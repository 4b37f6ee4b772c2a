// SPDX-License-Identifier: Apache-2.0
#include "run/graph_settings.h"

#include "platform/files.h"

namespace tandem::run {

Result<connectors::graph::GraphSettings> graphSettingsOf(const policy::ConnectorPolicy& policy,
                                                         const PathResolver& resolve,
                                                         const SecretGetter& secret) {
  constexpr std::size_t kCertificateMax = 64 * 1024;
  const policy::EntraConnection& from = policy.entra;
  connectors::graph::GraphSettings to;
  to.base_url = from.graph;
  to.login_url = from.authority;
  to.tenant = from.tenant_id;
  to.client_id = from.client_id;
  to.client_secret = TRY(secret(from.client_secret));
  to.private_key_pem = TRY(secret(from.certificate_secret));
  if (!from.certificate_file.empty()) {
    to.certificate_pem = TRY(platform::readFile(resolve(from.certificate_file), kCertificateMax));
  }
  if (!from.ca_file.empty()) to.ca_file = resolve(from.ca_file);
  to.profile = from.profile == policy::EntraProfile::kSync
                   ? connectors::graph::GraphProfile::kSync
                   : connectors::graph::GraphProfile::kGraph;
  return to;
}

Result<connectors::graph::GraphSettings> graphSettingsOf(const policy::ConnectorPolicy& policy,
                                                         const home::Home& home,
                                                         HomeSecrets& secrets) {
  return graphSettingsOf(
      policy,
      [&](const std::string& path) { return home.resolve(path); },
      [&](const std::string& name) { return secrets.get(name); });
}

}  // namespace tandem::run
