// SPDX-License-Identifier: Apache-2.0
#include "directory/attribute_table.h"

#include "base/check.h"
#include "base/text.h"

namespace tandem::directory {

std::uint32_t NameTable::intern(std::string_view name) {
  const auto next = static_cast<std::uint32_t>(names_.size() + 1);
  const auto [entry, added] = ids_.emplace(toLowerAscii(name), next);
  if (added) names_.emplace_back(name);
  return entry->second;
}

std::uint32_t NameTable::find(std::string_view name) const {
  const auto found = ids_.find(toLowerAscii(name));
  return found == ids_.end() ? 0 : found->second;
}

const std::string& NameTable::name(std::uint32_t id) const {
  TANDEM_CHECK(id >= 1 && id <= names_.size());
  return names_[id - 1];
}

}  // namespace tandem::directory
