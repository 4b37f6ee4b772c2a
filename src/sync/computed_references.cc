// SPDX-License-Identifier: Apache-2.0
#include "sync/computed_references.h"

#include <algorithm>
#include <set>
#include <utility>

namespace tandem::sync {

using rules::ComputedReference;
using rules::FlowResult;
using rules::ReferenceFlow;

namespace {

bool isComputed(const store::Names& names, AttributeId attribute) {
  return rules::isComputed(names.attributes().name(attribute));
}

bool isKept(const FlowResult& result, AttributeId target) {
  const auto& kept = result.references_kept;
  return std::find(kept.begin(), kept.end(), target) != kept.end();
}

}  // namespace

bool ComputedReferences::areAmong(const store::Names& names,
                                  const std::vector<ReferenceFlow>& flows) {
  return std::any_of(flows.begin(), flows.end(), [&](const ReferenceFlow& flow) {
    return isComputed(names, flow.source_attribute);
  });
}

bool ComputedReferences::place(const FlowResult& result, const std::vector<ReferenceFlow>& before) {
  const store::Names& names = engine_->store->names();
  std::set<std::pair<ConnectorObjectId, AttributeId>> flowing;
  std::set<std::pair<ConnectorObjectId, AttributeId>> all;
  for (const ReferenceFlow& flow : result.references) {
    // What is kept has not been worked out: its rows are to stay.
    if (!isComputed(names, flow.source_attribute) || isKept(result, flow.target)) continue;
    flowing.emplace(flow.source, flow.source_attribute);
  }
  all = flowing;
  for (const ReferenceFlow& flow : before) {
    if (isComputed(names, flow.source_attribute) && !isKept(result, flow.target))
      all.emplace(flow.source, flow.source_attribute);
  }
  bool changed = false;
  for (const auto& key : all)
    changed = placeOne(key.first, key.second, result, flowing.contains(key)) || changed;
  return changed;
}

bool ComputedReferences::placeOne(ConnectorObjectId source,
                                  AttributeId attribute,
                                  const FlowResult& result,
                                  bool flows) {
  store::ConnectorSpace& space = engine_->store->space();
  const std::optional<store::ObjectRow> owner = space.find(source);
  if (!owner) return false;  // it is gone, and its rows with it
  std::vector<ConnectorObjectId> wanted;
  for (const ComputedReference& one : result.computed) {
    if (flows && one.source == source && one.attribute == attribute)
      wanted.push_back(resolve(owner->connector, one.dn));
  }
  bool changed = false;
  for (const ConnectorObjectId target : space.targets(source, attribute)) {
    if (std::find(wanted.begin(), wanted.end(), target) != wanted.end()) continue;
    changed = space.removeReference(source, attribute, target) || changed;
  }
  for (const ConnectorObjectId target : wanted)
    changed = space.addReference(source, attribute, target) || changed;
  return changed;
}

ConnectorObjectId ComputedReferences::resolve(ConnectorId connector, const std::string& dn) {
  store::ConnectorSpace& space = engine_->store->space();
  if (const auto found = space.findByDn(connector, dn)) return *found;
  return space.insert(
      {connector, ObjectTypeId(), store::ObjectState::kPlaceholder, {}, dn, std::nullopt, {}});
}

bool ComputedReferences::arePlaced(store::Store& store,
                                   const store::Names& names,
                                   const FlowResult& result) {
  store::ConnectorSpace& space = store.space();
  for (const ReferenceFlow& flow : result.references) {
    if (!isComputed(names, flow.source_attribute) || isKept(result, flow.target)) continue;
    const std::optional<store::ObjectRow> owner = space.find(flow.source);
    if (!owner) return false;
    std::vector<ConnectorObjectId> wanted;
    for (const ComputedReference& one : result.computed) {
      if (one.source != flow.source || one.attribute != flow.source_attribute) continue;
      const auto found = space.findByDn(owner->connector, one.dn);
      if (!found) return false;
      wanted.push_back(*found);
    }
    std::sort(wanted.begin(), wanted.end());
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    std::vector<ConnectorObjectId> there = space.targets(flow.source, flow.source_attribute);
    std::sort(there.begin(), there.end());
    if (wanted != there) return false;
  }
  return true;
}

void ComputedReferences::wakeReferrers(ConnectorObjectId target, ConnectorId connector) {
  store::ConnectorSpace& space = engine_->store->space();
  for (const store::ConnectorSpace::Referrer& referrer : space.referrers(target)) {
    if (isComputed(engine_->store->names(), referrer.attribute))
      space.addPendingImport(referrer.owner, connector, store::PendingImport::kRetry);
  }
}

}  // namespace tandem::sync
