// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/problem.h"
#include "policy/entra/entra_configuration.h"
#include "policy/json_document.h"

namespace tandem::policy::entra {

// A rule as Get-ADSyncRule gives it, in JSON or YAML, or as a settings JSON has it: the same rule
// under two sets of names. Names that are confirmed by nobody are taken in the forms in which the
// other one has them. connector is whose rule it is where the rule itself does not say.
EntraRule readRuleObject(const JsonNode& node,
                         std::string_view file,
                         const std::string& connector,
                         Problems& problems);

// An array of them, one alone, or an object that holds them under any key. Sets rules of the
// configuration.
void readRuleObjects(const JsonNode& root,
                     std::string_view file,
                     EntraConfiguration& into,
                     Problems& problems);

}  // namespace tandem::policy::entra
