// SPDX-License-Identifier: Apache-2.0
#include "policy/policy_schema.h"

#include <span>

#include "base/embedded_file.h"

namespace tandem::policy {

std::span<const EmbeddedFile> embeddedPolicySchema();

std::string_view policySchema() {
  return embeddedPolicySchema().front().content;
}

}  // namespace tandem::policy
