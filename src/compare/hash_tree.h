// SPDX-License-Identifier: Apache-2.0
//
// A hash tree over a set of objects, so that two servers find what differs by exchanging a few
// nodes. Fan-out 16, depth 4: 65,536 leaves, 15 objects each at a million. Measured against other
// shapes, this one exchanges the least for the least memory (docs/internals/compare.md).
//
//   leaf   = sum of xxh3-128(key || object hash) over its objects, so their order does not matter
//   parent = xxh3-128 of its 16 children; an empty subtree is zero
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/hash.h"

namespace tandem::compare {

// Adds half by half: the sum of a set does not depend on its order, and taking one element out and
// putting another in changes it.
inline void addTo(Hash128& sum, const Hash128& item) {
  sum.low += item.low;
  sum.high += item.high;
}

class HashTree {
 public:
  static constexpr std::uint32_t kFanOut = 16;
  static constexpr std::uint32_t kDepth = 4;  // levels below the root; level kDepth are the leaves
  static constexpr std::uint32_t kLeaves = 1U << (4 * kDepth);

  // An object of the set. key is a hash of what identifies it on every server, id is this
  // server's own number for it.
  struct Entry {
    std::uint64_t key = 0;
    std::uint64_t hash = 0;  // of all that is compared
    std::uint32_t id = 0;
  };

  HashTree();
  void reserve(std::size_t objects) { entries_.reserve(objects); }
  void add(std::uint64_t key, const Hash128& object_hash, std::uint32_t id);
  // Once, when all are in. add() may not be called afterwards.
  void finish();

  std::size_t size() const { return entries_.size(); }
  const Hash128& root() const { return levels_[0][0]; }
  // level 0 is the root. nodes: how many the level has.
  static constexpr std::uint32_t nodes(std::uint32_t level) { return 1U << (4 * level); }
  std::span<const Hash128> children(std::uint32_t level, std::uint32_t node) const {
    return std::span(levels_[level + 1]).subspan(std::size_t{node} * kFanOut, kFanOut);
  }
  static constexpr std::uint32_t leafOf(std::uint64_t key) {
    return static_cast<std::uint32_t>(key >> 48U);
  }
  // Sorts the objects by leaf at the first call: equal servers never pay for it.
  std::span<const Entry> leaf(std::uint32_t leaf);
  // All with that key; more than one where identities collide.
  std::vector<Entry> find(std::uint64_t key);

 private:
  void sortByLeaf();

  std::array<std::vector<Hash128>, kDepth + 1> levels_;
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> leaf_start_;  // empty: not sorted yet
};

}  // namespace tandem::compare
