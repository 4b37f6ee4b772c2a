// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "policy/entra/configuration_diff.h"
#include "rules/sync_rule.h"

namespace tandem::policy::entra {

// A rule of one side, with the name of its connector on both in body.connector.
struct ComparedRule {
  rules::SyncRule body;
  bool is_reference = false;  // its content is not in the file
};

// Pairs them by tag, then by name, then by content, and says in words how each pair differs.
std::vector<RuleDifference> compareRules(const std::vector<ComparedRule>& before,
                                         const std::vector<ComparedRule>& after);

// What one rule means otherwise than another; names and places are no meaning.
std::vector<RuleChange> changesBetween(const ComparedRule& before, const ComparedRule& after);

// Whether two expressions are the same but for blanks and line ends.
bool sameExpression(const std::string& a, const std::string& b);

}  // namespace tandem::policy::entra
