// SPDX-License-Identifier: Apache-2.0
#include "sync/full_evaluation.h"

#include <algorithm>

#include "directory/delta.h"
#include "sync/computed_references.h"
#include "sync/join_key.h"

namespace tandem::sync {

using directory::ValuesView;
using rules::Direction;
using rules::LinkType;
using rules::RuleFacts;
using store::Link;
using Kind = ObjectPlan::Kind;

OutboundPlan& ObjectPlan::addOut() {
  if (out_count == out.size()) out.emplace_back();
  OutboundPlan& plan = out[out_count++];
  plan.object = ConnectorObjectId();
  plan.is_changed = false;
  plan.references.clear();
  return plan;
}

void ObjectPlan::reset(ConnectorObjectId id) {
  kind = Kind::kSkip;
  object = id;
  mv = MetaverseObjectId();
  is_record_changed = false;
  references.clear();
  join_hashes.clear();
  keys.clear();
  out_count = 0;
}

void ObjectPlan::appendChains(std::vector<ReferenceChain>& chains) const {
  for (std::size_t i = 0; i < out_count; ++i) {
    for (const rules::ReferenceFlow& flow : out[i].references) {
      if (!out[i].connector->traits.of(out[i].type, flow.target).writable) continue;
      for (const rules::ReferenceFlow& in : references) {
        // Each metaverse object is looked at once a contributor; its references once is enough.
        if (in.target != flow.source_attribute || in.source != object) continue;
        chains.push_back({static_cast<std::uint32_t>(out[i].object.raw()),
                          flow.target.raw(),
                          static_cast<std::uint32_t>(in.source.raw()),
                          in.source_attribute.raw()});
      }
    }
  }
}

// A contributor with everything that its views point into. Each place among the contributors has
// rows of its own: they are used together, and in one place stands mostly the same connector.
struct FullEvaluation::Source {
  explicit Source(store::Database& database) : rows(database) {}

  store::OrderedObjects rows;
  store::ObjectView object;
  std::string effective;  // the image as if what is in flight had arrived; empty: nothing is
  SnapshotReferences references;
  std::vector<std::uint32_t> scope;

  rules::SourceObject view() const {
    const std::string_view record = effective.empty() ? object.image : effective;
    return {object.type, object.dn, record, object.image, &references};
  }
};

FullEvaluation::FullEvaluation(const Engine& engine,
                               const LinkSnapshot& links,
                               store::Store& reader)
    : engine_(&engine),
      links_(&links),
      reader_(&reader),
      evaluation_(engine.rules->newEvaluation(engine.surroundings())),
      metaverse_(reader.database()),
      wanted_(reader.database()),
      join_attributes_(engine.rules->joinAttributes()) {}

FullEvaluation::~FullEvaluation() = default;

void FullEvaluation::endBatch() {
  metaverse_.close();
  wanted_.close();
  for (Source& source : sources_)
    source.rows.close();
}

void FullEvaluation::evaluate(const store::ObjectView& object, ObjectPlan& plan) {
  plan.reset(object.id);
  plan.dn = object.dn;
  if (links_->isPendingDelete(object.id)) {
    plan.kind = Kind::kDecide;
    return;
  }
  if (!object.has_image) return;
  const Link* link = links_->linkOf(object.id);
  if (link != nullptr) {
    evaluateLinked(object, *link, plan);
    return;
  }
  const SnapshotReferences references(*links_, object.id);
  const rules::SourceObject source{object.type, object.dn, object.image, object.image, &references};
  evaluateNew(object, source, plan);
  if (references.needsStore()) plan.kind = Kind::kDecide;
}

void FullEvaluation::addJoinHashes(const RuleFacts& rule,
                                   std::string_view image,
                                   ObjectPlan& plan) {
  for (const rules::JoinKeys& keys : rule.joins) {
    if (keys.empty()) continue;
    const rules::JoinKey& key = keys.front();
    const std::optional<ValuesView> values =
        directory::findAttribute(image, key.connector_attribute);
    if (!values) continue;
    joinHashesInto(*values, hashes_);
    for (const std::int64_t hash : hashes_)
      plan.join_hashes.emplace_back(key.metaverse_attribute, hash);
  }
}

namespace {

// A rule that joins projects only what has something to be found by later.
bool hasJoinValue(const RuleFacts& rule, std::string_view image) {
  if (rule.joins.empty()) return true;
  for (const rules::JoinKeys& keys : rule.joins) {
    for (const rules::JoinKey& key : keys) {
      if (directory::findAttribute(image, key.connector_attribute)) return true;
    }
  }
  return false;
}

}  // namespace

void FullEvaluation::evaluateNew(const store::ObjectView& object,
                                 const rules::SourceObject& source,
                                 ObjectPlan& plan) {
  const auto scope =
      engine_->rules->inScope(*evaluation_, object.connector, Direction::kInbound, source);
  scope_.assign(scope.begin(), scope.end());
  const RuleFacts* projecting = nullptr;
  for (const std::uint32_t index : scope_) {
    const RuleFacts& rule = engine_->rules->rule(index);
    addJoinHashes(rule, object.image, plan);
    const bool projects = rule.link == LinkType::kProvision && hasJoinValue(rule, object.image);
    if (projects && projecting == nullptr) projecting = &rule;
  }
  if (projecting == nullptr) {  // a disconnector, or one that joins: not many
    plan.kind = Kind::kDecide;
    return;
  }
  const rules::Contributor contributor{object.id, object.connector, source, scope_};
  engine_->rules->flowIn(*evaluation_, std::span(&contributor, 1), {}, /*creating=*/true, result_);
  if (result_.error || !result_.computed.empty()) {  // the slower way makes links of a text
    plan.kind = Kind::kDecide;
    return;
  }
  plan.kind = Kind::kNew;
  plan.rule = projecting->id;
  plan.mv_type = projecting->target_type;
  plan.record.swap(result_.record);
  lineage_.encode(result_.lineage, result_.references, plan.lineage);
  plan.references = result_.references;
  for (const AttributeId attribute : join_attributes_) {
    const std::optional<ValuesView> values = directory::findAttribute(plan.record, attribute);
    if (!values) continue;
    joinHashesInto(*values, hashes_);
    for (const std::int64_t hash : hashes_)
      plan.keys.emplace_back(attribute, hash);
  }
  all_links_.clear();
  if (!evaluateOut(plan.record, plan)) plan.kind = Kind::kDecide;
}

// False: it has no image, and so nothing to flow.
bool FullEvaluation::readSource(const store::ObjectView& object, const Link& link, Source& source) {
  source.effective.clear();
  if (link.object == object.id) {
    source.object = object;
  } else {
    const std::optional<store::ObjectView> row = source.rows.find(link.object);
    if (!row || !row->has_image) return false;
    source.object = *row;
  }
  source.references = SnapshotReferences(*links_, link.object);
  if (links_->isInFlight(link.object)) {
    if (const auto wanted = wanted_.find(link.object))
      source.effective = directory::applyDelta(source.object.image, wanted->image);
  }
  return true;
}

// False when a link has lost the rule that made it, or nothing keeps the metaverse object alive.
bool FullEvaluation::gather(const store::ObjectView& object) {
  bool alive = false;
  contributors_.clear();
  source_count_ = 0;
  while (sources_.size() < all_links_.size())  // before any view points into it
    sources_.emplace_back(reader_->database());
  for (const Link& link : all_links_) {
    Source& source = sources_[source_count_];
    if (!readSource(object, link, source)) continue;
    ++source_count_;
    const rules::SourceObject view = source.view();
    const auto scope =
        engine_->rules->inScope(*evaluation_, link.connector, Direction::kInbound, view);
    source.scope.assign(scope.begin(), scope.end());
    bool keeps_link = link.in_rule.raw() == 0;
    for (const std::uint32_t index : source.scope) {
      const RuleFacts& rule = engine_->rules->rule(index);
      alive = alive || rule.link == LinkType::kProvision || rule.link == LinkType::kStickyJoin;
      keeps_link = keeps_link || rule.id == link.in_rule;
    }
    if (!keeps_link) return false;
    contributors_.push_back({source.object.id, link.connector, view, source.scope});
  }
  return alive;
}

// Keys are the slower way's business.
bool FullEvaluation::changesKeys(std::string_view before, std::string_view after) const {
  return std::any_of(join_attributes_.begin(), join_attributes_.end(), [&](AttributeId attribute) {
    const auto old_values = directory::findAttribute(before, attribute);
    const auto new_values = directory::findAttribute(after, attribute);
    return old_values.has_value() != new_values.has_value() ||
           (old_values && !(*old_values == *new_values));
  });
}

void FullEvaluation::evaluateLinked(const store::ObjectView& object,
                                    const Link& link,
                                    ObjectPlan& plan) {
  plan.kind = Kind::kDecide;
  links_->linksOf(link.mv, all_links_);
  const std::optional<store::MetaverseRowView> mv = metaverse_.find(link.mv);
  if (!mv || !gather(object)) return;
  engine_->rules->flowIn(*evaluation_, contributors_, mv->record, /*creating=*/false, result_);
  if (result_.error) return;
  for (std::size_t i = 0; i < source_count_; ++i) {
    if (sources_[i].references.needsStore()) return;
  }
  keepReferenceFlows(result_, mv->lineage, contributors_);
  plan.mv = link.mv;
  plan.mv_type = mv->type;
  plan.record.swap(result_.record);
  lineage_.encode(result_.lineage, result_.references, plan.lineage);
  plan.references = result_.references;
  plan.is_record_changed = plan.record != mv->record || plan.lineage != mv->lineage;
  const store::Names& names = engine_->store->names();
  if (!result_.computed.empty() && !ComputedReferences::arePlaced(*reader_, names, result_)) return;
  if (plan.is_record_changed && ComputedReferences::areAmong(names, referenceFlows(mv->lineage)))
    return;
  if (plan.is_record_changed && changesKeys(mv->record, plan.record)) return;
  if (!evaluateOut(plan.record, plan)) return;
  bool changed = plan.is_record_changed;
  for (std::size_t i = 0; i < plan.out_count; ++i)
    changed = changed || plan.out[i].is_changed;
  plan.kind = changed ? Kind::kChanged : Kind::kUnchanged;
}

}  // namespace tandem::sync
