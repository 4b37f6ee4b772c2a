// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace tandem::policy {

// policy.schema.json (JSON Schema, draft 2020-12), for editors that complete and check while one
// types. checkPolicy() says more: it also knows names, DNs, and what rules mean.
std::string_view policySchema();

}  // namespace tandem::policy
