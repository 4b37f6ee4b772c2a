// SPDX-License-Identifier: Apache-2.0
#include "sync/object_sync.h"

#include <algorithm>

#include "directory/delta.h"
#include "sync/join_key.h"
#include "sync/lineage.h"
#include "sync/reference_reader.h"

namespace tandem::sync {

using directory::ValuesView;
using rules::Direction;
using rules::LinkType;
using rules::RuleFacts;
using store::Link;
using store::MetaverseRow;
using store::ObjectRow;
using store::PendingImport;

namespace {

bool contains(const std::vector<std::uint32_t>& scope, const rules::RuleSet& rules, RuleId id) {
  return std::any_of(
      scope.begin(), scope.end(), [&](std::uint32_t index) { return rules.rule(index).id == id; });
}

bool keepsAlive(LinkType type) {
  return type == LinkType::kProvision || type == LinkType::kStickyJoin;
}

}  // namespace

// The views that a flow reads point into this, so it must not move while it is used.
struct ObjectSync::Source {
  ObjectRow row;
  std::string effective;  // the image as if what is pending or unconfirmed had arrived
  std::unique_ptr<ObjectReferences> references;
  std::vector<std::uint32_t> scope;

  rules::SourceObject view() const {
    rules::SourceObject object;
    object.type = row.type;
    object.dn = row.dn;
    object.record = effective.empty() ? std::string_view(row.image) : std::string_view(effective);
    object.imported = row.image;
    object.references = references.get();
    return object;
  }
};

ObjectSync::ObjectSync(const Engine& engine, StepRecorder& recorder, bool revisit_referrers)
    : engine_(&engine),
      recorder_(&recorder),
      revisit_referrers_(revisit_referrers),
      targets_(engine),
      references_(engine),
      computed_(engine),
      evaluation_(engine.rules->newEvaluation(engine.surroundings())),
      join_attributes_(engine.rules->joinAttributes()) {}

ObjectSync::~ObjectSync() = default;

void ObjectSync::finish(const ObjectRow& row, std::uint32_t left) {
  // The way out may have asked for a comparison of all references of this very object.
  left |= engine_->store->space().pendingImport(row.id) & kAllReferences;
  engine_->store->space().clearPendingImport(row.id);
  if (left != 0) engine_->store->space().addPendingImport(row.id, row.connector, left);
}

void ObjectSync::fail(const ObjectRow& row, const rules::FlowError& error) {
  recorder_->countOnly("flow-failure", 1);
  recorder_->problem(
      {row.id, row.dn, store::ErrorPhase::kSynchronization, error.type, {}, error.message});
}

ObjectSync::Source ObjectSync::sourceOf(const ObjectRow& row) {
  Source source;
  source.row = row;
  source.references = std::make_unique<ObjectReferences>(*engine_->store, row.connector, row.id);
  // An inbound flow reads what was exported, or is about to be, as if it were there already.
  store::Exports& exports = engine_->store->exports();
  if (exports.pending(row.id) || exports.unconfirmed(row.id)) {
    const std::optional<store::WantedRow> wanted = exports.wanted(row.id);
    if (wanted) source.effective = directory::applyDelta(row.image, wanted->image);
  }
  return source;
}

std::vector<std::uint32_t> ObjectSync::inboundScope(const ObjectRow& row) {
  const Source source = sourceOf(row);
  return scopeOf(row.connector, Direction::kInbound, source.view(), row.id);
}

void ObjectSync::synchronize(ConnectorObjectId id, std::uint32_t what) {
  store::Store& store = *engine_->store;
  const std::optional<ObjectRow> row = store.space().find(id);
  if (!row) {
    store.space().clearPendingImport(id);
    return;
  }
  cause_ = row;
  is_cause_gone_ = (what & PendingImport::kDelete) != 0;
  if ((what & (PendingImport::kDelete | PendingImport::kRename)) != 0)
    computed_.wakeReferrers(id, row->connector);
  if ((what & PendingImport::kDelete) != 0) {
    synchronizeDeleted(*row);
    return;
  }
  if (!row->has_image) {  // a placeholder, or provisioned and not seen yet: nothing to flow from
    finish(*row, what & PendingImport::kReferences);
    return;
  }
  const std::vector<std::uint32_t> scope = inboundScope(*row);
  const std::optional<Link> link = store.metaverse().linkOf(id);
  if (link) {
    synchronizeLinked(*row, *link, scope, what);
  } else {
    synchronizeUnlinked(*row, scope, /*was_linked=*/false);
  }
}

void ObjectSync::synchronizeDeleted(const ObjectRow& row) {
  store::Store& store = *engine_->store;
  const std::optional<Link> link = store.metaverse().linkOf(row.id);
  const std::vector<store::ConnectorSpace::Referrer> referrers = store.space().referrers(row.id);
  if (!link) {
    store.space().remove(row.id);
    recorder_->countOnly("disconnector-remains", 1);
    return;
  }
  // Those who refer to it lose the reference. Looked at before the row goes, while it is linked.
  for (const auto& referrer : referrers) {
    store.space().removeReference(referrer.owner, referrer.attribute, row.id);
    references_.sourceChanged(referrer.owner, referrer.attribute, row.id);
  }
  store.metaverse().removeLink(row.id);
  store.space().remove(row.id);
  const MetaverseChange change = recompute(link->mv, row);
  recorder_->count(
      change.flow == Flow::kRemoved ? "connector-delete-remove-mv" : "connector-delete-leave-mv",
      row.id,
      row.dn);
  if (change.flow != Flow::kRemoved) flowOut(link->mv, /*all_references=*/true);
}

bool ObjectSync::keepsLink(const ObjectRow& row,
                           Link& link,
                           const std::vector<std::uint32_t>& scope) {
  if (link.in_rule.raw() == 0 || contains(scope, *engine_->rules, link.in_rule)) return true;
  // The rule that made the link does not apply any more. Another one that would make the same link
  // now takes its place, so that replacing a rule does not tear objects apart.
  for (const std::uint32_t index : scope) {
    const RuleFacts& rule = engine_->rules->rule(index);
    bool same = rule.link == LinkType::kProvision;
    for (const rules::JoinKeys& keys : rule.joins) {
      if (same) break;
      const std::vector<MetaverseObjectId> found = candidates(keys, row.image, rule.target_type);
      same = found.size() == 1 && found.front() == link.mv;
    }
    if (!same) continue;
    link.in_rule = rule.id;
    engine_->store->metaverse().setLink(link, engine_->now());
    return true;
  }
  return false;
}

void ObjectSync::synchronizeLinked(const ObjectRow& row,
                                   Link link,
                                   const std::vector<std::uint32_t>& scope,
                                   std::uint32_t what) {
  store::Store& store = *engine_->store;
  if (!keepsLink(row, link, scope)) {
    if (link.out_rule.raw() != 0) {
      link.in_rule = RuleId();
      store.metaverse().setLink(link, engine_->now());
    } else {
      traceLink(TracedLink::Kind::kLost, row.connector, row.id, link.mv, link.in_rule);
      store.metaverse().removeLink(row.id);
      const MetaverseChange change = recompute(link.mv, row);
      if (change.flow != Flow::kRemoved) flowOut(link.mv, /*all_references=*/true);
      recorder_->count(change.flow == Flow::kRemoved ? "connector-filtered-remove-mv"
                                                     : "connector-filtered-leave-mv",
                       row.id,
                       row.dn);
      synchronizeUnlinked(row, scope, /*was_linked=*/true);
      return;
    }
  }
  traceLink(TracedLink::Kind::kKept, row.connector, row.id, link.mv, link.in_rule);
  const MetaverseChange change = recompute(link.mv, row);
  std::uint32_t left = what & (PendingImport::kReferences | kAllReferences);
  if (change.references_changed) left |= kAllReferences;
  switch (change.flow) {
    case Flow::kChanged:
      recorder_->count("connector-flow", row.id, row.dn);
      flowOut(link.mv, /*all_references=*/false);
      break;
    case Flow::kUnchanged:
      recorder_->countOnly("connector-no-flow", 1);
      flowOut(link.mv, /*all_references=*/false);
      break;
    case Flow::kRemoved:
      recorder_->count("connector-flow-remove-mv", row.id, row.dn);
      if (store.space().find(row.id)) becomeDisconnector(row);
      left = 0;
      break;
    case Flow::kFailed:
      left |= PendingImport::kRetry;
      break;
  }
  if (store.space().find(row.id)) finish(row, left);
}

void ObjectSync::synchronizeUnlinked(const ObjectRow& row,
                                     const std::vector<std::uint32_t>& scope,
                                     bool was_linked) {
  store::Store& store = *engine_->store;
  const JoinOutcome join = findJoin(row, scope);
  if (join.failed) {
    finish(row, PendingImport::kRetry);
    return;
  }
  if (join.mv) {
    traceLink(TracedLink::Kind::kJoined, row.connector, row.id, *join.mv, join.rule);
    store.metaverse().removeDisconnectorKeys(row.id);
    store.metaverse().setLink({row.id, row.connector, *join.mv, join.rule, RuleId()},
                              engine_->now());
    const MetaverseChange change = recompute(*join.mv, row);
    if (change.flow == Flow::kFailed) {
      store.metaverse().removeLink(row.id);
      finish(row, PendingImport::kRetry);
      return;
    }
    recorder_->count(
        change.flow == Flow::kChanged ? "disconnector-joined-flow" : "disconnector-joined-no-flow",
        row.id,
        row.dn);
    if (revisit_referrers_) references_.revisitReferrers(*join.mv);
    flowOut(*join.mv, /*all_references=*/false);
    finish(row, kAllReferences);
    return;
  }
  if (const std::optional<std::uint32_t> rule = projectingRule(row, scope)) {
    const MetaverseObjectId mv = project(row, *rule);
    if (mv.raw() == 0) {
      finish(row, PendingImport::kRetry);
      return;
    }
    traceLink(
        TracedLink::Kind::kProjected, row.connector, row.id, mv, engine_->rules->rule(*rule).id);
    store.metaverse().removeDisconnectorKeys(row.id);
    recorder_->count("disconnector-projected-flow", row.id, row.dn);
    flowOut(mv, /*all_references=*/false);
    finish(row, kAllReferences);
    return;
  }
  traceLink(TracedLink::Kind::kDisconnector, row.connector, row.id, MetaverseObjectId(), RuleId());
  if (!was_linked)
    recorder_->countOnly(scope.empty() ? "disconnector-filtered" : "disconnector-remains", 1);
  becomeDisconnector(row);
  finish(row, 0);
}

ObjectSync::JoinOutcome ObjectSync::findJoin(const ObjectRow& row,
                                             const std::vector<std::uint32_t>& scope) {
  for (const std::uint32_t index : scope) {
    const RuleFacts& rule = engine_->rules->rule(index);
    for (const rules::JoinKeys& keys : rule.joins) {
      const std::vector<MetaverseObjectId> found = candidates(keys, row.image, rule.target_type);
      if (trace_ != nullptr) traceJoin(index, keys, row.image, rawIds(found));
      if (found.size() != 1) continue;  // none, or no unique one: the next group decides
      for (const Link& link : engine_->store->metaverse().linksOf(found.front())) {
        if (link.connector != row.connector) continue;
        traceTaken();
        const std::optional<ObjectRow> other = engine_->store->space().find(link.object);
        fail(row,
             {"ambiguous-import-flow-from-multiple-connectors",
              "rule \"" + rule.name + "\" would join it to the metaverse object that " +
                  (other ? other->dn : std::string("another object")) +
                  " of the same connector is joined to; give one of the two another value of the "
                  "attribute "
                  "that joins",
              rule.id});
        return {std::nullopt, rule.id, /*failed=*/true};
      }
      return {found.front(), rule.id, false};
    }
  }
  return {};
}

std::vector<MetaverseObjectId> ObjectSync::candidates(const rules::JoinKeys& keys,
                                                      std::string_view record,
                                                      ObjectTypeId mv_type) {
  std::vector<MetaverseObjectId> found;
  if (keys.empty()) return found;
  const std::optional<ValuesView> first =
      directory::findAttribute(record, keys.front().connector_attribute);
  if (!first) return found;  // an absent value never matches
  for (const std::int64_t hash : joinHashes(*first)) {
    for (const MetaverseObjectId id : engine_->store->metaverse().findByKey(
             keys.front().metaverse_attribute, hash, /*limit=*/16)) {
      if (std::find(found.begin(), found.end(), id) != found.end()) continue;
      const std::optional<MetaverseRow> mv = engine_->store->metaverse().find(id);
      if (!mv || (mv_type.raw() != 0 && mv->type != mv_type)) continue;
      const bool all = std::all_of(keys.begin(), keys.end(), [&](const rules::JoinKey& key) {
        const auto mine = directory::findAttribute(record, key.connector_attribute);
        const auto theirs = directory::findAttribute(mv->record, key.metaverse_attribute);
        return mine && theirs && matches(key, *mine, *theirs);
      });
      if (all) found.push_back(id);
    }
  }
  return found;
}

std::optional<std::uint32_t> ObjectSync::projectingRule(const ObjectRow& row,
                                                        const std::vector<std::uint32_t>& scope) {
  for (const std::uint32_t index : scope) {
    const RuleFacts& rule = engine_->rules->rule(index);
    if (rule.link != LinkType::kProvision) continue;
    if (rule.joins.empty()) return index;
    for (const rules::JoinKeys& keys : rule.joins) {
      for (const rules::JoinKey& key : keys) {
        if (directory::findAttribute(row.image, key.connector_attribute)) return index;
      }
    }
  }
  return std::nullopt;
}

MetaverseObjectId ObjectSync::project(const ObjectRow& row, std::uint32_t rule) {
  store::Metaverse& metaverse = engine_->store->metaverse();
  const RuleFacts& facts = engine_->rules->rule(rule);
  Source source = sourceOf(row);
  source.scope = scopeOf(row.connector, Direction::kInbound, source.view(), row.id);
  const rules::Contributor contributor{row.id, row.connector, source.view(), source.scope};
  engine_->rules->flowIn(*evaluation_, std::span(&contributor, 1), {}, /*creating=*/true, result_);
  traceFlow(Direction::kInbound, ConnectorId(), MetaverseObjectId(), /*creating=*/true, {});
  if (result_.error) {
    fail(row, *result_.error);
    return MetaverseObjectId();
  }
  computed_.place(result_, {});
  const MetaverseObjectId mv = metaverse.insert(
      facts.target_type, result_.record, encodeLineage(result_.lineage, result_.references));
  metaverse.setLink({row.id, row.connector, mv, facts.id, RuleId()}, engine_->now());
  updateKeys(mv, {}, result_.record);
  return mv;
}

ObjectSync::MetaverseChange ObjectSync::recompute(MetaverseObjectId id, const ObjectRow& cause) {
  store::Store& store = *engine_->store;
  MetaverseChange change;
  const std::optional<MetaverseRow> mv = store.metaverse().find(id);
  if (!mv) return change;
  std::vector<std::unique_ptr<Source>> sources;
  std::vector<rules::Contributor> contributors;
  bool alive = false;
  for (const Link& link : store.metaverse().linksOf(id)) {
    std::optional<ObjectRow> row = store.space().find(link.object);
    if (!row || !row->has_image) continue;
    sources.push_back(std::make_unique<Source>(sourceOf(*row)));
    Source& source = *sources.back();
    source.scope = scopeOf(row->connector, Direction::kInbound, source.view(), row->id);
    for (const std::uint32_t index : source.scope)
      alive = alive || keepsAlive(engine_->rules->rule(index).link);
    contributors.push_back({row->id, row->connector, source.view(), source.scope});
  }
  if (!alive) {
    traceLink(TracedLink::Kind::kRemoved, cause.connector, cause.id, id, RuleId());
    removeMetaverseObject(*mv);
    change.flow = Flow::kRemoved;
    return change;
  }
  engine_->rules->flowIn(*evaluation_, contributors, mv->record, /*creating=*/false, result_);
  traceFlow(Direction::kInbound, ConnectorId(), id, /*creating=*/false, mv->record);
  if (result_.error) {
    fail(cause, *result_.error);
    change.flow = Flow::kFailed;
    return change;
  }
  keepReferenceFlows(result_, mv->lineage, contributors);
  const std::string lineage = encodeLineage(result_.lineage, result_.references);
  const bool is_same = result_.record == mv->record && lineage == mv->lineage;
  if (!is_same || !result_.computed.empty())
    change.references_changed = computed_.place(result_, referenceFlows(mv->lineage));
  if (is_same) return change;
  change.flow = Flow::kChanged;
  const auto same = [](const rules::ReferenceFlow& a, const rules::ReferenceFlow& b) {
    return a.target == b.target && a.source == b.source && a.source_attribute == b.source_attribute;
  };
  const std::vector<rules::ReferenceFlow> before = referenceFlows(mv->lineage);
  change.references_changed =
      change.references_changed ||
      !std::equal(
          before.begin(), before.end(), result_.references.begin(), result_.references.end(), same);
  const std::string record = result_.record;
  store.metaverse().update(id, record, lineage);
  updateKeys(id, mv->record, record);
  return change;
}

void ObjectSync::removeMetaverseObject(const MetaverseRow& mv) {
  store::Store& store = *engine_->store;
  is_mv_going_ = true;
  for (const Link& link : store.metaverse().linksOf(mv.id)) {
    const EngineConnector* connector = engine_->find(link.connector);
    if (link.out_rule.raw() != 0 && connector != nullptr) {
      references_.forgetTarget(mv.id, link.object, cause_ ? cause_->id : ConnectorObjectId());
      deprovision(*connector, link);
      continue;
    }
    store.metaverse().removeLink(link.object);
    if (const std::optional<ObjectRow> row = store.space().find(link.object))
      becomeDisconnector(*row);
  }
  is_mv_going_ = false;
  updateKeys(mv.id, mv.record, {});
  store.metaverse().remove(mv.id);
}

void ObjectSync::updateKeys(MetaverseObjectId mv, std::string_view before, std::string_view after) {
  std::vector<std::int64_t> old_hashes;
  std::vector<std::int64_t> new_hashes;
  bool changed = false;
  for (const AttributeId attribute : join_attributes_) {
    const std::optional<ValuesView> old_values = directory::findAttribute(before, attribute);
    const std::optional<ValuesView> new_values = directory::findAttribute(after, attribute);
    if (!old_values && !new_values) continue;
    if (old_values && new_values && *old_values == *new_values) continue;
    changed = true;
    old_hashes.clear();
    new_hashes.clear();
    if (old_values) joinHashesInto(*old_values, old_hashes);
    if (new_values) joinHashesInto(*new_values, new_hashes);
    for (const std::int64_t hash : old_hashes)
      engine_->store->metaverse().removeKey(attribute, hash, mv);
    for (const std::int64_t hash : new_hashes)
      engine_->store->metaverse().addKey(attribute, hash, mv);
  }
  if (changed && !after.empty()) wakeDisconnectors(before, after);
}

void ObjectSync::wakeDisconnectors(std::string_view before, std::string_view after) {
  store::Store& store = *engine_->store;
  for (const std::uint32_t index : engine_->rules->inboundJoins()) {
    const RuleFacts& rule = engine_->rules->rule(index);
    for (const rules::JoinKeys& keys : rule.joins) {
      const rules::JoinKey& key = keys.front();
      const std::optional<ValuesView> values =
          directory::findAttribute(after, key.metaverse_attribute);
      const std::optional<ValuesView> old_values =
          directory::findAttribute(before, key.metaverse_attribute);
      if (!values || (old_values && *old_values == *values)) continue;
      for (const std::int64_t hash : joinHashes(*values)) {
        for (const ConnectorObjectId id :
             store.metaverse().findDisconnectors(rule.connector, key.connector_attribute, hash)) {
          store.space().addPendingImport(id, rule.connector, PendingImport::kRetry);
        }
      }
    }
  }
}

void ObjectSync::becomeDisconnector(const ObjectRow& row) {
  store::Metaverse& metaverse = engine_->store->metaverse();
  metaverse.removeDisconnectorKeys(row.id);
  for (std::uint32_t index = 0; index < engine_->rules->size(); ++index) {
    const RuleFacts& rule = engine_->rules->rule(index);
    if (rule.connector != row.connector) continue;
    for (const rules::JoinKeys& keys : rule.joins) {
      const std::optional<ValuesView> values =
          directory::findAttribute(row.image, keys.front().connector_attribute);
      if (!values) continue;
      for (const std::int64_t hash : joinHashes(*values)) {
        metaverse.addDisconnectorKey(row.connector, keys.front().connector_attribute, hash, row.id);
      }
    }
  }
}

void ObjectSync::synchronizeReferences(ConnectorObjectId id, std::uint32_t what) {
  store::Store& store = *engine_->store;
  const std::optional<ObjectRow> row = store.space().find(id);
  if (!row) {
    store.space().clearPendingImport(id);
    return;
  }
  const std::optional<Link> link = store.metaverse().linkOf(id);
  if (link && (what & kAllReferences) != 0) references_.recompute(link->mv);
  const EngineConnector* connector = engine_->find(row->connector);
  const bool is_target = connector != nullptr && connector->has_outbound_rules;
  bool has_lost_unlinked = false;
  for (const store::ReferenceChangeRow& change : store.space().pendingReferences(id)) {
    if (!link) continue;
    has_lost_unlinked =
        has_lost_unlinked || (!change.added && !store.metaverse().linkOf(change.target));
    references_.sourceChanged(id, change.attribute, change.target);
    if (is_target) references_.targetChanged(id, change.attribute, change.target);
  }
  if (has_lost_unlinked) references_.forgetUnlinked(link->mv);
  store.space().clearPendingReferences(id);
  store.space().clearPendingImport(id);
  if ((what & PendingImport::kRetry) != 0)
    store.space().addPendingImport(id, row->connector, PendingImport::kRetry);
}

}  // namespace tandem::sync
