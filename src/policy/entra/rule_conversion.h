// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "policy/entra/conversion.h"
#include "policy/entra/entra_configuration.h"
#include "policy/policy_document.h"

namespace tandem::policy::entra {

// Fills document.rules and document.standard_rules, for the connectors that are in the document.
void convertRules(const EntraConfiguration& configuration,
                  StandardRuleChoice choice,
                  PolicyDocument& document,
                  Report& report);

}  // namespace tandem::policy::entra
