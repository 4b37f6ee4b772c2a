// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "run/policy_effect.h"

namespace tandem::cli {

// "312 lose title: ada@…, bob@… and 310 more"; wrapped at width.
std::string effectText(const run::PolicyEffect& effect, std::size_t width);
nlohmann::ordered_json effectJson(const run::PolicyEffect& effect);

}  // namespace tandem::cli
