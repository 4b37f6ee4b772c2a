// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "policy/entra/configuration_diff.h"

namespace tandem::policy::entra {

// For a terminal.
std::string diffText(const ConfigurationDiff& diff);
nlohmann::ordered_json diffJson(const ConfigurationDiff& diff);
// One page that needs nothing beside itself: no script, no picture, nothing from the network. It
// can be mailed, and opened where nothing is trusted.
std::string diffHtml(const ConfigurationDiff& diff);

}  // namespace tandem::policy::entra
