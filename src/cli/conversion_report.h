// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "policy/entra/conversion.h"
#include "policy/entra/read_configuration.h"

namespace tandem::cli {

// "contoso is a server configuration folder: 2 connectors, 62 rules (2 of one's own)".
std::string describeConfiguration(const std::string& path,
                                  const policy::entra::EntraConfiguration& configuration);
// What was carried, adapted, and what a person has to decide, numbered.
std::string reportText(const policy::entra::Report& report);
nlohmann::ordered_json reportJson(const policy::entra::Report& report);

}  // namespace tandem::cli
