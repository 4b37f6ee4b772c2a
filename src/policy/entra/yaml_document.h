// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "base/problem.h"
#include "policy/json_document.h"

namespace tandem::policy::entra {

// The first document of a YAML text, in the model of JSON: keys are texts, plain scalars are null,
// booleans, numbers or texts by the core schema. An alias stands for a copy of what it names, and
// all copies together stay within a bound, so that a small file cannot become a large one.
std::optional<JsonNode> parseYaml(std::string_view text, std::string_view file, Problems& problems);

}  // namespace tandem::policy::entra
