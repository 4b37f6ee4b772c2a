// SPDX-License-Identifier: Apache-2.0
//
// What a connected directory has and says of itself, as far as the project ships it: rules are
// checked and tested without any directory against these.
#pragma once

#include <map>
#include <string>

#include "directory/attribute_table.h"
#include "directory/schema.h"
#include "policy/policy_document.h"

namespace tandem::policy {

bool isActiveDirectory(const ConnectorPolicy& connector);

directory::Schema shippedSchema(const ConnectorPolicy& connector,
                                directory::AttributeTable& attributes);

// Every parameter that a connector gives to rules, with a value of the right form: the real ones
// are known at a run.
std::map<std::string, std::string, std::less<>> shippedParameters(const ConnectorPolicy& connector);

}  // namespace tandem::policy
