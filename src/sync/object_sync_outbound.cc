// SPDX-License-Identifier: Apache-2.0
// From a metaverse object to the directories that have outbound rules. See object_sync.h.
#include <algorithm>

#include "sync/join_key.h"
#include "sync/lineage.h"
#include "sync/object_sync.h"
#include "sync/reference_reader.h"

namespace tandem::sync {

using directory::AttributeView;
using directory::RecordBuilder;
using directory::RecordReader;
using directory::ValuesView;
using rules::Direction;
using rules::LinkType;
using rules::RuleFacts;
using store::Link;
using store::MetaverseRow;
using store::ObjectRow;

namespace {

std::string counter(const EngineConnector& connector, std::string_view name) {
  return "outbound/" + connector.name + "/" + std::string(name);
}

rules::SourceObject metaverseSource(const MetaverseRow& mv,
                                    const rules::ReferenceReader& references) {
  rules::SourceObject source;
  source.type = mv.type;
  source.record = mv.record;
  source.imported = mv.record;
  source.references = &references;
  return source;
}

bool links(const RuleFacts& rule) {
  return rule.link == LinkType::kProvision || !rule.joins.empty();
}

// What outbound rules no longer speak of but once set is to be taken back: it was our value.
std::string withRecalled(std::string_view before, std::string_view after) {
  RecordBuilder merged;
  RecordReader old_reader(before);
  while (const std::optional<AttributeView> old = old_reader.next()) {
    if (directory::findAttribute(after, old->id)) continue;
    merged.addCleared(old->id, old->values.type(), old->values.isMulti());
  }
  RecordReader new_reader(after);
  while (const std::optional<AttributeView> attribute = new_reader.next())
    merged.addFromDelta(*attribute);
  return merged.finish();
}

}  // namespace

void ObjectSync::flowOut(MetaverseObjectId id, bool all_references) {
  // Each round but the last has lost a link, so there are no more than there are directories.
  for (std::size_t round = 0; round <= engine_->connectors.size(); ++round) {
    const std::optional<MetaverseRow> mv = engine_->store->metaverse().find(id);
    if (!mv) return;
    const std::vector<Link> all = engine_->store->metaverse().linksOf(id);
    is_contributor_lost_ = false;
    for (const EngineConnector& connector : engine_->connectors) {
      if (connector.has_outbound_rules) flowOutTo(connector, *mv, all, all_references);
    }
    // What the object gave that has just been let go is recalled.
    if (!is_contributor_lost_ || !cause_) return;
    if (recompute(id, *cause_).flow != Flow::kChanged) return;
  }
}

void ObjectSync::flowOutTo(const EngineConnector& connector,
                           const MetaverseRow& mv,
                           const std::vector<Link>& all,
                           bool all_references) {
  const MetaverseReferences references(*engine_->store, referenceFlows(mv.lineage));
  const std::vector<std::uint32_t> scope = scopeOf(
      connector.id, Direction::kOutbound, metaverseSource(mv, references), ConnectorObjectId());
  std::optional<std::uint32_t> linking;  // a Provision rule before a mere join
  for (const std::uint32_t index : scope) {
    const RuleFacts& rule = engine_->rules->rule(index);
    if (!links(rule)) continue;
    if (!linking || (rule.link == LinkType::kProvision &&
                     engine_->rules->rule(*linking).link != LinkType::kProvision)) {
      linking = index;
    }
  }
  std::optional<Link> link;
  for (const Link& one : all) {
    if (one.connector == connector.id) link = one;
  }
  bool is_new = false;
  if (!link) {
    if (!linking) return;
    link = joinOutbound(connector, mv, *linking);
    if (!link && engine_->rules->rule(*linking).link == LinkType::kProvision) {
      link = provision(connector, mv, *linking);
      is_new = link.has_value();
    }
    if (!link) return;
    if (revisit_referrers_) references_.revisitReferrers(mv.id);
    all_references = true;
  } else if (linking) {
    const bool still = std::any_of(scope.begin(), scope.end(), [&](std::uint32_t index) {
      return engine_->rules->rule(index).id == link->out_rule;
    });
    if (!still) {
      link->out_rule = engine_->rules->rule(*linking).id;
      engine_->store->metaverse().setLink(*link, engine_->now());
    }
  } else if (link->out_rule.raw() != 0) {
    references_.forgetTarget(mv.id, link->object);
    deprovision(connector, *link);
    return;
  }
  writeWanted(connector, mv, *link, scope, is_new, all_references);
}

std::optional<Link> ObjectSync::joinOutbound(const EngineConnector& connector,
                                             const MetaverseRow& mv,
                                             std::uint32_t rule) {
  const RuleFacts& facts = engine_->rules->rule(rule);
  store::Store& store = *engine_->store;
  for (const rules::JoinKeys& keys : facts.joins) {
    std::vector<ConnectorObjectId> found;
    const std::optional<ValuesView> first =
        directory::findAttribute(mv.record, keys.front().metaverse_attribute);
    if (!first) continue;
    for (const std::int64_t hash : joinHashes(*first)) {
      for (const ConnectorObjectId id : store.metaverse().findDisconnectors(
               connector.id, keys.front().connector_attribute, hash)) {
        const std::optional<ObjectRow> row = store.space().find(id);
        if (!row || row->type != facts.target_type) continue;
        const bool all = std::all_of(keys.begin(), keys.end(), [&](const rules::JoinKey& key) {
          const auto theirs = directory::findAttribute(row->image, key.connector_attribute);
          const auto mine = directory::findAttribute(mv.record, key.metaverse_attribute);
          return mine && theirs && matches(key, *theirs, *mine);
        });
        if (all) found.push_back(id);
      }
    }
    if (trace_ != nullptr) traceJoin(rule, keys, mv.record, rawIds(found));
    if (found.size() != 1) continue;
    traceLink(TracedLink::Kind::kJoinedOut, connector.id, found.front(), mv.id, facts.id);
    const Link link{found.front(), connector.id, mv.id, RuleId(), facts.id};
    store.metaverse().removeDisconnectorKeys(link.object);
    store.metaverse().setLink(link, engine_->now());
    if (store.exports().pending(link.object) == store::PendingOperation::kDelete) {
      store.exports().removePending(link.object);  // wanted again before its deletion was sent
    }
    // What it holds may flow in as well, now that it is linked.
    store.space().addPendingImport(link.object, connector.id, store::PendingImport::kRetry);
    return link;
  }
  return std::nullopt;
}

std::optional<Link> ObjectSync::provision(const EngineConnector& connector,
                                          const MetaverseRow& mv,
                                          std::uint32_t rule) {
  store::Store& store = *engine_->store;
  const RuleFacts& facts = engine_->rules->rule(rule);
  const MetaverseReferences references(store, referenceFlows(mv.lineage));
  const rules::SourceObject source = metaverseSource(mv, references);
  const std::vector<std::uint32_t> scope =
      scopeOf(connector.id, Direction::kOutbound, source, ConnectorObjectId());
  engine_->rules->flowOut(
      *evaluation_, connector.id, source, scope, {}, /*creating=*/true, result_);
  traceFlow(Direction::kOutbound, connector.id, mv.id, /*creating=*/true, {});
  if (result_.error) {
    if (cause_) fail(*cause_, *result_.error);
    return std::nullopt;
  }
  if (result_.dn.empty()) {
    if (cause_) {
      fail(*cause_,
           {"sync-rule-flow-provisioning-failed",
            "rule \"" + facts.name + "\" provisions an object of " + connector.name +
                " but no rule in scope gives it a dn; add a mapping with the target dn",
            facts.id});
    }
    return std::nullopt;
  }
  ConnectorObjectId object;
  if (const auto holder = store.space().findByDn(connector.id, result_.dn)) {
    const std::optional<Link> other = store.metaverse().linkOf(*holder);
    if (other && other->mv != mv.id) {
      if (cause_) {
        fail(*cause_,
             {"sync-rule-flow-provisioning-failed",
              "an object of " + connector.name + " with the dn " + result_.dn +
                  " is linked to another metaverse object; two objects have the same source anchor",
              facts.id});
      }
      return std::nullopt;
    }
    object = *holder;
    store.metaverse().removeDisconnectorKeys(object);
    if (store.exports().pending(object) == store::PendingOperation::kDelete)
      store.exports().removePending(object);
    store.space().addPendingImport(object, connector.id, store::PendingImport::kRetry);
  } else {
    object = store.space().insert({connector.id,
                                   facts.target_type,
                                   store::ObjectState::kProvisioned,
                                   {},
                                   result_.dn,
                                   std::nullopt,
                                   {}});
  }
  traceLink(TracedLink::Kind::kProvisioned, connector.id, object, mv.id, facts.id);
  const Link link{object, connector.id, mv.id, RuleId(), facts.id};
  store.metaverse().setLink(link, engine_->now());
  recorder_->count(counter(connector, "provisioned-add-flow"), object, result_.dn);
  return link;
}

void ObjectSync::deprovision(const EngineConnector& connector, const Link& link) {
  const RuleFacts* const rule = engine_->rules->findRule(link.out_rule);
  // A rule that is gone: what it made goes too.
  const bool provisioned = rule == nullptr || rule->link == LinkType::kProvision;
  store::Store& store = *engine_->store;
  store.metaverse().removeLink(link.object);
  store.exports().removeWanted(link.object);
  store.exports().removePending(link.object);
  const std::optional<ObjectRow> row = store.space().find(link.object);
  if (!row) return;
  is_contributor_lost_ = is_contributor_lost_ || (row->has_image && !is_mv_going_);
  traceLink(provisioned ? TracedLink::Kind::kDeprovisioned : TracedLink::Kind::kDisconnected,
            connector.id,
            row->id,
            link.mv,
            link.out_rule);
  for (const store::ExportReferenceRow& reference : store.exports().references(row->id)) {
    store.exports().removeReference(row->id, reference.attribute, reference.target);
  }
  if (!provisioned) {
    becomeDisconnector(*row);
    recorder_->count(counter(connector, "provisioned-disconnect"), row->id, row->dn);
    return;
  }
  recorder_->count(counter(connector, "provisioned-disconnect"), row->id, row->dn);
  // An add that was never answered, or answered with an error that came behind it, may have made
  // the object.
  const bool is_unanswered = store.exports().hasOpenIntent(row->id);
  if (!targets_.existsInDirectory(*row) && !is_unanswered && row->anchor.empty()) {
    store.space().remove(row->id);  // never reached the directory
    return;
  }
  becomeDisconnector(*row);
  const std::optional<store::UnconfirmedRow> sent = store.exports().unconfirmed(row->id);
  const bool is_deleted = sent && sent->operation == store::PendingOperation::kDelete;
  if (!is_deleted || is_unanswered) {
    store.exports().setPending(row->id, connector.id, store::PendingOperation::kDelete);
    recordDeprovisioned(*row, link);
  }
}

void ObjectSync::writeWanted(const EngineConnector& connector,
                             const MetaverseRow& mv,
                             const Link& link,
                             const std::vector<std::uint32_t>& scope,
                             bool is_new,
                             bool all_references) {
  store::Store& store = *engine_->store;
  const MetaverseReferences references(store, referenceFlows(mv.lineage));
  const std::optional<store::WantedRow> before = store.exports().wanted(link.object);
  engine_->rules->flowOut(*evaluation_,
                          connector.id,
                          metaverseSource(mv, references),
                          scope,
                          before ? std::string_view(before->image) : std::string_view(),
                          is_new,
                          result_);
  traceFlow(Direction::kOutbound,
            connector.id,
            mv.id,
            is_new,
            before ? std::string_view(before->image) : std::string_view());
  if (result_.error) {
    if (cause_) fail(*cause_, *result_.error);
    return;
  }
  if (before) keepReferenceFlows(result_, before->lineage, {});
  const std::string image = before ? withRecalled(before->image, result_.record) : result_.record;
  const std::string lineage = encodeLineage(result_.lineage, result_.references);
  if (!before || before->image != image || before->lineage != lineage) {
    store.exports().setWanted(link.object, image, lineage);
    const std::optional<ObjectRow> row = store.space().find(link.object);
    recorder_->count(
        counter(connector, "connector-flow"), link.object, row ? row->dn : std::string());
    if (!before && row) targets_.learnStored(*row, {});
  }
  targets_.refreshPending(link.object);
  if (before) {  // an attribute that no rule feeds any more loses the references we gave it
    for (const rules::ReferenceFlow& old : referenceFlows(before->lineage)) {
      const bool kept =
          std::any_of(result_.references.begin(),
                      result_.references.end(),
                      [&](const rules::ReferenceFlow& flow) { return flow.target == old.target; });
      if (!kept) references_.recompute(link.object, old.target, {});
    }
  }
  if (!all_references) return;
  for (const Link& source : store.metaverse().linksOf(mv.id)) {
    if (source.object != link.object)
      store.space().addPendingImport(source.object, source.connector, kAllReferences);
  }
}

}  // namespace tandem::sync
