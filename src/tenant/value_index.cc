// SPDX-License-Identifier: Apache-2.0
#include "tenant/value_index.h"

#include "base/check.h"

namespace tandem::tenant {

void ValueIndex::grow() {
  std::size_t filled = 0;
  for (const Slot& slot : slots_)
    filled += slot.head != 0 ? 1U : 0U;
  std::size_t size = 1024;
  while (size < filled * 4)
    size *= 2;
  std::vector<Slot> old(size);
  old.swap(slots_);
  used_ = filled;
  for (const Slot& slot : old) {
    if (slot.head != 0) slots_[slotOf(slot.key)] = slot;
  }
}

void ValueIndex::add(std::uint64_t key, std::uint32_t number) {
  if (used_ * 2 >= slots_.size()) grow();
  Slot& slot = slots_[slotOf(key)];
  if (slot.is_used == 0) {
    slot = {key, 0, 1};
    ++used_;
  }
  std::uint32_t node = free_;
  if (node != 0) {
    free_ = nodes_[node - 1].next;
  } else {
    nodes_.emplace_back();
    node = static_cast<std::uint32_t>(nodes_.size());
  }
  nodes_[node - 1] = {number, slot.head};
  slot.head = node;
}

void ValueIndex::remove(std::uint64_t key, std::uint32_t number) {
  TANDEM_CHECK(!slots_.empty());
  std::uint32_t* link = &slots_[slotOf(key)].head;
  while (*link != 0 && nodes_[*link - 1].number != number)
    link = &nodes_[*link - 1].next;
  TANDEM_CHECK(*link != 0);
  const std::uint32_t node = *link;
  *link = nodes_[node - 1].next;
  nodes_[node - 1].next = free_;
  free_ = node;
}

}  // namespace tandem::tenant
