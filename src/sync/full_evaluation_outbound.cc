// SPDX-License-Identifier: Apache-2.0
// From a metaverse object to what is wanted of directories. See full_evaluation.h.
#include <algorithm>

#include "sync/full_evaluation.h"

namespace tandem::sync {

using rules::Direction;
using rules::LinkType;
using rules::RuleFacts;
using store::Link;

bool FullEvaluation::evaluateOut(std::string_view record, ObjectPlan& plan) {
  const SnapshotReferences references(*links_, plan.references);
  const rules::SourceObject source{plan.mv_type, {}, record, record, &references};
  for (const EngineConnector& connector : engine_->connectors) {
    if (!connector.has_outbound_rules) continue;
    const Link* link = nullptr;
    for (const Link& one : all_links_) {
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
  std::optional<store::WantedView> before;
  if (link != nullptr) before = wanted_.find(link->object);
  if (link != nullptr && !before) return false;
  engine_->rules->flowOut(*evaluation_,
                          connector.id,
                          source,
                          scope_,
                          before ? before->image : std::string_view(),
                          link == nullptr,
                          result_);
  if (result_.error) return false;
  if (before) keepReferenceFlows(result_, before->lineage, {});
  OutboundPlan& out = plan.addOut();
  out.connector = &connector;
  out.references = result_.references;
  lineage_.encode(result_.lineage, result_.references, out.lineage);
  if (link == nullptr) return planNew(*provisioning, out);
  out.type = still->target_type;
  return planKnown(*link, *before, out);
}

bool FullEvaluation::planNew(const RuleFacts& rule, OutboundPlan& out) {
  if (result_.dn.empty()) return false;
  out.type = rule.target_type;
  out.rule = rule.id;
  out.dn.swap(result_.dn);
  out.dn_hash = reader_->space().dnHash(out.dn);
  out.is_changed = true;
  out.image.swap(result_.record);
  return true;
}

bool FullEvaluation::planKnown(const Link& link,
                               const store::WantedView& before,
                               OutboundPlan& out) {
  out.object = link.object;
  out.is_changed = out.lineage != before.lineage || result_.record != before.image;
  if (!out.is_changed) return true;
  // A value, or a set of references, that is to be taken back: the slower way knows how.
  directory::RecordReader old_reader(before.image);
  while (const auto old = old_reader.next()) {
    if (!directory::findAttribute(result_.record, old->id)) return false;
  }
  for (const rules::ReferenceFlow& old : referenceFlows(before.lineage)) {
    const bool kept = std::any_of(
        out.references.begin(), out.references.end(), [&](const rules::ReferenceFlow& flow) {
          return flow.target == old.target;
        });
    if (!kept) return false;
  }
  out.image.swap(result_.record);
  return true;
}

}  // namespace tandem::sync
