// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace tandem::sync {

// A set of 64-bit hashes in one array. A million of them are asked for in a first synchronization,
// and a set of nodes would miss the processor's cache twice for each.
class HashSet {
 public:
  HashSet() : slots_(kSlotsMin, 0) {}

  bool contains(std::uint64_t hash) const {
    if (hash == 0) return has_zero_;
    return slots_[place(hash)] == hash;
  }

  void insert(std::uint64_t hash) {
    if (hash == 0) {
      has_zero_ = true;
      return;
    }
    std::uint64_t& slot = slots_[place(hash)];
    if (slot == hash) return;
    slot = hash;
    if (++count_ * 2 > slots_.size()) grow();
  }

 private:
  static constexpr std::size_t kSlotsMin = 1024;  // a power of two, as every size is

  // Where it is, or where it would go.
  std::size_t place(std::uint64_t hash) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = static_cast<std::size_t>((hash * 0x9E3779B97F4A7C15ULL) >> 20) & mask;
    while (slots_[at] != 0 && slots_[at] != hash)
      at = (at + 1) & mask;
    return at;
  }

  void grow() {
    std::vector<std::uint64_t> old(slots_.size() * 2, 0);
    old.swap(slots_);
    for (const std::uint64_t hash : old) {
      if (hash != 0) slots_[place(hash)] = hash;
    }
  }

  std::vector<std::uint64_t> slots_;  // 0: free
  std::size_t count_ = 0;
  bool has_zero_ = false;
};

}  // namespace tandem::sync
