// SPDX-License-Identifier: Apache-2.0
#include "sync/departure_record.h"

#include <algorithm>

#include <fmt/format.h>

#include "sync/lineage.h"
#include "sync/object_sync.h"
#include "sync/reference_reader.h"

namespace tandem::sync {
namespace {

std::string namesOf(const store::Names& names, std::string_view image) {
  std::string all;
  for (const std::string_view name : kKnownBy) {
    const auto attribute = names.attributes().find(name);
    const auto values = attribute ? directory::findAttribute(image, *attribute) : std::nullopt;
    if (values && !values->isEmpty()) all.append(all.empty() ? "" : "\n").append(values->front());
  }
  return all;
}

}  // namespace

void recordDeparture(const Engine& engine,
                     const StepRecorder& recorder,
                     const store::ObjectRow& row,
                     store::DepartureKind kind,
                     ConnectorObjectId cause,
                     const std::string& detail) {
  engine.store->departures().add({row.id,
                                  row.connector,
                                  row.type,
                                  row.dn,
                                  namesOf(engine.store->names(), row.image),
                                  row.anchor,
                                  kind,
                                  cause,
                                  detail,
                                  recorder.run(),
                                  engine.now()});
}

// Whatever led to it is at hand now and gone tomorrow, so it is put into words here.
std::string ObjectSync::whyDeprovisioned(const store::Link& link) {
  const rules::RuleSet& rules = *engine_->rules;
  if (const auto mv = engine_->store->metaverse().find(link.mv); mv && !is_mv_going_) {
    const rules::RuleFacts* const rule = rules.findRule(link.out_rule);
    if (rule == nullptr) return "the rule that had made it is gone";
    const MetaverseReferences references(*engine_->store, referenceFlows(mv->lineage));
    const rules::SourceObject source{mv->type, {}, mv->record, mv->record, &references};
    return fmt::format("it left the scope of \"{}\": {}",
                       rule->name,
                       rules.whyNotInScope(*evaluation_, indexOf(*rule), source));
  }
  if (!cause_) return "its metaverse object is gone";
  const std::string connector = engine_->store->names().connectorName(cause_->connector);
  if (is_cause_gone_) return fmt::format("{} is gone from {}", cause_->dn, connector);
  const ObjectReferences references(*engine_->store, cause_->connector, cause_->id);
  const rules::SourceObject source{
      cause_->type, cause_->dn, cause_->image, cause_->image, &references};
  for (std::uint32_t i = 0; i < rules.size(); ++i) {
    const rules::RuleFacts& rule = rules.rule(i);
    const bool had_brought = rule.connector == cause_->connector &&
                             rule.direction == rules::Direction::kInbound &&
                             rule.link == rules::LinkType::kProvision &&
                             (rule.source_type.raw() == 0 || rule.source_type == cause_->type);
    if (!had_brought) continue;
    const std::string why = rules.whyNotInScope(*evaluation_, i, source);
    if (why.empty()) continue;
    return fmt::format(
        "{} in {} left the scope of \"{}\": {}", cause_->dn, connector, rule.name, why);
  }
  return fmt::format("no rule brings {} in from {} any more", cause_->dn, connector);
}

std::uint32_t ObjectSync::indexOf(const rules::RuleFacts& rule) const {
  std::uint32_t index = 0;
  while (&engine_->rules->rule(index) != &rule)
    ++index;
  return index;
}

void ObjectSync::recordDeprovisioned(const store::ObjectRow& target, const store::Link& link) {
  recordDeparture(*engine_,
                  *recorder_,
                  target,
                  store::DepartureKind::kDeprovisioned,
                  cause_ ? cause_->id : ConnectorObjectId(),
                  whyDeprovisioned(link));
}

}  // namespace tandem::sync
