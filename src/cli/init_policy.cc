// SPDX-License-Identifier: Apache-2.0
#include "cli/init_policy.h"

#include <tuple>

#include <fmt/core.h>

#include "connectors/ldif/forest.h"
#include "home/home.h"

namespace tandem::cli {
namespace {

using policy::ConnectorKind;
using policy::EntraConnection;
using policy::LdapConnection;

constexpr std::string_view kDemoConnector = "corp.example.com";

// dc1.corp.example.com → corp.example.com: a connector is named for its directory.
std::string domainOf(const std::string& host) {
  const std::size_t dot = host.find('.');
  const bool has_domain = dot != std::string::npos && host.find('.', dot + 1) != std::string::npos;
  return has_domain ? host.substr(dot + 1) : host;
}

policy::ConnectorPolicy ldapConnector(const InitOptions& options) {
  policy::ConnectorPolicy connector;
  const bool active_directory = !options.ad_host.empty();
  connector.kind = active_directory ? ConnectorKind::kActiveDirectory : ConnectorKind::kOpenLdap;
  policy::LdapConnection& ldap = connector.ldap;
  ldap.host = active_directory ? options.ad_host : options.openldap_host;
  connector.name = domainOf(ldap.host);
  connector.id = home::newGuid();
  ldap.connect_address = options.connect_address;
  ldap.account = options.account;
  ldap.ca_file = absolutePath(options.ca_file);
  ldap.tls = options.start_tls ? policy::TlsMode::kStartTls : policy::TlsMode::kLdaps;
  if (options.keytab.empty()) {
    ldap.password_secret = "directory.password";
  } else {
    ldap.bind = policy::BindMethod::kGssapi;
    ldap.keytab = absolutePath(options.keytab);
    ldap.tls = policy::TlsMode::kNone;  // GSSAPI signs and seals by itself
  }
  if (!options.partition.empty()) connector.partitions.push_back({options.partition, {}, {}});
  return connector;
}

policy::ConnectorPolicy ldifConnector(const InitOptions& options) {
  policy::ConnectorPolicy connector;
  connector.kind = ConnectorKind::kLdif;
  connector.id = home::newGuid();
  connector.name = options.demo ? std::string(kDemoConnector) : "ldif";
  connector.ldif.folder =
      options.demo ? std::string(kDemoFolder) : absolutePath(options.ldif_folder);
  const std::string base = options.demo ? connectors::ldif::ForestPlan().base : options.partition;
  if (!base.empty()) connector.partitions.push_back({base, {}, {}});
  return connector;
}

policy::ConnectorPolicy entraConnector(const InitOptions& options) {
  policy::ConnectorPolicy connector;
  connector.kind = ConnectorKind::kEntra;
  connector.name = "entra";
  connector.id = home::newGuid();
  policy::EntraConnection& entra = connector.entra;
  entra.tenant_id = options.tenant;
  entra.client_id = options.client_id;
  entra.client_secret = "entra.client-secret";
  if (!options.login_url.empty()) entra.authority = options.login_url;
  if (!options.graph_url.empty()) entra.graph = options.graph_url;
  entra.ca_file = absolutePath(options.entra_ca_file);
  if (options.wide_profile) entra.profile = policy::EntraProfile::kSync;
  return connector;
}

bool isLdap(ConnectorKind kind) {
  return kind == ConnectorKind::kActiveDirectory || kind == ConnectorKind::kOpenLdap;
}
bool isLdif(ConnectorKind kind) {
  return kind == ConnectorKind::kLdif;
}
bool isEntra(ConnectorKind kind) {
  return kind == ConnectorKind::kEntra;
}

// The one connector that an option is about.
Result<policy::ConnectorPolicy*> onlyOne(policy::PolicyDocument& document,
                                         bool (*fits)(ConnectorKind),
                                         std::string_view option,
                                         std::string_view what) {
  policy::ConnectorPolicy* found = nullptr;
  std::size_t count = 0;
  for (policy::ConnectorPolicy& connector : document.connectors) {
    if (!fits(connector.kind)) continue;
    found = &connector;
    ++count;
  }
  if (count == 1) return found;
  return Error(ErrorCode::kInvalidArgument,
               fmt::format("{} is for the one {} of the imported policy, but that has {}: edit the "
                           "file instead",
                           option,
                           what,
                           count));
}

Result<void> overrideLdap(const InitOptions& options, policy::PolicyDocument& document) {
  const std::tuple<std::string_view, std::string, std::string LdapConnection::*> all[] = {
      {"--connect-address", options.connect_address, &LdapConnection::connect_address},
      {"--account", options.account, &LdapConnection::account},
      {"--keytab", absolutePath(options.keytab), &LdapConnection::keytab},
      {"--ca-file", absolutePath(options.ca_file), &LdapConnection::ca_file}};
  for (const auto& [option, value, field] : all) {
    if (value.empty()) continue;
    policy::ConnectorPolicy* const connector =
        TRY(onlyOne(document, isLdap, option, "directory reached by LDAP"));
    if (option == "--keytab" && connector->ldap.bind != policy::BindMethod::kGssapi) {
      return Error(
          ErrorCode::kInvalidArgument,
          fmt::format("--keytab is for Kerberos, but \"{}\" signs in with a password: edit "
                      "\"bind\" in the file instead",
                      connector->name));
    }
    connector->ldap.*field = value;
  }
  return {};
}

Result<void> overrideEntra(const InitOptions& options, policy::PolicyDocument& document) {
  const std::tuple<std::string_view, std::string, std::string EntraConnection::*> all[] = {
      {"--client-id", options.client_id, &EntraConnection::client_id},
      {"--login-url", options.login_url, &EntraConnection::authority},
      {"--graph-url", options.graph_url, &EntraConnection::graph},
      {"--entra-ca-file", absolutePath(options.entra_ca_file), &EntraConnection::ca_file}};
  for (const auto& [option, value, field] : all) {
    if (value.empty()) continue;
    policy::ConnectorPolicy* const connector = TRY(onlyOne(document, isEntra, option, "tenant"));
    connector->entra.*field = value;
  }
  return {};
}

}  // namespace

policy::PolicyDocument policyWanted(const InitOptions& options) {
  policy::PolicyDocument document;
  document.identity.name =
      options.demo && options.organisation.empty() ? "Example Corporation" : options.organisation;
  document.identity.tenant = options.tenant;
  document.source_anchor.attribute =
      options.source_anchor == "automatic" ? "" : options.source_anchor;
  if (!options.ad_host.empty() || !options.openldap_host.empty()) {
    document.connectors.push_back(ldapConnector(options));
  } else if (options.demo || !options.ldif_folder.empty()) {
    document.connectors.push_back(ldifConnector(options));
  }
  if (!options.tenant.empty()) document.connectors.push_back(entraConnector(options));
  return document;
}

Result<void> applyOverrides(const InitOptions& options, policy::PolicyDocument& document) {
  TRY(overrideLdap(options, document));
  TRY(overrideEntra(options, document));
  if (options.ldif_folder.empty()) return {};
  policy::ConnectorPolicy* const connector =
      TRY(onlyOne(document, isLdif, "--ldif", "folder of LDIF"));
  connector->ldif.folder = absolutePath(options.ldif_folder);
  return {};
}

}  // namespace tandem::cli
