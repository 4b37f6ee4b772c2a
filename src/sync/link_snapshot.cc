// SPDX-License-Identifier: Apache-2.0
#include "sync/link_snapshot.h"

#include <algorithm>

#include "sync/read_together.h"

namespace tandem::sync {

Result<std::unique_ptr<LinkSnapshot>> LinkSnapshot::load(store::Store& store,
                                                         const rules::RuleSet& rules,
                                                         ConnectorId connector) {
  std::unique_ptr<LinkSnapshot> snapshot(new LinkSnapshot());
  LinkSnapshot& it = *snapshot;
  const auto objects = static_cast<std::size_t>(store.space().maxId()) + 2;
  it.link_of_.assign(objects, 0);
  it.reference_start_.assign(objects + 1, 0);
  it.marks_.assign(objects, 0);
  it.first_of_mv_.assign(static_cast<std::size_t>(store.metaverse().maxId()) + 2, 0);
  TRY(readTogether(
      store,
      [&](store::Store& here) { it.loadLinks(here); },
      [&](store::Store& beside) {
        it.loadReferences(beside);
        it.loadMarks(beside, connector);
      }));
  for (const std::string& dn : rules.memberOfGroups(connector)) {
    if (const auto group = store.space().findByDn(connector, dn)) it.groups_[dn] = group->raw();
  }
  if (const auto member = store.names().attributes().find("member")) it.member_ = member->raw();
  TRY(store.database().takeError());
  return snapshot;
}

void LinkSnapshot::loadLinks(store::Store& store) {
  links_.reserve(link_of_.size());  // an object has at most one
  next_of_link_.reserve(link_of_.size());
  store.metaverse().scanLinks([this](const store::Link& link) {
    links_.push_back(link);
    const auto index = static_cast<std::uint32_t>(links_.size());
    link_of_[static_cast<std::size_t>(link.object.raw())] = index;
    std::uint32_t& first = first_of_mv_[static_cast<std::size_t>(link.mv.raw())];
    next_of_link_.push_back(first);
    first = index;
  });
}

void LinkSnapshot::loadReferences(store::Store& store) {
  std::size_t owner_done = 0;
  store.space().scanReferences(
      [&](ConnectorObjectId owner, AttributeId attribute, ConnectorObjectId target) {
        const auto at = static_cast<std::size_t>(owner.raw());
        while (owner_done <= at)
          reference_start_[owner_done++] = static_cast<std::uint32_t>(targets_.size());
        targets_.push_back({attribute.raw(), static_cast<std::uint32_t>(target.raw())});
      });
  while (owner_done < reference_start_.size()) {
    reference_start_[owner_done++] = static_cast<std::uint32_t>(targets_.size());
  }
}

void LinkSnapshot::loadMarks(store::Store& store, ConnectorId connector) {
  store.space().scanPendingImports(
      connector, store::PendingImport::kDelete, [this](ConnectorObjectId object) {
        mark(object, kPendingDelete);
      });
  store.exports().scanInFlight([this](ConnectorObjectId object) { mark(object, kInFlight); });
}

const store::Link* LinkSnapshot::linkOf(ConnectorObjectId object) const {
  const auto at = static_cast<std::size_t>(object.raw());
  if (at >= link_of_.size() || link_of_[at] == 0) return nullptr;
  return &links_[link_of_[at] - 1];
}

void LinkSnapshot::linksOf(MetaverseObjectId mv, std::vector<store::Link>& out) const {
  out.clear();
  const auto at = static_cast<std::size_t>(mv.raw());
  if (at >= first_of_mv_.size()) return;
  for (std::uint32_t index = first_of_mv_[at]; index != 0; index = next_of_link_[index - 1])
    out.push_back(links_[index - 1]);
  if (out.size() < 2) return;
  std::sort(out.begin(), out.end(), [](const store::Link& a, const store::Link& b) {
    return a.connector != b.connector ? a.connector < b.connector : a.object < b.object;
  });
}

std::span<const LinkSnapshot::Target> LinkSnapshot::references(ConnectorObjectId owner) const {
  const auto at = static_cast<std::size_t>(owner.raw());
  if (at + 1 >= reference_start_.size()) return {};
  return std::span(targets_).subspan(reference_start_[at],
                                     reference_start_[at + 1] - reference_start_[at]);
}

std::uint32_t LinkSnapshot::referenceCount(ConnectorObjectId owner, AttributeId attribute) const {
  const auto all = references(owner);
  const auto first = std::lower_bound(all.begin(), all.end(), Target{attribute.raw(), 0});
  const auto last = std::lower_bound(first, all.end(), Target{attribute.raw() + 1, 0});
  return static_cast<std::uint32_t>(last - first);
}

bool LinkSnapshot::isMemberOf(ConnectorObjectId object, std::string_view group_dn) const {
  const auto group = groups_.find(std::string(group_dn));
  if (group == groups_.end()) return false;
  const auto all = references(ConnectorObjectId(group->second));
  return std::binary_search(
      all.begin(), all.end(), Target{member_, static_cast<std::uint32_t>(object.raw())});
}

KeyIndex::KeyIndex(store::Metaverse& metaverse) {
  metaverse.scanKeys([this](AttributeId attribute, std::int64_t hash, MetaverseObjectId) {
    add(attribute, hash);
  });
}

bool KeyIndex::contains(AttributeId attribute, std::int64_t hash) const {
  return keys_.contains(combine(attribute, hash));
}

}  // namespace tandem::sync
