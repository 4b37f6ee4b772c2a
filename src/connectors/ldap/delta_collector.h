// SPDX-License-Identifier: Apache-2.0
//
// The changes of one delta import, held until all are known and then passed on in an order that the
// engine can apply one by one: deletions, what is saved from leaving subtrees, moves of containers,
// new containers, everything else, contents of containers that came into the scope.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/connector.h"
#include "connectors/entry/entry_reader.h"
#include "connectors/ldap/container_moves.h"
#include "connectors/ldap/item_batch.h"

namespace tandem::connectors::ldap {

class DeltaCollector {
 public:
  DeltaCollector(const ImportRequest& request, const entry::ContainerScope& scope)
      : request_(request), scope_(scope) {}

  std::optional<std::string> knownDn(std::string_view anchor) const;

  void addDeleted(std::string_view anchor);
  // The reader holds a whole entry. is_new: made since the last import, so what is below a new
  // container is told by itself.
  void addWhole(entry::EntryReader& reader, bool is_new);
  // The reader holds what changed of a known object that has not moved.
  void addPartial(entry::EntryReader& reader);
  void countFiltered(std::uint64_t objects) { filtered_ += objects; }

  // Set when the changes cannot be told apart safely: read everything.
  const std::string& needsFull() const { return needs_full_; }
  void requireFull(std::string reason);
  // Containers that came into the scope: their contents were never told.
  const std::vector<std::string>& subtreesToRead() const { return subtrees_; }
  bool movesContainers() const { return !moves_.empty() || !subtrees_.empty(); }
  std::size_t size() const { return leaves_.size() + deletes_.size() + moves_.size(); }

  // Anchors of changed objects of which it is not known when they were changed; at most so many.
  std::vector<std::string> withoutChangeTime(std::size_t most) const;
  void setChangeTimes(const std::map<std::string, std::int64_t>& by_anchor);

  // Decides the order; false sets needsFull().
  bool arrange();
  Result<void> pass(ItemBatch& batch);

  static constexpr std::size_t kItemsMost = 100000;  // beyond, reading everything is no dearer
  static constexpr std::size_t kMovesMost = 1000;

 private:
  struct Leaf {
    ImportItem item;
    std::string old_key;  // empty: was not known
    std::string new_key;
  };
  struct Move {
    ImportItem item;  // kDeleteSubtree, or the container with its new DN
    ContainerMove keys;
  };
  void addKnownContainer(entry::EntryReader& reader,
                         ImportItem item,
                         const std::string& old_dn,
                         bool in_scope);
  void addUnknown(entry::EntryReader& reader, ImportItem item, entry::Verdict verdict, bool is_new);
  bool isSavedFromLeaving(const Leaf& leaf) const;

  const ImportRequest& request_;
  const entry::ContainerScope& scope_;
  std::vector<std::string> deletes_;
  std::vector<Leaf> leaves_;
  std::vector<Move> moves_;
  std::vector<std::size_t> move_order_;
  std::vector<ImportItem> new_containers_;
  std::vector<std::string> subtrees_;
  std::uint64_t filtered_ = 0;
  std::uint64_t filtered_deletions_ = 0;
  std::string needs_full_;
};

}  // namespace tandem::connectors::ldap
