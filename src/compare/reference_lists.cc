// SPDX-License-Identifier: Apache-2.0
#include "compare/reference_lists.h"

#include <algorithm>

#include <fmt/format.h>

namespace tandem::compare {

ReferenceList::ReferenceList(ServerSnapshot& snapshot,
                             Space& space,
                             std::uint64_t key,
                             std::string_view attribute)
    : snapshot_(snapshot) {
  const auto entries = space.tree.find(key);
  const auto id = snapshot.store().names().attributes().find(attribute);
  if (entries.empty() || !id) return;
  const ConnectorObjectId owner(entries.front().id);
  const auto add = [&](ConnectorObjectId target, std::string_view sign) {
    all_.push_back({identityOf(sign, snapshot.identityOf(target)), target, sign});
  };
  if (space.kind == SpaceKind::kConnectorSpace) {
    for (const ConnectorObjectId target : snapshot.store().space().targets(owner, *id))
      add(target, "");
  } else if (space.kind == SpaceKind::kPendingExports) {
    for (const store::ExportReferenceRow& row : snapshot.store().exports().references(owner)) {
      if (row.attribute == *id && !row.sent) add(row.target, row.added ? "+ " : "- ");
    }
  }
}

std::uint64_t ReferenceList::identityOf(std::string_view sign, std::uint64_t target) {
  return hash64(sign, target);
}

std::string ReferenceList::nameOf(ServerSnapshot& snapshot,
                                  ConnectorObjectId target,
                                  std::string_view sign) {
  const auto row = snapshot.store().space().find(target);
  return fmt::format("{}{}", sign, row ? row->dn : std::string("?"));
}

std::vector<std::uint64_t> ReferenceList::sums() const {
  std::vector<std::uint64_t> sums(kReferenceBuckets, 0);
  for (const One& one : all_)
    sums[one.identity % kReferenceBuckets] += one.identity;
  return sums;
}

std::vector<NamedReference> ReferenceList::in(const std::vector<std::uint32_t>& buckets,
                                              std::size_t many) const {
  std::vector<bool> wanted(kReferenceBuckets, false);
  for (const std::uint32_t bucket : buckets)
    wanted[bucket % kReferenceBuckets] = true;
  std::vector<NamedReference> found;
  for (const One& one : all_) {
    if (found.size() >= many) break;
    if (wanted[one.identity % kReferenceBuckets])
      found.push_back({one.identity, nameOf(snapshot_, one.target, one.sign)});
  }
  return found;
}

}  // namespace tandem::compare
