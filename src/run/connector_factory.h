// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "connectors/connector.h"
#include "connectors/directory_settings.h"
#include "connectors/entry/container_scope.h"
#include "home/home.h"
#include "platform/clock.h"
#include "policy/policy_document.h"
#include "store/names.h"

namespace tandem::run {

// Where a connector interns names. A server's come from its store; before there is one, any do.
struct NameTables {
  directory::AttributeTable& attributes;
  directory::NameTable& object_types;
};

// The connector that a policy entry describes. Secrets are taken from the home; without
// need_secrets a missing one is left empty (for commands that only read the store). No directory is
// contacted.
Result<std::unique_ptr<connectors::Connector>> makeConnector(const policy::ConnectorPolicy& policy,
                                                             const home::Home& home,
                                                             const NameTables& names,
                                                             platform::Clock& clock,
                                                             bool need_secrets);

Result<std::unique_ptr<connectors::Connector>> makeConnector(const policy::ConnectorPolicy& policy,
                                                             const home::Home& home,
                                                             store::Names& names,
                                                             platform::Clock& clock,
                                                             bool need_secrets);

// Which containers of a directory the policy reads.
connectors::ContainerFilter containersOf(const policy::ConnectorPolicy& policy);

// How an LDAP directory of the policy is reached, without the password.
connectors::LdapSettings ldapSettingsOf(const policy::ConnectorPolicy& policy,
                                        const home::Home& home);

}  // namespace tandem::run
