// SPDX-License-Identifier: Apache-2.0
#include "sync/full_evaluation.h"

#include <algorithm>

#include "directory/delta.h"
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

// References from the snapshot. An expression that wants to see the values themselves needs the
// store, and then the whole object is left to the slower way.
class FullEvaluation::References : public rules::ReferenceReader {
 public:
  References(const LinkSnapshot& links, ConnectorObjectId object)
      : links_(&links), object_(object) {}
  References(const LinkSnapshot& links, const std::vector<rules::ReferenceFlow>& flows)
      : links_(&links), flows_(&flows) {}

  std::uint32_t count(AttributeId attribute) const override {
    if (flows_ == nullptr) return links_->referenceCount(object_, attribute);
    std::uint32_t total = 0;
    for (const rules::ReferenceFlow& flow : *flows_) {
      if (flow.target == attribute)
        total += links_->referenceCount(flow.source, flow.source_attribute);
    }
    return total;
  }
  std::vector<std::string> values(AttributeId, std::size_t) const override {
    needs_store_ = true;
    return {};
  }
  bool isMemberOf(std::string_view group_dn) const override {
    return flows_ == nullptr && links_->isMemberOf(object_, group_dn);
  }
  bool needsStore() const { return needs_store_; }

 private:
  const LinkSnapshot* links_;
  ConnectorObjectId object_;
  const std::vector<rules::ReferenceFlow>* flows_ = nullptr;
  mutable bool needs_store_ = false;
};

FullEvaluation::FullEvaluation(const Engine& engine,
                               const LinkSnapshot& links,
                               store::Store& reader)
    : engine_(&engine),
      links_(&links),
      reader_(&reader),
      evaluation_(engine.rules->newEvaluation()),
      join_attributes_(engine.rules->joinAttributes()) {}

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
  const References references(*links_, object.id);
  rules::SourceObject source{object.type, object.dn, object.image, object.image, &references};
  evaluateNew(object, source, plan);
  if (references.needsStore()) plan.kind = Kind::kDecide;
}

void FullEvaluation::evaluateNew(const store::ObjectView& object,
                                 const rules::SourceObject& source,
                                 ObjectPlan& plan) {
  const auto scope =
      engine_->rules->inScope(*evaluation_, object.connector, Direction::kInbound, source);
  scope_.assign(scope.begin(), scope.end());
  const RuleFacts* projecting = nullptr;
  for (const std::uint32_t index : scope_) {
    const RuleFacts& rule = engine_->rules->rule(index);
    bool has_value = rule.joins.empty();
    for (const rules::JoinKeys& keys : rule.joins) {
      for (const rules::JoinKey& key : keys) {
        const std::optional<ValuesView> values =
            directory::findAttribute(object.image, key.connector_attribute);
        if (!values) continue;
        has_value = true;
        if (&key != &keys.front()) continue;
        joinHashesInto(*values, hashes_);
        for (const std::int64_t hash : hashes_)
          plan.join_hashes.emplace_back(key.metaverse_attribute, hash);
      }
    }
    if (projecting == nullptr && rule.link == LinkType::kProvision && has_value) projecting = &rule;
  }
  if (projecting == nullptr) {  // a disconnector, or one that joins: not many
    plan.kind = Kind::kDecide;
    return;
  }
  const rules::Contributor contributor{object.id, object.connector, source, scope_};
  engine_->rules->flowIn(*evaluation_, std::span(&contributor, 1), {}, /*creating=*/true, result_);
  if (result_.error) {
    plan.kind = Kind::kDecide;
    return;
  }
  plan.kind = Kind::kNew;
  plan.rule = projecting->id;
  plan.mv_type = projecting->target_type;
  plan.record.swap(result_.record);
  plan.lineage = encodeLineage(result_.lineage, result_.references);
  plan.references = result_.references;
  for (const AttributeId attribute : join_attributes_) {
    const std::optional<ValuesView> values = directory::findAttribute(plan.record, attribute);
    if (!values) continue;
    joinHashesInto(*values, hashes_);
    for (const std::int64_t hash : hashes_)
      plan.keys.emplace_back(attribute, hash);
  }
  if (!evaluateOut({}, plan.record, plan)) plan.kind = Kind::kDecide;
}

// A contributor with everything that its views point into.
struct FullEvaluation::Source {
  store::ObjectRow row;
  std::string effective;  // the image as if what is in flight had arrived
  std::unique_ptr<References> references;
  std::vector<std::uint32_t> scope;
};

// False when a link has lost the rule that made it, or nothing keeps the metaverse object alive.
bool FullEvaluation::gather(const store::ObjectView& object,
                            const std::vector<Link>& links,
                            std::vector<Source>& sources,
                            std::vector<rules::Contributor>& contributors) {
  bool alive = false;
  sources.reserve(links.size());  // the views point into it
  for (const Link& link : links) {
    Source& source = sources.emplace_back();
    if (link.object == object.id) {
      source.row = {object.id,
                    object.connector,
                    object.type,
                    object.state,
                    {},
                    std::string(object.dn),
                    std::string(object.image),
                    true};
    } else {
      std::optional<store::ObjectRow> row = reader_->space().find(link.object);
      if (!row || !row->has_image) {
        sources.pop_back();
        continue;
      }
      source.row = *std::move(row);
    }
    source.references = std::make_unique<References>(*links_, link.object);
    if (links_->isInFlight(link.object)) {
      if (const auto wanted = reader_->exports().wanted(link.object)) {
        source.effective = directory::applyDelta(source.row.image, wanted->image);
      }
    }
    const std::string& image = source.effective.empty() ? source.row.image : source.effective;
    const rules::SourceObject view{
        source.row.type, source.row.dn, image, source.row.image, source.references.get()};
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
    contributors.push_back({source.row.id, link.connector, view, source.scope});
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
  const std::vector<Link> all = links_->linksOf(link.mv);
  const std::optional<store::MetaverseRow> mv = reader_->metaverse().find(link.mv);
  if (!mv) return;
  std::vector<Source> sources;
  std::vector<rules::Contributor> contributors;
  if (!gather(object, all, sources, contributors)) return;
  engine_->rules->flowIn(*evaluation_, contributors, mv->record, /*creating=*/false, result_);
  if (result_.error) return;
  for (const Source& source : sources) {
    if (source.references->needsStore()) return;
  }
  plan.mv = link.mv;
  plan.mv_type = mv->type;
  plan.record.swap(result_.record);
  plan.lineage = encodeLineage(result_.lineage, result_.references);
  plan.references = result_.references;
  plan.is_record_changed = plan.record != mv->record || plan.lineage != mv->lineage;
  if (plan.is_record_changed && changesKeys(mv->record, plan.record)) return;
  if (!evaluateOut(all, plan.record, plan)) return;
  bool changed = plan.is_record_changed;
  for (std::size_t i = 0; i < plan.out_count; ++i)
    changed = changed || plan.out[i].is_changed;
  plan.kind = changed ? Kind::kChanged : Kind::kUnchanged;
}

bool FullEvaluation::evaluateOut(const std::vector<Link>& links,
                                 std::string_view record,
                                 ObjectPlan& plan) {
  const References references(*links_, plan.references);
  rules::SourceObject source{plan.mv_type, {}, record, record, &references};
  for (const EngineConnector& connector : engine_->connectors) {
    if (!connector.has_outbound_rules) continue;
    const Link* link = nullptr;
    for (const Link& one : links) {
      if (one.connector == connector.id) link = &one;
    }
    if (!evaluateOutTo(connector, link, source, plan)) return false;
  }
  return !references.needsStore();
}

bool FullEvaluation::evaluateOutTo(const EngineConnector& connector,
                                   const Link* link,
                                   const rules::SourceObject& source,
                                   ObjectPlan& plan) {
  const auto scope =
      engine_->rules->inScope(*evaluation_, connector.id, Direction::kOutbound, source);
  scope_.assign(scope.begin(), scope.end());
  const RuleFacts* provisioning = nullptr;
  bool links_by_join = false;
  const RuleFacts* still = nullptr;  // the rule that made the link, when it applies as before
  for (const std::uint32_t index : scope_) {
    const RuleFacts& rule = engine_->rules->rule(index);
    if (rule.link == LinkType::kProvision && provisioning == nullptr) provisioning = &rule;
    links_by_join = links_by_join || !rule.joins.empty();
    if (link != nullptr && rule.id == link->out_rule) still = &rule;
  }
  if (link == nullptr && provisioning == nullptr) return !links_by_join;
  if (link != nullptr && still == nullptr) return false;  // relink, or deprovision
  std::optional<store::WantedRow> before;
  if (link != nullptr) before = reader_->exports().wanted(link->object);
  if (link != nullptr && !before) return false;
  engine_->rules->flowOut(*evaluation_,
                          connector.id,
                          source,
                          scope_,
                          before ? std::string_view(before->image) : std::string_view(),
                          link == nullptr,
                          result_);
  if (result_.error || (link == nullptr && result_.dn.empty())) return false;
  OutboundPlan& out = plan.addOut();
  out.connector = &connector;
  out.references = result_.references;
  out.lineage = encodeLineage(result_.lineage, result_.references);
  if (link == nullptr) {
    out.type = provisioning->target_type;
    out.rule = provisioning->id;
    out.dn.swap(result_.dn);
    out.is_changed = true;
  } else {
    out.object = link->object;
    out.type = still->target_type;
    out.is_changed = out.lineage != before->lineage || result_.record != before->image;
    // A value, or a set of references, that is to be taken back: the slower way knows how.
    if (out.is_changed) {
      directory::RecordReader old_reader(before->image);
      while (const auto old = old_reader.next()) {
        if (!directory::findAttribute(result_.record, old->id)) return false;
      }
      for (const rules::ReferenceFlow& old : referenceFlows(before->lineage)) {
        const bool kept = std::any_of(
            out.references.begin(), out.references.end(), [&](const rules::ReferenceFlow& flow) {
              return flow.target == old.target;
            });
        if (!kept) return false;
      }
    }
  }
  out.image.swap(result_.record);
  return true;
}

}  // namespace tandem::sync
