// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "policy/policy_document.h"
#include "policy/policy_reader.h"
#include "rules/sync_rule.h"

namespace tandem::policy {

// The standard rules of this release for the policy's connectors; those that the policy disables
// say so.
std::vector<rules::SyncRule> standardRulesInForce(const PolicyDocument& document);
// The rules that run: these, and the custom ones.
std::vector<rules::SyncRule> effectiveRules(const PolicyDocument& document);

// readPolicy(), and every rule compiled against the schemas that ship with the project. A real
// directory may have more attributes than those: the connectors' own schemas are checked at a run.
ReadPolicy checkPolicy(std::string_view text, std::string_view file);

}  // namespace tandem::policy
