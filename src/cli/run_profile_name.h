// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "policy/policy_document.h"

namespace tandem::cli {

// "full-import", "FullImport" and "Full Import" are the same profile to whoever types it.
std::string lettersOfProfile(std::string_view text);
// One of the five that every connector has; "full-sync" will do.
std::optional<policy::RunStep> standardProfile(std::string_view name);

}  // namespace tandem::cli
