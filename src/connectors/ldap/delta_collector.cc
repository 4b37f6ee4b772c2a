// SPDX-License-Identifier: Apache-2.0
#include "connectors/ldap/delta_collector.h"

#include <algorithm>

#include <fmt/format.h>

#include "directory/dn.h"

namespace tandem::connectors::ldap {

using entry::EntryReader;
using entry::isUnderKey;
using entry::Verdict;

std::optional<std::string> DeltaCollector::knownDn(std::string_view anchor) const {
  return request_.known == nullptr || anchor.empty() ? std::nullopt : request_.known->dnOf(anchor);
}

void DeltaCollector::requireFull(std::string reason) {
  if (needs_full_.empty()) needs_full_ = std::move(reason);
}

void DeltaCollector::addDeleted(std::string_view anchor) {
  if (knownDn(anchor)) {
    deletes_.emplace_back(anchor);
  } else {
    ++filtered_deletions_;
  }
}

void DeltaCollector::addPartial(EntryReader& reader) {
  if (!needs_full_.empty()) return;
  Leaf& leaf = leaves_.emplace_back();
  reader.finishPartial(leaf.item);
  leaf.item.dn.clear();  // unchanged
  if (size() > kItemsMost) requireFull(fmt::format("more than {} objects changed", kItemsMost));
}

void DeltaCollector::addWhole(EntryReader& reader, bool is_new) {
  if (!needs_full_.empty()) return;  // nothing of this will be passed on: keep no more of it
  const std::optional<std::string> known = knownDn(reader.anchor());
  ImportItem item;
  const Verdict verdict = reader.finish(item);
  if (size() > kItemsMost) requireFull(fmt::format("more than {} objects changed", kItemsMost));
  if (!known) return addUnknown(reader, std::move(item), verdict, is_new);
  if (verdict == Verdict::kOtherType) {
    deletes_.push_back(reader.anchor());
    return;
  }
  if (reader.kind().is_container) {
    return addKnownContainer(reader, std::move(item), *known, verdict == Verdict::kItem);
  }
  if (verdict == Verdict::kOutOfScope) {
    deletes_.push_back(reader.anchor());
    return;
  }
  leaves_.push_back({std::move(item), directory::dnKey(*known), reader.dnKey()});
}

void DeltaCollector::addKnownContainer(EntryReader& reader,
                                       ImportItem item,
                                       const std::string& old_dn,
                                       bool in_scope) {
  std::string old_key = directory::dnKey(old_dn);
  if (in_scope && old_key == reader.dnKey()) {
    leaves_.push_back({std::move(item), old_key, old_key});
    return;
  }
  if (scope_.hasEntryBelow(old_key) || scope_.hasEntryBelow(reader.dnKey())) {
    return requireFull(fmt::format(
        "the container {} is now {}, and the filter of this connector has entries below it",
        old_dn,
        reader.dn()));
  }
  if (!in_scope) {
    item.clear();
    item.kind = ImportKind::kDeleteSubtree;
    item.anchor = reader.anchor();
    item.dn = old_dn;
  }
  moves_.push_back({std::move(item), {std::move(old_key), reader.dnKey(), !in_scope}});
  if (moves_.size() > kMovesMost) {
    requireFull(fmt::format("more than {} containers were renamed or moved", kMovesMost));
  }
}

void DeltaCollector::addUnknown(EntryReader& reader,
                                ImportItem item,
                                Verdict verdict,
                                bool is_new) {
  if (verdict != Verdict::kItem) {
    ++filtered_;
    // A container from outside may have brought a listed one with it.
    if (!is_new && verdict == Verdict::kOutOfScope && reader.kind().is_container &&
        scope_.hasEntryBelow(reader.dnKey())) {
      requireFull(fmt::format("the container {} holds entries of the filter of this connector",
                              reader.dn()));
    }
    return;
  }
  if (reader.kind().is_container) {
    if (!is_new) subtrees_.push_back(reader.dn());
    new_containers_.push_back(std::move(item));
    return;
  }
  leaves_.push_back({std::move(item), "", reader.dnKey()});
}

bool DeltaCollector::isSavedFromLeaving(const Leaf& leaf) const {
  return !leaf.old_key.empty() && std::any_of(moves_.begin(), moves_.end(), [&](const Move& move) {
    return move.keys.leaves_scope && isUnderKey(leaf.old_key, move.keys.old_key);
  });
}

std::vector<std::string> DeltaCollector::withoutChangeTime(std::size_t most) const {
  std::vector<std::string> anchors;
  for (const Leaf& leaf : leaves_) {
    if (anchors.size() >= most) break;
    if (leaf.item.changed_at == 0) anchors.push_back(leaf.item.anchor);
  }
  return anchors;
}

void DeltaCollector::setChangeTimes(const std::map<std::string, std::int64_t>& by_anchor) {
  for (Leaf& leaf : leaves_) {
    const auto found = by_anchor.find(leaf.item.anchor);
    if (found != by_anchor.end()) leaf.item.changed_at = found->second;
  }
}

bool DeltaCollector::arrange() {
  if (!needs_full_.empty()) return false;
  std::vector<ContainerMove> keys;
  for (const Move& move : moves_)
    keys.push_back(move.keys);
  const auto order = orderMoves(keys);
  if (!order) {
    requireFull("containers have exchanged their names");
    return false;
  }
  move_order_ = *order;
  for (const Leaf& leaf : leaves_) {
    if (moves_.empty() || !isSavedFromLeaving(leaf)) continue;
    const bool caught = std::any_of(moves_.begin(), moves_.end(), [&](const Move& move) {
      return isUnderKey(leaf.new_key, move.keys.old_key);
    });
    if (caught) {
      requireFull("objects moved to the place of a container that was moved itself");
      return false;
    }
  }
  // A subtree that is read as part of another one is not read twice.
  std::sort(subtrees_.begin(), subtrees_.end(), [](const std::string& a, const std::string& b) {
    return directory::dnKey(a) < directory::dnKey(b);
  });
  std::vector<std::string> tops;
  for (std::string& dn : subtrees_) {
    if (tops.empty() || !isUnderKey(directory::dnKey(dn), directory::dnKey(tops.back()))) {
      tops.push_back(std::move(dn));
    }
  }
  subtrees_ = std::move(tops);
  return true;
}

Result<void> DeltaCollector::pass(ItemBatch& batch) {
  batch.countFiltered(filtered_, filtered_deletions_);
  for (std::string& anchor : deletes_) {
    ImportItem item;
    item.kind = ImportKind::kDelete;
    item.anchor = std::move(anchor);
    TRY(batch.put(std::move(item)));
  }
  std::vector<bool> passed(leaves_.size(), false);
  for (std::size_t i = 0; i < leaves_.size(); ++i) {
    if (moves_.empty() || !isSavedFromLeaving(leaves_[i])) continue;
    passed[i] = true;
    TRY(batch.put(std::move(leaves_[i].item)));
  }
  for (const std::size_t index : move_order_)
    TRY(batch.put(std::move(moves_[index].item)));
  // Parents first.
  std::sort(
      new_containers_.begin(), new_containers_.end(), [](const ImportItem& a, const ImportItem& b) {
        return directory::dnKey(a.dn) < directory::dnKey(b.dn);
      });
  for (ImportItem& item : new_containers_)
    TRY(batch.put(std::move(item)));
  for (std::size_t i = 0; i < leaves_.size(); ++i) {
    if (!passed[i]) TRY(batch.put(std::move(leaves_[i].item)));
  }
  return {};
}

}  // namespace tandem::connectors::ldap
