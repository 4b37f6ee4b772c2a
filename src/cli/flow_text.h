// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/explanation.h"
#include "rules/flow_trace.h"

namespace tandem::cli {

std::string_view fateWord(rules::MappingFate fate);  // "won", "outranked", …
Explanation::Flow flowOf(store::Store& store,
                         const rules::TracedMapping& mapping,
                         const std::string& stage);
// One line: "title ← Chief (In from AD - User Common: title = Chief)".
std::string flowLine(const Explanation::Flow& flow);

}  // namespace tandem::cli
