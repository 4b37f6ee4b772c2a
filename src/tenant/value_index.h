// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace tandem::tenant {

// From a 64-bit hash to the numbers put under it. A lookup costs about one cache miss, which a
// std::unordered_multimap of millions does not: that was a quarter of the time of creating users.
// Two values may share a hash, so the caller compares what it finds.
class ValueIndex {
 public:
  void add(std::uint64_t key, std::uint32_t number);
  void remove(std::uint64_t key, std::uint32_t number);  // must be there

  template <class Visit>
  void forEach(std::uint64_t key, Visit visit) const {
    if (slots_.empty()) return;
    for (std::uint32_t at = slots_[slotOf(key)].head; at != 0; at = nodes_[at - 1].next) {
      visit(nodes_[at - 1].number);
    }
  }

 private:
  struct Slot {
    std::uint64_t key = 0;
    std::uint32_t head = 0;     // 1 + index of the first node; 0: none
    std::uint32_t is_used = 0;  // a used slot without nodes keeps the chain of probes whole
  };
  struct Node {
    std::uint32_t number = 0;
    std::uint32_t next = 0;
  };

  // The key's slot, or the free one where it would go. The keys are hashes already.
  std::size_t slotOf(std::uint64_t key) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = static_cast<std::size_t>(key) & mask;
    while (slots_[at].is_used != 0 && slots_[at].key != key)
      at = (at + 1) & mask;
    return at;
  }
  void grow();

  std::vector<Slot> slots_;  // a power of two, at most half used
  std::size_t used_ = 0;
  std::vector<Node> nodes_;
  std::uint32_t free_ = 0;  // head of the list of free nodes
};

}  // namespace tandem::tenant
