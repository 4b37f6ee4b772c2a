// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "policy/entra/conversion.h"
#include "policy/entra/entra_configuration.h"
#include "policy/policy_document.h"

namespace tandem::policy::entra {

// Never an application: a sign-in with it fails at once and says so.
inline constexpr std::string_view kNoApplication = "00000000-0000-0000-0000-000000000000";

// Fills document.connectors and what the policy says of the tenant. Needs the rules in the
// document: what nobody reads is not selected.
void convertConnectors(const EntraConfiguration& configuration,
                       PolicyDocument& document,
                       Report& report);
// Object types and attributes, when the rules are in the document.
void convertSelections(const EntraConfiguration& configuration,
                       PolicyDocument& document,
                       Report& report);

}  // namespace tandem::policy::entra
