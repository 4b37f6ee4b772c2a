// SPDX-License-Identifier: Apache-2.0
#include "run/container_tree.h"

#include <algorithm>

#include <fmt/format.h>

#include "connectors/entry/container_scope.h"
#include "connectors/entry/domain_names.h"
#include "connectors/ldap/container_list.h"
#include "connectors/ldif/container_list.h"
#include "directory/dn.h"
#include "run/connector_factory.h"
#include "run/home_secrets.h"

namespace tandem::run {
namespace {

using connectors::entry::ContainerScope;
using policy::ConnectorPolicy;

Result<std::vector<std::string>> askDirectory(const home::Home& home,
                                              const ConnectorPolicy& connector,
                                              const std::string& parent) {
  switch (connector.kind) {
    case policy::ConnectorKind::kActiveDirectory:
    case policy::ConnectorKind::kOpenLdap: {
      connectors::LdapSettings settings = ldapSettingsOf(connector, home);
      HomeSecrets secrets(home, /*need=*/true);
      settings.password = TRY(secrets.get(connector.ldap.password_secret));
      return connectors::ldap::listContainers(settings, parent);
    }
    case policy::ConnectorKind::kLdif: {
      connectors::LdifSettings settings;
      settings.folder = home.resolve(connector.ldif.folder);
      return connectors::ldif::listContainers(settings, parent);
    }
    case policy::ConnectorKind::kEntra:
      break;
  }
  return Error(ErrorCode::kInvalidArgument,
               fmt::format("{} is a tenant: it has no containers", connector.name));
}

std::string nameOf(const std::string& dn) {
  const Result<directory::Dn> parsed = directory::Dn::parse(dn);
  if (!parsed.ok() || parsed.value().isRoot()) return dn;
  const std::string& type = parsed.value().rdns().front().front().type;
  const bool is_domain = type == "DC" || type == "dc";
  // A domain is known by its name, "corp.example.com".
  return is_domain ? connectors::entry::domainFqdn(dn)
                   : parsed.value().rdns().front().front().value;
}

policy::Partition* partitionOf(ConnectorPolicy& connector, const std::string& dn) {
  const std::string key = directory::dnKey(dn);
  policy::Partition* best = nullptr;
  for (policy::Partition& partition : connector.partitions) {
    const bool holds = connectors::entry::isUnderKey(key, directory::dnKey(partition.dn));
    if (holds && (best == nullptr || partition.dn.size() > best->dn.size())) best = &partition;
  }
  return best;
}

}  // namespace

Result<std::vector<Container>> containersBelow(const home::Home& home,
                                               const ConnectorPolicy& connector,
                                               const std::string& parent) {
  const std::vector<std::string> found = TRY(askDirectory(home, connector, parent));
  const connectors::ContainerFilter filter = containersOf(connector);
  const ContainerScope scope = TRY(ContainerScope::fromFilter(filter));
  std::vector<std::string> listed;
  for (const auto* list : {&filter.included, &filter.excluded}) {
    for (const std::string& dn : *list)
      listed.push_back(directory::dnKey(dn));
  }
  std::vector<Container> containers;
  for (const std::string& dn : found) {
    const std::string key = directory::dnKey(dn);
    containers.push_back({dn,
                          nameOf(dn),
                          scope.covers(key),
                          std::find(listed.begin(), listed.end(), key) != listed.end()});
  }
  return containers;
}

Result<void> selectContainers(const home::Home& home,
                              ConnectorPolicy& connector,
                              const std::vector<std::string>& included,
                              const std::vector<std::string>& excluded) {
  TRY(ContainerScope::fromFilter({included, excluded}));
  if (connector.partitions.empty()) {
    for (std::string& dn : TRY(askDirectory(home, connector, "")))
      connector.partitions.push_back({std::move(dn), {}, {}});
  }
  for (policy::Partition& partition : connector.partitions) {
    partition.include.clear();
    partition.exclude.clear();
  }
  const auto put = [&](const std::vector<std::string>& list,
                       std::vector<std::string> policy::Partition::*into) -> Result<void> {
    for (const std::string& dn : list) {
      policy::Partition* const partition = partitionOf(connector, dn);
      if (partition == nullptr) {
        return Error(ErrorCode::kInvalidArgument,
                     fmt::format("{} lies in no partition of {}", dn, connector.name));
      }
      (partition->*into).push_back(dn);
    }
    return {};
  };
  TRY(put(included, &policy::Partition::include));
  return put(excluded, &policy::Partition::exclude);
}

}  // namespace tandem::run
