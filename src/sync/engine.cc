// SPDX-License-Identifier: Apache-2.0
#include "sync/engine.h"

namespace tandem::sync {

void ExportTraits::set(ObjectTypeId type,
                       const std::optional<std::vector<connectors::AttributeTraits>>& traits) {
  if (!traits) {
    by_type_.erase(type.raw());
    return;
  }
  auto& table = by_type_[type.raw()];
  table.clear();
  for (const connectors::AttributeTraits& one : *traits)
    table[one.attribute] = one;
}

connectors::AttributeTraits ExportTraits::of(ObjectTypeId type, AttributeId attribute) const {
  connectors::AttributeTraits traits;
  traits.attribute = attribute;
  const auto table = by_type_.find(type.raw());
  if (table == by_type_.end()) return traits;
  const auto found = table->second.find(attribute);
  if (found != table->second.end()) return found->second;
  traits.writable = false;
  return traits;
}

}  // namespace tandem::sync
