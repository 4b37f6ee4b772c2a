// SPDX-License-Identifier: Apache-2.0
#include "compare/hash_tree.h"

#include <gtest/gtest.h>

namespace tandem::compare {
namespace {

std::uint64_t keyOf(std::uint64_t i) {
  return hash64({reinterpret_cast<const char*>(&i), sizeof(i)});
}

HashTree treeOf(const std::vector<std::uint64_t>& numbers, std::uint64_t changed = 0) {
  HashTree tree;
  std::uint32_t id = 0;
  for (const std::uint64_t i : numbers)
    tree.add(keyOf(i), {i, i == changed ? 2U : 1U}, ++id);
  tree.finish();
  return tree;
}

TEST(HashTree, DoesNotDependOnTheOrderOfObjects) {
  EXPECT_EQ(treeOf({1, 2, 3, 4, 5}).root(), treeOf({5, 3, 1, 2, 4}).root());
}

TEST(HashTree, EveryChangeChangesTheRoot) {
  const Hash128 root = treeOf({1, 2, 3}).root();
  EXPECT_NE(root, treeOf({1, 2, 3}, /*changed=*/2).root());
  EXPECT_NE(root, treeOf({1, 2}).root());
  EXPECT_NE(root, treeOf({1, 2, 3, 4}).root());
  EXPECT_NE(root, treeOf({1, 2, 3, 3}).root());
  EXPECT_EQ(treeOf({}).root(), Hash128());
}

TEST(HashTree, OnlyThePathToAChangeDiffers) {
  std::vector<std::uint64_t> numbers;
  for (std::uint64_t i = 1; i <= 5000; ++i)
    numbers.push_back(i);
  const HashTree one = treeOf(numbers);
  const HashTree other = treeOf(numbers, /*changed=*/77);
  std::uint32_t node = 0;
  for (std::uint32_t level = 0; level < HashTree::kDepth; ++level) {
    std::vector<std::uint32_t> differing;
    for (std::uint32_t parent = 0; parent < HashTree::nodes(level); ++parent) {
      const auto a = one.children(level, parent);
      const auto b = other.children(level, parent);
      for (std::uint32_t child = 0; child < HashTree::kFanOut; ++child) {
        if (a[child] != b[child]) differing.push_back(parent * HashTree::kFanOut + child);
      }
    }
    ASSERT_EQ(differing.size(), 1U) << "level " << level;
    EXPECT_EQ(differing[0] / HashTree::kFanOut, node);
    node = differing[0];
  }
  EXPECT_EQ(node, HashTree::leafOf(keyOf(77)));
}

TEST(HashTree, ListsLeavesAndFindsKeys) {
  std::vector<std::uint64_t> numbers;
  for (std::uint64_t i = 1; i <= 300; ++i)
    numbers.push_back(i);
  HashTree tree = treeOf(numbers);
  std::size_t listed = 0;
  for (std::uint32_t leaf = 0; leaf < HashTree::kLeaves; ++leaf) {
    for (const HashTree::Entry& entry : tree.leaf(leaf)) {
      EXPECT_EQ(HashTree::leafOf(entry.key), leaf);
      ++listed;
    }
  }
  EXPECT_EQ(listed, numbers.size());
  ASSERT_EQ(tree.find(keyOf(42)).size(), 1U);
  EXPECT_EQ(tree.find(keyOf(42))[0].id, 42U);
  EXPECT_TRUE(tree.find(keyOf(4711)).empty());
}

}  // namespace
}  // namespace tandem::compare
