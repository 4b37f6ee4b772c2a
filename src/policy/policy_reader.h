// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "base/problem.h"
#include "policy/policy_document.h"

namespace tandem::policy {

struct ReadPolicy {
  // Absent when the text has errors: a policy that was read by halves must not run.
  std::optional<PolicyDocument> document;
  Problems problems;  // by line; warnings alone do not keep the document away
};

// Reads the JSON and checks what the document alone can tell: keys, types, ranges, names that must
// be unique or exist. file is what messages call it. Rules are compiled by checkPolicy().
ReadPolicy readPolicy(std::string_view text, std::string_view file);

}  // namespace tandem::policy
