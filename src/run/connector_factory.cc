// SPDX-License-Identifier: Apache-2.0
#include "run/connector_factory.h"

#include "connectors/directory_settings.h"
#include "connectors/graph/graph_connector.h"
#include "connectors/ldap/ldap_connector.h"
#include "connectors/ldif/ldif_connector.h"
#include "run/graph_settings.h"
#include "run/home_secrets.h"

namespace tandem::run {
namespace {

using AnyConnector = Result<std::unique_ptr<connectors::Connector>>;

using connectors::LdapSettings;
using policy::ConnectorPolicy;

connectors::LdapSecurity securityOf(policy::TlsMode mode) {
  switch (mode) {
    case policy::TlsMode::kLdaps:
      return connectors::LdapSecurity::kLdaps;
    case policy::TlsMode::kStartTls:
      return connectors::LdapSecurity::kStartTls;
    case policy::TlsMode::kNone:
      return connectors::LdapSecurity::kPlain;
  }
  return connectors::LdapSecurity::kLdaps;
}

connectors::DeltaMethod deltaOf(policy::DeltaMethod method) {
  switch (method) {
    case policy::DeltaMethod::kAutomatic:
      return connectors::DeltaMethod::kAuto;
    case policy::DeltaMethod::kDirSync:
      return connectors::DeltaMethod::kDirSync;
    case policy::DeltaMethod::kUsnChanged:
      return connectors::DeltaMethod::kUsnChanged;
    case policy::DeltaMethod::kSyncRepl:
      return connectors::DeltaMethod::kSyncrepl;
    case policy::DeltaMethod::kNone:
      return connectors::DeltaMethod::kNone;
  }
  return connectors::DeltaMethod::kAuto;
}

}  // namespace

connectors::ContainerFilter containersOf(const ConnectorPolicy& policy) {
  connectors::ContainerFilter filter;
  for (const policy::Partition& partition : policy.partitions) {
    filter.included.insert(
        filter.included.end(), partition.include.begin(), partition.include.end());
    filter.excluded.insert(
        filter.excluded.end(), partition.exclude.begin(), partition.exclude.end());
  }
  return filter;
}

LdapSettings ldapSettingsOf(const ConnectorPolicy& policy, const home::Home& home) {
  const policy::LdapConnection& from = policy.ldap;
  LdapSettings to;
  to.server = from.host;
  to.connect_address = from.connect_address;
  to.port = from.port;
  to.security = securityOf(from.tls);
  to.ca_file = pathIn(home, from.ca_file);
  to.allow_plain = from.allow_plain_password;
  to.bind = from.bind == policy::BindMethod::kGssapi ? connectors::LdapBind::kGssapi
                                                     : connectors::LdapBind::kSimple;
  to.user = from.account;
  to.keytab = pathIn(home, from.keytab);
  if (!policy.partitions.empty()) to.base = policy.partitions.front().dn;
  to.object_types = policy.object_types;
  to.containers = containersOf(policy);
  to.delta = deltaOf(from.delta);
  to.page_size = from.page_size;
  to.connect_timeout = std::chrono::seconds(from.connect_timeout_seconds);
  to.operation_timeout = std::chrono::seconds(from.timeout_seconds);
  return to;
}

namespace {

AnyConnector makeLdap(const ConnectorPolicy& policy,
                      const home::Home& home,
                      const NameTables& names,
                      HomeSecrets& secrets,
                      platform::Clock& clock) {
  LdapSettings to = ldapSettingsOf(policy, home);
  to.password = TRY(secrets.get(policy.ldap.password_secret));
  return AnyConnector(TRY(connectors::ldap::LdapConnector::open(
      std::move(to), names.attributes, names.object_types, clock)));
}

AnyConnector makeLdif(const ConnectorPolicy& policy,
                      const home::Home& home,
                      const NameTables& names) {
  connectors::LdifSettings to;
  to.folder = pathIn(home, policy.ldif.folder);
  if (!policy.partitions.empty()) to.base = policy.partitions.front().dn;
  to.object_types = policy.object_types;
  to.containers = containersOf(policy);
  to.anchor = policy.ldif.anchor == policy::LdifAnchor::kDn
                  ? connectors::AnchorSource::kDn
                  : connectors::AnchorSource::kDirectoryId;
  to.netbios_name = policy.netbios_name;
  return AnyConnector(TRY(
      connectors::ldif::LdifConnector::open(std::move(to), names.attributes, names.object_types)));
}

AnyConnector makeGraph(const ConnectorPolicy& policy,
                       const home::Home& home,
                       const NameTables& names,
                       HomeSecrets& secrets,
                       platform::Clock& clock) {
  connectors::graph::GraphSettings to = TRY(graphSettingsOf(policy, home, secrets));
  return AnyConnector(TRY(connectors::graph::GraphConnector::open(
      std::move(to), names.attributes, names.object_types, clock)));
}

}  // namespace

Result<std::unique_ptr<connectors::Connector>> makeConnector(const ConnectorPolicy& policy,
                                                             const home::Home& home,
                                                             const NameTables& names,
                                                             platform::Clock& clock,
                                                             bool need_secrets) {
  HomeSecrets secrets(home, need_secrets);
  switch (policy.kind) {
    case policy::ConnectorKind::kActiveDirectory:
    case policy::ConnectorKind::kOpenLdap:
      return makeLdap(policy, home, names, secrets, clock);
    case policy::ConnectorKind::kLdif:
      return makeLdif(policy, home, names);
    case policy::ConnectorKind::kEntra:
      return makeGraph(policy, home, names, secrets, clock);
  }
  return Error(ErrorCode::kInternal, "this kind of connector is not known");
}

Result<std::unique_ptr<connectors::Connector>> makeConnector(const ConnectorPolicy& policy,
                                                             const home::Home& home,
                                                             store::Names& names,
                                                             platform::Clock& clock,
                                                             bool need_secrets) {
  return makeConnector(
      policy, home, NameTables{names.attributes(), names.objectTypes()}, clock, need_secrets);
}

}  // namespace tandem::run
