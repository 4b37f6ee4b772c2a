// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "directory/record.h"
#include "rules/rule_set.h"

namespace tandem::sync {

// The numbers under which an attribute's values are found by a join. Text is folded, so one index
// serves joins with and without regard to case; matches() decides between them.
std::vector<std::int64_t> joinHashes(const directory::ValuesView& values);
void joinHashesInto(const directory::ValuesView& values, std::vector<std::int64_t>& out);

// True when some value of one equals some value of the other.
bool matches(const rules::JoinKey& key,
             const directory::ValuesView& connector_values,
             const directory::ValuesView& metaverse_values);

}  // namespace tandem::sync
