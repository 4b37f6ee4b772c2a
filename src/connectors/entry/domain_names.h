// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connectors/entry/container_scope.h"
#include "directory/attribute_table.h"

namespace tandem::connectors::entry {

// "corp.example.com" of "OU=Sales,DC=corp,DC=example,DC=com"; empty when it has no DC.
std::string domainFqdn(std::string_view dn);
// "DC=corp,DC=example,DC=com" of the same.
std::string domainDn(std::string_view dn);

// %Domain.FQDN%, %Domain.LDAP%, %Domain.Netbios%, %Forest.…% of a directory with one domain.
// netbios: empty takes the first label in upper case, as Windows proposes it.
std::vector<std::pair<std::string, std::string>> domainParameters(std::string_view dn,
                                                                  std::string_view netbios);

// Sixteen hex digits that change when what is read changes: attributes, object types, containers.
// A watermark carries them, because a delta from before such a change would miss what is new.
std::string settingsFingerprint(const directory::AttributeTable& attributes,
                                const std::vector<directory::AttributeId>& wanted,
                                const std::vector<std::string>& object_types,
                                const ContainerScope& scope);

}  // namespace tandem::connectors::entry
