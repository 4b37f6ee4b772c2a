// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "connectors/directory_settings.h"

namespace tandem::connectors::ldif {

// DNs of the containers right below one, read or not, sorted; for a parent that is empty the
// topmost of all files. Reads the files.
Result<std::vector<std::string>> listContainers(const LdifSettings& settings,
                                                const std::string& parent);

}  // namespace tandem::connectors::ldif
