// SPDX-License-Identifier: Apache-2.0
//
// The global settings of a server (Get-ADSyncGlobalSettings) and where a policy has them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/entra/conversion.h"
#include "policy/entra/entra_configuration.h"
#include "policy/policy_document.h"

namespace tandem::policy::entra {

void convertSettings(const std::vector<Parameter>& settings,
                     PolicyDocument& document,
                     Report& report);
std::vector<Parameter> settingsOfPolicy(const PolicyDocument& document);
// Whether a policy says what the setting says, under a name of its own.
bool isHeldByPolicy(std::string_view setting);

}  // namespace tandem::policy::entra
