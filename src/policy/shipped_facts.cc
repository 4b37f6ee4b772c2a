// SPDX-License-Identifier: Apache-2.0
#include "policy/shipped_facts.h"

#include "rules/default_rules.h"

namespace tandem::policy {

bool isActiveDirectory(const ConnectorPolicy& connector) {
  if (connector.kind == ConnectorKind::kLdif) {
    return connector.ldif.schema == DirectorySchema::kActiveDirectory;
  }
  return connector.kind == ConnectorKind::kActiveDirectory;
}

directory::Schema shippedSchema(const ConnectorPolicy& connector,
                                directory::AttributeTable& attributes) {
  if (!connector.isSource()) return rules::entraSchema(attributes);
  return isActiveDirectory(connector) ? rules::activeDirectorySchema(attributes)
                                      : rules::openLdapSchema(attributes);
}

std::map<std::string, std::string, std::less<>> shippedParameters(
    const ConnectorPolicy& connector) {
  return {{"Connector.ID", connector.id},
          {"Connector.Name", connector.name},
          {"Domain.DN", "DC=corp,DC=example,DC=com"},
          {"Domain.FQDN", "corp.example.com"},
          {"Domain.Netbios", "CORP"},
          {"Forest.DN", "DC=corp,DC=example,DC=com"},
          {"Forest.FQDN", "corp.example.com"},
          {"Forest.Netbios", "CORP"},
          {"Tenant.Id", "00000000-0000-0000-0000-000000000000"},
          {"Tenant.InitialDomain", "example.onmicrosoft.com"},
          {"Tenant.TakesContacts", "True"},
          {"Tenant.TakesMailGroups", "True"},
          {"Tenant.VerifiedDomains", "example.onmicrosoft.com;example.com"}};
}

}  // namespace tandem::policy
