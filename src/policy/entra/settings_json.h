// SPDX-License-Identifier: Apache-2.0
//
// The settings JSON of the wizard: Exported-, Applied- and Migrated-SynchronizationPolicy files.
// No complete one is public. Its outer frame is confirmed by programs that read it, and the writer
// keeps to that; inside a rule the keys that nobody confirms are those of Get-ADSyncRule in the
// same spelling. docs/internals/entra.md lists which is which.
#pragma once

#include <string>
#include <string_view>

#include "base/problem.h"
#include "policy/entra/entra_configuration.h"
#include "policy/json_document.h"

namespace tandem::policy::entra {

bool looksLikeSettingsJson(const JsonNode& root);

EntraConfiguration readSettingsJson(const JsonNode& root,
                                    std::string_view file,
                                    Problems& problems);

// One that was read from such a file and not changed since is given back with everything that was
// in it.
std::string writeSettingsJson(const EntraConfiguration& configuration);

}  // namespace tandem::policy::entra
