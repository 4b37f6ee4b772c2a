// SPDX-License-Identifier: Apache-2.0
#include "sync/reference_sync.h"

#include <algorithm>

#include "sync/lineage.h"

namespace tandem::sync {

using store::ExportReferenceRow;
using store::Link;
using store::PendingImport;

std::optional<ConnectorObjectId> ReferenceSync::counterpart(MetaverseObjectId mv,
                                                            ConnectorId connector) {
  for (const Link& link : engine_->store->metaverse().linksOf(mv)) {
    if (link.connector != connector) continue;
    if (engine_->store->exports().pending(link.object) == store::PendingOperation::kDelete)
      continue;
    return link.object;
  }
  return std::nullopt;
}

std::optional<ConnectorObjectId> ReferenceSync::counterpart(ConnectorObjectId source,
                                                            ConnectorId connector) {
  const std::optional<Link> link = engine_->store->metaverse().linkOf(source);
  if (!link) return std::nullopt;
  return counterpart(link->mv, connector);
}

std::vector<ReferenceSync::Chain> ReferenceSync::chainsOf(MetaverseObjectId mv) {
  std::vector<Chain> chains;
  const std::optional<store::MetaverseRow> row = engine_->store->metaverse().find(mv);
  if (!row) return chains;
  const std::vector<rules::ReferenceFlow> inbound = referenceFlows(row->lineage);
  for (const Link& link : engine_->store->metaverse().linksOf(mv)) {
    const EngineConnector* connector = engine_->find(link.connector);
    if (connector == nullptr || !connector->has_outbound_rules) continue;
    const std::optional<store::WantedRow> wanted = engine_->store->exports().wanted(link.object);
    if (!wanted) continue;
    for (const rules::ReferenceFlow& out : referenceFlows(wanted->lineage)) {
      for (const rules::ReferenceFlow& in : inbound) {
        if (in.target != out.source_attribute || in.source == link.object) continue;
        if (!isManaged(link.object, out.target)) continue;
        chains.push_back({link.object, out.target, in.source, in.source_attribute});
      }
    }
  }
  return chains;
}

bool ReferenceSync::isManaged(ConnectorObjectId target_owner, AttributeId attribute) const {
  const std::optional<store::ObjectRow> row = engine_->store->space().find(target_owner);
  if (!row) return false;
  const EngineConnector* connector = engine_->find(row->connector);
  return connector != nullptr && connector->traits.of(row->type, attribute).writable;
}

void ReferenceSync::decide(ConnectorObjectId owner,
                           AttributeId attribute,
                           ConnectorObjectId target,
                           bool wanted) {
  store::Exports& exports = engine_->store->exports();
  const bool known = engine_->store->space().hasReference(owner, attribute, target);
  if (wanted == known) {
    exports.removeReference(owner, attribute, target);
    return;
  }
  const std::optional<ExportReferenceRow> row = exports.reference(owner, attribute, target);
  if (row && row->added == wanted) return;  // waiting, or sent and not confirmed: as it should be
  exports.setReference(owner, {attribute, target, wanted, /*sent=*/false});
}

void ReferenceSync::sourceChanged(ConnectorObjectId owner,
                                  AttributeId attribute,
                                  ConnectorObjectId target) {
  const std::optional<Link> link = engine_->store->metaverse().linkOf(owner);
  if (!link) return;
  for (const Chain& chain : chainsOf(link->mv)) {
    if (chain.source != owner || chain.source_attribute != attribute) continue;
    const std::optional<store::ObjectRow> target_owner =
        engine_->store->space().find(chain.target_owner);
    if (!target_owner) continue;
    const auto counterpart_of_target = counterpart(target, target_owner->connector);
    if (!counterpart_of_target) continue;  // withheld until it is linked
    decide(chain.target_owner,
           chain.target_attribute,
           *counterpart_of_target,
           isWanted(chain, *counterpart_of_target));
    targets_.refreshPending(chain.target_owner);
  }
}

bool ReferenceSync::isWanted(const Chain& chain, ConnectorObjectId target) {
  const std::optional<Link> link = engine_->store->metaverse().linkOf(target);
  if (!link) return false;
  for (const Link& source : engine_->store->metaverse().linksOf(link->mv)) {
    if (engine_->store->space().hasReference(chain.source, chain.source_attribute, source.object))
      return true;
  }
  return false;
}

void ReferenceSync::targetChanged(ConnectorObjectId owner,
                                  AttributeId attribute,
                                  ConnectorObjectId target) {
  const std::optional<Link> link = engine_->store->metaverse().linkOf(owner);
  if (!link) return;
  bool managed = false;
  bool wanted = false;
  for (const Chain& chain : chainsOf(link->mv)) {
    if (chain.target_owner != owner || chain.target_attribute != attribute) continue;
    managed = true;
    wanted = wanted || isWanted(chain, target);
  }
  if (!managed) return;
  decide(owner, attribute, target, wanted);
  targets_.refreshPending(owner);
}

void ReferenceSync::recompute(MetaverseObjectId mv) {
  const std::vector<Chain> chains = chainsOf(mv);
  for (const Chain& chain : chains) {
    const std::optional<store::ObjectRow> target_owner =
        engine_->store->space().find(chain.target_owner);
    if (!target_owner) continue;
    std::vector<ConnectorObjectId> wanted;
    for (const ConnectorObjectId target :
         engine_->store->space().targets(chain.source, chain.source_attribute)) {
      if (const auto there = counterpart(target, target_owner->connector)) wanted.push_back(*there);
    }
    recompute(chain.target_owner, chain.target_attribute, wanted);
  }
}

void ReferenceSync::recompute(ConnectorObjectId target_owner,
                              AttributeId attribute,
                              const std::vector<ConnectorObjectId>& wanted) {
  std::vector<ConnectorObjectId> now_wanted = wanted;
  std::sort(now_wanted.begin(), now_wanted.end());
  now_wanted.erase(std::unique(now_wanted.begin(), now_wanted.end()), now_wanted.end());
  std::vector<ConnectorObjectId> candidates =
      engine_->store->space().targets(target_owner, attribute);
  for (const ExportReferenceRow& row : engine_->store->exports().references(target_owner)) {
    if (row.attribute == attribute) candidates.push_back(row.target);
  }
  candidates.insert(candidates.end(), now_wanted.begin(), now_wanted.end());
  std::sort(candidates.begin(), candidates.end());
  candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
  for (const ConnectorObjectId target : candidates) {
    decide(target_owner,
           attribute,
           target,
           std::binary_search(now_wanted.begin(), now_wanted.end(), target));
  }
  targets_.refreshPending(target_owner);
}

void ReferenceSync::revisitReferrers(MetaverseObjectId mv) {
  store::ConnectorSpace& space = engine_->store->space();
  for (const Link& link : engine_->store->metaverse().linksOf(mv)) {
    for (const store::ConnectorSpace::Referrer& referrer : space.referrers(link.object)) {
      space.addPendingReference(referrer.owner, {referrer.attribute, link.object, true});
      space.addPendingImport(referrer.owner, link.connector, PendingImport::kReferences);
    }
  }
}

void ReferenceSync::forgetTarget(MetaverseObjectId mv,
                                 ConnectorObjectId target,
                                 ConnectorObjectId unlinked) {
  for (const Link& link : engine_->store->metaverse().linksOf(mv))
    forgetFrom(link.object, target);
  if (unlinked.raw() != 0) forgetFrom(unlinked, target);
}

void ReferenceSync::forgetFrom(ConnectorObjectId source, ConnectorObjectId target) {
  store::ConnectorSpace& space = engine_->store->space();
  for (const store::ConnectorSpace::Referrer& referrer : space.referrers(source)) {
    const std::optional<Link> owner = engine_->store->metaverse().linkOf(referrer.owner);
    if (!owner) continue;
    for (const Chain& chain : chainsOf(owner->mv)) {
      engine_->store->exports().removeReference(chain.target_owner, chain.target_attribute, target);
      targets_.refreshPending(chain.target_owner);
    }
  }
}

void ReferenceSync::forgetUnlinked(MetaverseObjectId mv) {
  store::Exports& exports = engine_->store->exports();
  for (const Chain& chain : chainsOf(mv)) {
    for (const ExportReferenceRow& row : exports.references(chain.target_owner)) {
      const bool is_in_vain = row.added && row.attribute == chain.target_attribute &&
                              !engine_->store->metaverse().linkOf(row.target);
      if (is_in_vain) exports.removeReference(chain.target_owner, row.attribute, row.target);
    }
    targets_.refreshPending(chain.target_owner);
  }
}

}  // namespace tandem::sync
