// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules/sync_rule.h"

namespace tandem::policy::entra {

// The attributes that an expression names in brackets, in their order, once each. Of a broken
// expression those before the mistake.
std::vector<std::string> attributesOfExpression(std::string_view expression);
// What a flow reads: nothing for a constant.
std::vector<std::string> sourcesOf(const rules::AttributeMapping& mapping);
// Everything that a rule reads of its source object, scope and joins included.
std::vector<std::string> attributesRead(const rules::SyncRule& rule);

bool containsName(const std::vector<std::string>& names, std::string_view name);  // any case

}  // namespace tandem::policy::entra
