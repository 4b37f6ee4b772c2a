// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "directory/attribute_table.h"
#include "directory/record.h"

namespace tandem::expression {

// An object's attributes as a dense array by attribute id: filled once an object, then each
// [attribute] is one look-up. Slots carry the generation they were filled in, so that nothing has
// to be cleared between objects.
class SlotTable {
 public:
  // The record must be well-formed and must outlive what find() returns.
  void load(std::string_view record);

  // nullptr when the object does not have the attribute.
  const directory::ValuesView* find(directory::AttributeId id) const {
    if (id.raw() >= slots_.size()) return nullptr;
    const Slot& slot = slots_[id.raw()];
    return slot.generation == generation_ ? &slot.values : nullptr;
  }

 private:
  struct Slot {
    directory::ValuesView values;
    std::uint32_t generation = 0;
  };

  std::vector<Slot> slots_;
  std::uint32_t generation_ = 0;
};

}  // namespace tandem::expression
