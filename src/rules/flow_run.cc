// SPDX-License-Identifier: Apache-2.0
#include "rules/flow_run.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "directory/dn.h"
#include "expression/record_value.h"
#include "rules/flow_types.h"

namespace tandem::rules {
namespace {

using directory::ValueType;
using expression::Kind;
using expression::Value;

// One text without blanks at its ends, which Trim() would give back as it is.
bool isTrimmedText(const directory::ValuesView& values) {
  const std::string_view encoded = values.encoded();
  if (values.type() != ValueType::kString || values.count() != 1 || encoded.size() < 2)
    return false;
  // Short enough that its length is one byte; everything at or below the blank may be one.
  if (static_cast<unsigned char>(encoded[0]) != encoded.size() - 1) return false;
  return static_cast<unsigned char>(encoded[1]) > ' ' &&
         static_cast<unsigned char>(encoded.back()) > ' ';
}

}  // namespace

void FlowSource::look(const SourceObject& object,
                      ConnectorObjectId object_id,
                      bool reads_imported) {
  const bool same = object.imported.data() == object.record.data() &&
                    object.imported.size() == object.record.size();
  if (reads_imported && !same) imported.load(object.imported);
  references = ReferenceView(object.references);
  view = {&attributes, same ? &attributes : &imported, object.dn, &references};
  id = object_id;
}

void FlowRun::run(const FlowPlan& plan) {
  buffers_.record.clear();
  out_.dn.clear();
  out_.lineage.clear();
  out_.references.clear();
  out_.references_kept.clear();
  out_.computed.clear();
  out_.error.reset();
  buffers_.work.reset();
  runAll(plan);
  out_.record.assign(buffers_.record.view());
}

void FlowRun::runAll(const FlowPlan& plan) {
  for (const PlannedTarget& target : plan.targets) {
    const bool merges =
        target.merge == MergeType::kMerge || target.merge == MergeType::kMergeCaseInsensitive;
    if (merges) {
      runMerge(target);
    } else {
      runOne(target);
    }
    if (out_.error) return;
  }
}

// Update and Replace: the first that has an opinion wins.
void FlowRun::runOne(const PlannedTarget& target) {
  const Candidate* ignoring = nullptr;
  bool asked = false;
  for (const Candidate& candidate : target.candidates) {
    const Outcome outcome = give(target, candidate, /*collects=*/false);
    if (buffers_.trace != nullptr) traceMapping(target, candidate, outcome);
    switch (outcome) {
      case Outcome::kNull:
        asked = true;
        break;
      case Outcome::kIgnored:
        if (ignoring == nullptr) ignoring = &candidate;
        break;
      case Outcome::kGiven:
        addLineage(target, candidate);
        if (buffers_.trace != nullptr) traceOutranked(target, candidate);
        return;
      case Outcome::kCleared:
        clear(target);
        if (buffers_.trace != nullptr) traceOutranked(target, candidate);
        return;
      case Outcome::kFailed:
        return;
    }
  }
  if (ignoring != nullptr && !asked) {
    keep(target, *ignoring);
  } else if (asked) {
    clear(target);
  }
}

void FlowRun::clear(const PlannedTarget& target) {
  if (!writes_absence_ || target.is_dn || target.attribute.type == ValueType::kReference) return;
  buffers_.record.add(target.attribute, 0, {});
}

// Merge: the union of all contributions.
void FlowRun::runMerge(const PlannedTarget& target) {
  buffers_.values.clear();
  const Candidate* ignoring = nullptr;
  bool asked = false;
  bool given = false;
  for (const Candidate& candidate : target.candidates) {
    const std::size_t first_value = buffers_.values.size();
    const Outcome outcome = give(target, candidate, /*collects=*/true);
    if (buffers_.trace != nullptr) traceMerged(target, candidate, outcome, first_value);
    if (outcome == Outcome::kFailed) return;
    if (outcome == Outcome::kCleared) {  // no contribution of lower precedence counts
      asked = true;
      break;
    }
    if (outcome == Outcome::kNull) asked = true;
    if (outcome == Outcome::kIgnored && ignoring == nullptr) ignoring = &candidate;
    if (outcome != Outcome::kGiven) continue;
    given = true;
    addLineage(target, candidate);
  }
  if (!given && !asked && ignoring != nullptr) return keep(target, *ignoring);
  if (buffers_.values.empty()) {
    if (asked) clear(target);
    return;
  }
  if (target.merge == MergeType::kMergeCaseInsensitive) dropCaseRepeats();
  write(target);
}

FlowRun::Outcome FlowRun::give(const PlannedTarget& target,
                               const Candidate& candidate,
                               bool collects) {
  const Mapping& mapping = *candidate.mapping;
  if (mapping.execute_once && !creating_) return Outcome::kIgnored;
  switch (mapping.flow) {
    case FlowType::kDirect:
      return giveDirect(target, candidate, collects);
    case FlowType::kConstant:
      if (collects) {
        buffers_.values.push_back(
            directory::ValuesView(target.attribute.type, false, 1, mapping.constant).front());
      } else if (target.is_dn) {
        out_.dn = directory::ValuesView(ValueType::kString, false, 1, mapping.constant).front();
      } else {
        buffers_.record.add(target.attribute, 1, mapping.constant);
      }
      return Outcome::kGiven;
    case FlowType::kExpression:
      return giveResult(target, candidate, collects);
  }
  return Outcome::kNull;
}

FlowRun::Outcome FlowRun::giveDirect(const PlannedTarget& target,
                                     const Candidate& candidate,
                                     bool collects) {
  const Mapping& mapping = *candidate.mapping;
  const FlowSource& source = buffers_.sources[candidate.contributor];
  if (mapping.source_is_dn) {
    if (source.view.dn.empty()) return Outcome::kNull;
    return giveValue(target, candidate, Value::text(source.view.dn), collects);
  }
  if (mapping.source.type == ValueType::kReference) return giveReferences(target, candidate);
  const directory::ValuesView* const values = source.attributes.find(mapping.source.id);
  if (values == nullptr) return Outcome::kNull;
  // What is imported as the target wants it is copied as it is.
  const std::string_view encoded = values->encoded();
  const bool fits = values->type() == target.attribute.type &&
                    (values->count() == 1 || target.attribute.multi) && encoded.size() > 1;
  if (fits && !collects && !target.is_dn) {
    buffers_.record.add(target.attribute, values->count(), encoded);
    return Outcome::kGiven;
  }
  return giveValue(target, candidate, expression::toValue(*values, buffers_.work.arena), collects);
}

FlowRun::Outcome FlowRun::giveReferences(const PlannedTarget& target, const Candidate& candidate) {
  const FlowSource& source = buffers_.sources[candidate.contributor];
  const AttributeId attribute = candidate.mapping->source.id;
  const std::uint32_t count = source.references.count(attribute);
  if (count == 0) return Outcome::kNull;
  return giveValue(target, candidate, Value::link(attribute.raw(), count), /*collects=*/false);
}

FlowRun::Outcome FlowRun::giveResult(const PlannedTarget& target,
                                     const Candidate& candidate,
                                     bool collects) {
  const FlowSource& source = buffers_.sources[candidate.contributor];
  const expression::Program& program = *candidate.mapping->program;
  if (const auto attribute = program.trimmedAttribute(); attribute && !collects && !target.is_dn) {
    const directory::ValuesView* const values = source.attributes.find(*attribute);
    if (values == nullptr) return Outcome::kNull;
    if (isTrimmedText(*values) && target.attribute.type == ValueType::kString) {
      buffers_.record.add(target.attribute, 1, values->encoded());
      return Outcome::kGiven;
    }
  }
  const Value value = program.evaluate(source.view, buffers_.work);
  const bool fits = value.kind == Kind::kString && !value.multi && value.size > 0 &&
                    target.attribute.type == ValueType::kString;
  if (fits && !collects && !target.is_dn) {  // nearly every one
    buffers_.record.addOne(target.attribute, value.view());
    return Outcome::kGiven;
  }
  return giveValue(target, candidate, value, collects);
}

FlowRun::Outcome FlowRun::giveValue(const PlannedTarget& target,
                                    const Candidate& candidate,
                                    const Value& given,
                                    bool collects) {
  switch (given.kind) {
    case Kind::kNull:
      return Outcome::kNull;
    case Kind::kAuthoritativeNull:
      return Outcome::kCleared;
    case Kind::kIgnoreThisFlow:
      return Outcome::kIgnored;
    case Kind::kError:
      return failEvaluation(target, candidate);
    case Kind::kString:
    case Kind::kInteger:
    case Kind::kBoolean:
    case Kind::kBinary:
    case Kind::kReference:
    case Kind::kDateTime:
    case Kind::kLink:
      break;
  }
  if (target.attribute.type == ValueType::kReference) {
    if (given.kind != Kind::kLink) return giveComputed(target, candidate, given);
    const FlowSource& source = buffers_.sources[candidate.contributor];
    out_.references.push_back({target.attribute.id,
                               AttributeId(static_cast<std::uint32_t>(given.number)),
                               candidate.rule,
                               source.id});
    return Outcome::kGiven;
  }
  if (!collects) buffers_.values.clear();
  const std::size_t before = buffers_.values.size();
  if (!collect(target, candidate, given)) return Outcome::kFailed;
  if (buffers_.values.size() == before) return Outcome::kNull;
  if (!collects) {
    if (buffers_.values.size() > 1 && !target.attribute.multi) {
      return fail(target,
                  candidate,
                  "flow-multi-values-to-single-value",
                  fmt::format("gives {} values and the target takes one; choose with Item()",
                              buffers_.values.size()));
    }
    write(target);
  }
  return Outcome::kGiven;
}

// The text of a DN, or several: links that the engine makes.
FlowRun::Outcome FlowRun::giveComputed(const PlannedTarget& target,
                                       const Candidate& candidate,
                                       const Value& given) {
  const Mapping& mapping = *candidate.mapping;
  if (!mapping.computed) {
    return fail(target,
                candidate,
                "sync-rule-flow-provisioning-failed",
                "on the way out a reference can only be taken over from a reference attribute");
  }
  const ConnectorObjectId source = buffers_.sources[candidate.contributor].id;
  const std::size_t before = out_.computed.size();
  for (const Value& item : given) {
    const bool is_text = item.kind == Kind::kString || item.kind == Kind::kReference;
    if (is_text && item.size == 0) continue;
    const auto dn = is_text ? directory::Dn::parse(item.view()) : Result<directory::Dn>({});
    if (!is_text || !dn.ok() || dn.value().isRoot()) {
      return fail(
          target,
          candidate,
          "cs-attribute-type-mismatch",
          fmt::format("gives {} that is no distinguished name, and the target is a reference",
                      toString(item.kind)));
    }
    out_.computed.push_back({*mapping.computed, source, std::string(item.view())});
  }
  const std::size_t count = out_.computed.size() - before;
  if (count == 0) return Outcome::kNull;
  if (count > 1 && !target.attribute.multi) {
    return fail(target,
                candidate,
                "flow-multi-values-to-single-value",
                fmt::format("gives {} values and the target takes one; choose with Item()", count));
  }
  out_.references.push_back({target.attribute.id, *mapping.computed, candidate.rule, source});
  return Outcome::kGiven;
}

// Adds the value's bytes to buffers_.values. An empty text is no value: no directory stores one.
bool FlowRun::collect(const PlannedTarget& target, const Candidate& candidate, const Value& given) {
  const FlowSource& source = buffers_.sources[candidate.contributor];
  const Value value = expression::readLink(given, source.view, buffers_.work);
  if (value.isError()) {
    failEvaluation(target, candidate);
    return false;
  }
  if (!value.isAbsent() && !canBecome(value.kind, target.attribute.type)) {
    fail(target,
         candidate,
         "cs-attribute-type-mismatch",
         fmt::format("gives {} and the target is a {} attribute",
                     toString(value.kind),
                     toString(target.attribute.type)));
    return false;
  }
  for (const Value& item : value) {
    const std::string_view bytes = toBytes(item, target.attribute.type, buffers_.work);
    if (!bytes.empty()) buffers_.values.push_back(bytes);
  }
  return true;
}

void FlowRun::write(const PlannedTarget& target) {
  if (target.is_dn) {
    out_.dn = buffers_.values.front();
  } else {
    buffers_.record.addAll(target.attribute, buffers_.values);
  }
}

// Of values that differ only by case the first one stays: that of the highest precedence.
void FlowRun::dropCaseRepeats() {
  if (buffers_.values.size() < 2) return;
  std::unordered_set<std::string> seen;
  std::erase_if(buffers_.values, [&](std::string_view value) {
    foldCaseInto(value, buffers_.folded);
    return !seen.insert(buffers_.folded).second;
  });
}

void FlowRun::keep(const PlannedTarget& target, const Candidate& by) {
  if (target.is_dn) return;
  if (target.attribute.type == ValueType::kReference) {
    out_.references_kept.push_back(target.attribute.id);
    return;
  }
  const auto values = directory::findAttribute(existing_, target.attribute.id);
  if (!values || values->isEmpty()) return;
  buffers_.record.add(target.attribute, values->count(), values->encoded());
  addLineage(target, by);
}

void FlowRun::addLineage(const PlannedTarget& target, const Candidate& candidate) {
  if (target.is_dn) return;
  out_.lineage.push_back(
      {target.attribute.id, candidate.rule, buffers_.sources[candidate.contributor].id});
}

FlowRun::Outcome FlowRun::failEvaluation(const PlannedTarget& target, const Candidate& candidate) {
  const bool asked_for = buffers_.work.isByErrorFunction();
  std::string reason = buffers_.work.error();
  if (const auto at = buffers_.work.errorPosition())
    reason = fmt::format("at {}:{}: {}", at->line, at->column, reason);
  return fail(target,
              candidate,
              asked_for ? "sync-rule-error-function-triggered" : "sync-rule-invalid-expression",
              reason);
}

FlowRun::Outcome FlowRun::fail(const PlannedTarget& target,
                               const Candidate& candidate,
                               std::string type,
                               std::string_view reason) {
  const RuleFacts& rule = rules_.rules[candidate.mapping->rule].facts;
  FlowError error;
  error.type = std::move(type);
  error.message = fmt::format("rule \"{}\", target {}: {}",
                              rule.name,
                              target.is_dn ? "dn" : rules_.attributes->name(target.attribute.id),
                              reason);
  error.rule = rule.id;
  out_.error = std::move(error);
  return Outcome::kFailed;
}

}  // namespace tandem::rules
