// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace tandem::web {

// OpenAPI 3.1, made from the table of routes.
nlohmann::ordered_json openApiDocument();
// docs/reference/api.md, made from it too; a test compares.
std::string apiReferencePage();

}  // namespace tandem::web
