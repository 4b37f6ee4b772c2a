// SPDX-License-Identifier: Apache-2.0
#include "compare/hash_tree.h"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace tandem::compare {
namespace {

constexpr Hash128 kEmpty;

template <class T>
std::string_view bytesOf(const T* values, std::size_t count) {
  return {reinterpret_cast<const char*>(values), count * sizeof(T)};
}

Hash128 hashOfChildren(std::span<const Hash128> children) {
  const bool empty = std::all_of(
      children.begin(), children.end(), [](const Hash128& one) { return one == kEmpty; });
  return empty ? kEmpty : hash128(bytesOf(children.data(), children.size()));
}

}  // namespace

HashTree::HashTree() {
  for (std::uint32_t level = 0; level <= kDepth; ++level)
    levels_[level].assign(nodes(level), kEmpty);
}

void HashTree::add(std::uint64_t key, const Hash128& object_hash, std::uint32_t id) {
  const std::uint64_t item[3] = {key, object_hash.low, object_hash.high};
  const Hash128 hash = hash128(bytesOf(item, 3));
  addTo(levels_[kDepth][leafOf(key)], hash);
  entries_.push_back({key, hash.low, id});
}

void HashTree::finish() {
  for (std::uint32_t level = kDepth; level-- > 0;) {
    for (std::uint32_t node = 0; node < nodes(level); ++node)
      levels_[level][node] = hashOfChildren(children(level, node));
  }
}

void HashTree::sortByLeaf() {
  leaf_start_.assign(kLeaves + 1, 0);
  for (const Entry& entry : entries_)
    ++leaf_start_[leafOf(entry.key) + 1];
  for (std::uint32_t leaf = 0; leaf < kLeaves; ++leaf)
    leaf_start_[leaf + 1] += leaf_start_[leaf];
  std::vector<std::uint32_t> next(leaf_start_.begin(), leaf_start_.end() - 1);
  std::vector<Entry> sorted(entries_.size());
  for (const Entry& entry : entries_)
    sorted[next[leafOf(entry.key)]++] = entry;
  entries_ = std::move(sorted);
}

std::span<const HashTree::Entry> HashTree::leaf(std::uint32_t leaf) {
  if (leaf_start_.empty()) sortByLeaf();
  return std::span(entries_).subspan(leaf_start_[leaf], leaf_start_[leaf + 1] - leaf_start_[leaf]);
}

std::vector<HashTree::Entry> HashTree::find(std::uint64_t key) {
  std::vector<Entry> found;
  for (const Entry& entry : leaf(leafOf(key))) {
    if (entry.key == key) found.push_back(entry);
  }
  return found;
}

}  // namespace tandem::compare
