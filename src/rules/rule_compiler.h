// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "rules/compiled_rule.h"

namespace tandem::rules {

// Checks and resolves rules, and reports all that is wrong with them. What comes back is whole only
// when no problem is an error. Disabled rules are left out and not looked into.
CompiledRules compileRules(std::span<const SyncRule> rules,
                           const CompileContext& context,
                           Problems& problems);

}  // namespace tandem::rules
