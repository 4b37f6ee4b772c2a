// SPDX-License-Identifier: Apache-2.0
// What a synchronization looks at and decides, for those who ask why. See object_sync.h.
#include <algorithm>

#include "sync/object_sync.h"
#include "sync/sync_trace.h"

namespace tandem::sync {

using rules::Direction;

void ObjectSync::trace(SyncTrace* trace) {
  trace_ = trace;
  evaluation_->trace = trace == nullptr ? nullptr : &mappings_;
}

std::vector<std::uint32_t> ObjectSync::scopeOf(ConnectorId connector,
                                               Direction direction,
                                               const rules::SourceObject& source,
                                               ConnectorObjectId object) {
  const rules::RuleSet& rules = *engine_->rules;
  const auto span = rules.inScope(*evaluation_, connector, direction, source);
  std::vector<std::uint32_t> scope(span.begin(), span.end());
  if (trace_ == nullptr) return scope;
  TracedScope traced{direction, connector, object, source.type, {}};
  for (std::uint32_t i = 0; i < rules.size(); ++i) {
    const rules::RuleFacts& rule = rules.rule(i);
    const bool is_for_it = rule.connector == connector && rule.direction == direction &&
                           (rule.source_type.raw() == 0 || rule.source_type == source.type);
    if (!is_for_it) continue;
    const bool applies = std::find(scope.begin(), scope.end(), i) != scope.end();
    traced.rules.push_back(
        {i, applies ? std::string() : rules.whyNotInScope(*evaluation_, i, source)});
  }
  trace_->add(std::move(traced));
  return scope;
}

void ObjectSync::traceFlow(Direction direction,
                           ConnectorId connector,
                           MetaverseObjectId mv,
                           bool creating,
                           std::string_view before) {
  if (trace_ == nullptr) return;
  TracedFlow flow;
  flow.direction = direction;
  flow.connector = connector;
  flow.mv = mv;
  flow.creating = creating;
  flow.mappings = std::move(mappings_);
  flow.before = before;
  flow.after = result_.record;
  flow.error = result_.error;
  mappings_.clear();
  trace_->add(std::move(flow));
}

void ObjectSync::traceJoin(std::uint32_t rule,
                           const rules::JoinKeys& keys,
                           std::string_view record,
                           const std::vector<std::int64_t>& found) {
  TracedJoin join;
  join.direction = engine_->rules->rule(rule).direction;
  join.rule = rule;
  join.keys = keys;
  directory::RecordBuilder values;
  bool complete = true;
  for (const rules::JoinKey& key : keys) {
    const AttributeId own =
        join.direction == Direction::kInbound ? key.connector_attribute : key.metaverse_attribute;
    const auto value = directory::findAttribute(record, own);
    complete = complete && value.has_value();
    if (value) values.addAll(own, *value);
  }
  join.values = values.finish();
  join.candidates = found;
  join.verdict = !complete           ? TracedJoin::Verdict::kNoValue
                 : found.empty()     ? TracedJoin::Verdict::kNobody
                 : found.size() == 1 ? TracedJoin::Verdict::kOne
                                     : TracedJoin::Verdict::kSeveral;
  trace_->add(std::move(join));
}

void ObjectSync::traceTaken() {
  if (trace_ == nullptr) return;
  TracedJoin join = *trace_->joins(Direction::kInbound).back();
  join.verdict = TracedJoin::Verdict::kTaken;
  trace_->add(std::move(join));
}

void ObjectSync::traceLink(TracedLink::Kind kind,
                           ConnectorId connector,
                           ConnectorObjectId object,
                           MetaverseObjectId mv,
                           RuleId rule) {
  if (trace_ == nullptr) return;
  trace_->add(TracedLink{kind, connector, object, mv, rule});
}

}  // namespace tandem::sync
