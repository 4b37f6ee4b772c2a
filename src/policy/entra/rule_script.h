// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/problem.h"
#include "policy/entra/entra_configuration.h"

namespace tandem::policy::entra {

// The PowerShell script that the rule editor's Export makes: New-ADSyncRule, its flows, its groups
// of conditions, Add-ADSyncRule. It is read, never run: assignments of values, arrays and these
// commands are understood, anything else is an error with its line. Sets rules of the
// configuration.
void readRuleScript(std::string_view text,
                    std::string_view file,
                    EntraConfiguration& into,
                    Problems& problems);

}  // namespace tandem::policy::entra
