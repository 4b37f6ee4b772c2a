// SPDX-License-Identifier: Apache-2.0
// What became of each mapping, for those who ask why. See flow_run.h.
#include <algorithm>

#include "rules/flow_run.h"
#include "rules/flow_types.h"

namespace tandem::rules {

using directory::ValuesView;
using directory::ValueType;

namespace {

std::vector<AttributeId> attributesRead(const Mapping& mapping) {
  if (mapping.program) return mapping.program->attributesRead();
  if (mapping.flow == FlowType::kDirect && !mapping.source_is_dn) return {mapping.source.id};
  return {};
}

std::string recordOf(const directory::AttributeDefinition& attribute,
                     std::vector<std::string_view>& values) {
  RecordBuffer record;
  record.addAll(attribute, values);
  return std::string(record.view());
}

}  // namespace

TracedMapping& FlowRun::addTraced(const PlannedTarget& target,
                                  const Candidate& candidate,
                                  MappingFate fate) {
  const Mapping& mapping = *candidate.mapping;
  const FlowSource& source = buffers_.sources[candidate.contributor];
  TracedMapping& traced = buffers_.trace->emplace_back();
  traced.target = target.attribute.id;
  traced.target_is_dn = target.is_dn;
  traced.rule = rules_.rules[mapping.rule].facts.id;
  traced.source = source.id;
  traced.fate = fate;
  traced.flow = mapping.flow;
  traced.written = mapping.written;
  traced.reads = attributesRead(mapping);
  directory::RecordBuilder inputs;
  for (const AttributeId attribute : traced.reads) {
    if (const ValuesView* const values = source.attributes.find(attribute))
      inputs.addAll(attribute, *values);
  }
  traced.inputs = inputs.finish();
  return traced;
}

void FlowRun::traceMapping(const PlannedTarget& target,
                           const Candidate& candidate,
                           Outcome outcome) {
  switch (outcome) {
    case Outcome::kNull:
      addTraced(target, candidate, MappingFate::kNull);
      return;
    case Outcome::kIgnored:
      addTraced(target, candidate, MappingFate::kIgnored);
      return;
    case Outcome::kCleared:
      addTraced(target, candidate, MappingFate::kCleared);
      return;
    case Outcome::kFailed:
      addTraced(target, candidate, MappingFate::kFailed);
      return;
    case Outcome::kGiven:
      break;
  }
  TracedMapping& traced = addTraced(target, candidate, MappingFate::kWon);
  if (target.is_dn) {
    traced.given = out_.dn;
  } else if (target.attribute.type == ValueType::kReference) {
    const ReferenceFlow& flow = out_.references.back();
    const FlowSource& source = buffers_.sources[candidate.contributor];
    traced.references =
        candidate.mapping->computed == flow.source_attribute
            ? static_cast<std::uint32_t>(std::count_if(
                  out_.computed.begin(),
                  out_.computed.end(),
                  [&](const ComputedReference& one) {
                    return one.attribute == flow.source_attribute && one.source == flow.source;
                  }))
            : source.references.count(flow.source_attribute);
  } else if (const auto values =
                 directory::findAttribute(buffers_.record.view(), target.attribute.id)) {
    directory::RecordBuilder given;
    given.addAll(target.attribute.id, *values);
    traced.given = given.finish();
  }
}

void FlowRun::traceMerged(const PlannedTarget& target,
                          const Candidate& candidate,
                          Outcome outcome,
                          std::size_t first_value) {
  if (outcome != Outcome::kGiven) {
    traceMapping(target, candidate, outcome);
    return;
  }
  TracedMapping& traced = addTraced(target, candidate, MappingFate::kContributed);
  std::vector<std::string_view> own(
      buffers_.values.begin() + static_cast<std::ptrdiff_t>(first_value), buffers_.values.end());
  if (!own.empty()) traced.given = recordOf(target.attribute, own);
}

// What the others would have given had they been asked: "why not my value" needs it. Their errors
// and references count for nothing.
void FlowRun::traceOutranked(const PlannedTarget& target, const Candidate& winner) {
  const std::size_t references = out_.references.size();
  const std::size_t computed = out_.computed.size();
  bool is_behind = false;
  for (const Candidate& candidate : target.candidates) {
    if (!is_behind) {
      is_behind = &candidate == &winner;
      continue;
    }
    TracedMapping& traced = addTraced(target, candidate, MappingFate::kOutranked);
    buffers_.values.clear();
    const Outcome outcome = give(target, candidate, /*collects=*/true);
    out_.error.reset();
    out_.references.resize(references);
    out_.computed.resize(computed);
    if (outcome != Outcome::kGiven || buffers_.values.empty()) continue;
    if (target.is_dn) {
      traced.given = buffers_.values.front();
    } else {
      traced.given = recordOf(target.attribute, buffers_.values);
    }
  }
}

}  // namespace tandem::rules
