// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "expression/slot_table.h"
#include "expression/workspace.h"
#include "rules/compiled_rule.h"
#include "rules/rule_names.h"

namespace tandem::rules {

// The name under which servers store a comparison operator, for any spelling that people and pages
// use; empty when there is no such operator, and then what to say about it.
std::string_view storedOperator(std::string_view name);
std::string unknownOperator(std::string_view name);

// Resolves one condition as it was written; nullopt with the reason in problem.
std::optional<Condition> compileCondition(const ScopeCondition& written,
                                          const RuleNames& names,
                                          std::string& problem);

// Fills in %Parameters%. nullopt when one is not known; problem then says which.
std::optional<std::string> fillParameters(std::string_view text,
                                          const RuleNames& names,
                                          std::string& problem);

// Of one object, whose attributes are in the table.
struct ScopedObject {
  const expression::SlotTable& attributes;
  std::string_view dn;
  const ReferenceReader* references;
};
bool holds(const Condition& condition, const ScopedObject& object, std::string& scratch);

// The attribute's value for a message, cut short.
std::string describeValue(const Condition& condition, const ScopedObject& object);

}  // namespace tandem::rules
