// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "cli/init_options.h"
#include "policy/policy_document.h"

namespace tandem::cli {

inline constexpr std::string_view kDemoFolder = "forest";

// The policy that the options describe.
policy::PolicyDocument policyWanted(const InitOptions& options);
// Another server's policy with what is different on this one: addresses, accounts, files.
// kInvalidArgument when an option could mean more than one connector.
Result<void> applyOverrides(const InitOptions& options, policy::PolicyDocument& document);

}  // namespace tandem::cli
