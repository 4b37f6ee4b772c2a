// SPDX-License-Identifier: Apache-2.0
#include "directory/schema.h"

#include <algorithm>

namespace tandem::directory {

std::vector<AttributeDefinition> Schema::definitions() const {
  std::vector<AttributeDefinition> all;
  all.reserve(definitions_.size());
  for (const auto& [id, definition] : definitions_)
    all.push_back(definition);
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return all;
}

}  // namespace tandem::directory
