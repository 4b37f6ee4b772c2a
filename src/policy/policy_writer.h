// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "policy/policy_document.h"

namespace tandem::policy {

// The document as JSON, indented by two blanks, keys always in one order, every setting written
// out: two policies that mean the same are the same text, and a person sees what there is to set.
std::string writePolicy(const PolicyDocument& document);

}  // namespace tandem::policy
