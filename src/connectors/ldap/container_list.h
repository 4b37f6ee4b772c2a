// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "connectors/directory_settings.h"

namespace tandem::connectors::ldap {

// DNs of the containers right below one, read or not, sorted; for a parent that is empty those of
// the partitions. Asks the directory.
Result<std::vector<std::string>> listContainers(const LdapSettings& settings,
                                                const std::string& parent);

}  // namespace tandem::connectors::ldap
