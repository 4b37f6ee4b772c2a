// SPDX-License-Identifier: Apache-2.0
// One value from end to end, in both directions. See explainer.h.
#include <algorithm>

#include <fmt/core.h>

#include "cli/explainer.h"
#include "cli/flow_text.h"
#include "cli/format.h"
#include "cli/stored_error.h"

namespace tandem::cli {

using directory::AttributeId;
using rules::MappingFate;
using rules::TracedMapping;
using sync::PreviewedTarget;
using sync::TracedFlow;

namespace {

constexpr std::size_t kJournalLookedAt = 200;

bool contains(const std::vector<AttributeId>& all, AttributeId one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

bool readsAny(const TracedMapping& mapping, const std::vector<AttributeId>& attributes) {
  return std::any_of(mapping.reads.begin(), mapping.reads.end(), [&](AttributeId read) {
    return contains(attributes, read);
  });
}

// What the attribute becomes in the metaverse, and what it is made of there.
std::vector<AttributeId> inMetaverse(AttributeId attribute,
                                     const TracedFlow* in,
                                     const std::vector<const TracedFlow*>& outs) {
  std::vector<AttributeId> all{attribute};
  if (in != nullptr) {
    for (const TracedMapping& mapping : in->mappings) {
      if (contains(mapping.reads, attribute) && !mapping.target_is_dn &&
          !contains(all, mapping.target))
        all.push_back(mapping.target);
    }
  }
  for (const TracedFlow* const out : outs) {
    for (const TracedMapping& mapping : out->mappings) {
      if (mapping.target_is_dn || mapping.target != attribute) continue;
      for (const AttributeId read : mapping.reads) {
        if (!contains(all, read)) all.push_back(read);
      }
    }
  }
  return all;
}

const TracedMapping* winner(const TracedFlow* flow, AttributeId target) {
  if (flow == nullptr) return nullptr;
  for (const TracedMapping& mapping : flow->mappings) {
    const bool given =
        mapping.fate == MappingFate::kWon || mapping.fate == MappingFate::kContributed;
    if (given && !mapping.target_is_dn && mapping.target == target) return &mapping;
  }
  return nullptr;
}

// Who brings in what an outbound mapping takes out: of the same name if it reads that.
const TracedMapping* supplier(const TracedFlow* in, const TracedMapping& to, AttributeId name) {
  if (contains(to.reads, name)) return winner(in, name);
  return to.reads.empty() ? nullptr : winner(in, to.reads.front());
}

// What it would have given is what came out.
bool isSameAnyway(const TracedMapping& mapping, std::string_view after) {
  const auto own = directory::findAttribute(mapping.given, mapping.target);
  const auto is = directory::findAttribute(after, mapping.target);
  return mapping.target_is_dn || !own || (is && *is == *own);
}

}  // namespace

bool Explainer::isAskedFor(const TracedFlow& flow, const TracedMapping& mapping) const {
  const AttributeId asked = followed_.front();
  if (flow.direction == rules::Direction::kInbound)
    return !mapping.target_is_dn && contains(followed_, mapping.target);
  return (!mapping.target_is_dn && mapping.target == asked) || readsAny(mapping, {asked});
}

void Explainer::addFlow(Draft& draft, const TracedFlow& flow, const std::string& stage) {
  Explanation::Step step{stage, !flow.error, "", {}};
  std::size_t values = 0;
  std::size_t changed = 0;
  for (const TracedMapping& mapping : flow.mappings) {
    const Explanation::Flow one = flowOf(store(), mapping, stage);
    const auto before = directory::findAttribute(flow.before, mapping.target);
    const auto after = directory::findAttribute(flow.after, mapping.target);
    const bool had = before && !before->isEmpty();
    const bool has = after && !after->isEmpty();
    const bool changes = had != has || (had && !(*before == *after));
    const bool given =
        mapping.fate == MappingFate::kWon || mapping.fate == MappingFate::kContributed;
    values += given ? 1 : 0;
    changed += given && changes ? 1 : 0;
    const bool is_loss =
        mapping.fate == MappingFate::kOutranked && !isSameAnyway(mapping, flow.after);
    const bool is_telling =
        is_loss || mapping.fate == MappingFate::kFailed ||
        (changes && mapping.fate != MappingFate::kNull && mapping.fate != MappingFate::kOutranked);
    const bool shown = !followed_.empty()     ? isAskedFor(flow, mapping)
                       : question_.every_flow ? true
                                              : question_.is_preview && is_telling;
    if (shown) step.details.push_back(flowLine(one));
    if (followed_.empty() || isAskedFor(flow, mapping)) draft.explanation.flows.push_back(one);
  }
  if (flow.error) step.text = "fails: " + flow.error->message;
  if (step.text.empty())
    step.text = fmt::format("{} values, {} of them new or changed", values, changed);
  const bool is_of_use = question_.is_preview || !followed_.empty();
  if (is_of_use && (followed_.empty() || !step.details.empty())) draft.add(std::move(step));
}

void Explainer::addFlows(Draft& draft) {
  if (const TracedFlow* const in = asked_.preview.trace.flowIn()) addFlow(draft, *in, "Flow in");
}

void Explainer::addFlowOut(Draft& draft, directory::ConnectorId connector) {
  if (const TracedFlow* const out = asked_.preview.trace.flowOut(connector))
    addFlow(draft, *out, "Flow out to " + connectorName(connector));
}

// The newest export that carried the attribute and was taken.
std::string Explainer::writtenIn(directory::ConnectorObjectId id, AttributeId attribute) const {
  for (const store::JournalRow& entry : store().exports().journalOf(id, kJournalLookedAt)) {
    if (entry.outcome != "success") continue;
    const bool carried = entry.operation == store::PendingOperation::kAdd ||
                         directory::findAttribute(entry.delta, attribute).has_value();
    if (carried) return fmt::format("written in run {}, {}", entry.run, formatTime(entry.sent_at));
  }
  return {};
}

// Of an attribute that the rules leave without a value.
std::string Explainer::whyAbsent(AttributeId attribute, const TracedFlow* flow) const {
  const bool inbound = flow != nullptr && flow->direction == rules::Direction::kInbound;
  std::string why;
  for (const TracedMapping& mapping : flow == nullptr ? rules::FlowTrace() : flow->mappings) {
    if (mapping.target_is_dn || mapping.target != attribute) continue;
    const std::string rule = ruleName(mapping.rule);
    switch (mapping.fate) {
      case MappingFate::kCleared:
        return fmt::format("\"{}\" clears it on purpose (AuthoritativeNull)", rule);
      case MappingFate::kFailed:
        return fmt::format("\"{}\" fails: {}", rule, flow->error ? flow->error->message : "");
      case MappingFate::kIgnored:
        why = fmt::format("\"{}\" leaves it as it is (IgnoreThisFlow, or only at creation)", rule);
        break;
      case MappingFate::kNull: {
        if (!why.empty()) break;
        const AttributeId read = mapping.reads.empty() ? AttributeId() : mapping.reads.front();
        const bool is_absent =
            read.isValid() && !directory::findAttribute(mapping.inputs, read).has_value();
        if (!is_absent) {
          why = fmt::format("\"{}\" gives nothing: {}", rule, mapping.written);
        } else if (inbound) {
          why = fmt::format("\"{}\" takes it from {}, which {} has no value of",
                            rule,
                            attributeName(read),
                            objectText(mapping.source));
        } else {
          why = fmt::format("\"{}\" takes it from {} of the metaverse, which is absent: {}",
                            rule,
                            attributeName(read),
                            whyAbsent(read, asked_.preview.trace.flowIn()));
        }
        break;
      }
      case MappingFate::kWon:
      case MappingFate::kContributed:
      case MappingFate::kOutranked:
        break;
    }
  }
  if (!why.empty()) return why;
  return inbound ? "no rule in scope brings it into the metaverse" : "no rule in scope writes it";
}

void Explainer::explainValue(AttributeId attribute, Draft& draft) {
  const sync::ObjectPreview& preview = asked_.preview;
  const TracedFlow* const in = preview.trace.flowIn();
  // The asked object's own value may have lost to another's.
  for (const TracedMapping& mapping : in == nullptr ? rules::FlowTrace() : in->mappings) {
    const bool own = mapping.source == preview.object.id &&
                     mapping.fate == MappingFate::kOutranked && contains(mapping.reads, attribute);
    const TracedMapping* const won = own ? winner(in, mapping.target) : nullptr;
    if (won == nullptr || won->source == mapping.source) continue;
    draft.conclude(
        fmt::format("of {} is not used: \"{}\" is outranked by \"{}\", which takes it "
                    "from {}",
                    objectText(mapping.source),
                    ruleName(mapping.rule),
                    ruleName(won->rule),
                    objectText(won->source)));
  }
  for (const PreviewedTarget& target : preview.targets) {
    const std::string name = connectorName(target.connector);
    addWrite(target, name, draft);
    const TracedFlow* const out = preview.trace.flowOut(target.connector);
    const std::string want = out == nullptr ? "" : valueIn(out->after, attribute);
    const std::string have = valueIn(target.known, attribute);
    const std::string run = writtenIn(target.object, attribute);
    const std::string text = fmt::format("wanted: {}; there: {}{}",
                                         want.empty() ? "(absent)" : want,
                                         have.empty() ? "(absent)" : have,
                                         run.empty() ? "" : "; " + run);
    const std::string error = storedError(store(), target.object, store::ErrorPhase::kExport);
    const bool is_sent =
        target.operation && (*target.operation == store::PendingOperation::kAdd ||
                             directory::findAttribute(target.delta, attribute).has_value());
    const TracedMapping* const to = winner(out, attribute);
    const bool is_reference = to != nullptr && to->references > 0;
    if (want.empty() && !is_reference) {
      const std::string why = whyAbsent(attribute, out);
      draft.stop(name, text, fmt::format("is absent in {}: {}", name, why));
    } else if (is_sent) {
      const std::string held = !stagingWords().empty() ? stagingWords()
                               : !error.empty()        ? "the tenant refused it: " + error
                                                       : whyHeld(target.connector);
      draft.stop(name,
                 text,
                 question_.is_preview
                     ? fmt::format("would be written to {}: {}", name, want)
                     : fmt::format("has a change that {} does not show yet{}",
                                   name,
                                   held.empty() ? ": run 'tandem cycle delta'" : ": " + held));
    } else if (store().exports().unconfirmed(target.object) && want != have) {
      draft.fine(name, text);
      draft.conclude("has been exported to " + name + "; the next import will confirm it");
    } else {
      draft.fine(name, text);
      const TracedMapping* const from = to == nullptr ? nullptr : supplier(in, *to, attribute);
      draft.conclude(fmt::format(
          "is {} in {}{}: \"{}\" takes it out{}{}",
          is_reference ? fmt::format("{} references", to->references) : "\"" + want + "\"",
          name,
          want == have || is_reference ? "" : " (the directory makes of it " + have + ")",
          to == nullptr ? "no rule" : ruleName(to->rule),
          from == nullptr ? ""
                          : fmt::format(", and \"{}\" brings it in from {}",
                                        ruleName(from->rule),
                                        objectText(from->source)),
          run.empty() ? "" : "; " + run));
    }
  }
}

Explanation Explainer::attribute(AttributeId attribute) {
  const store::ObjectRow& row = asked_.preview.object;
  const std::string name = attributeName(attribute);
  if (!asked_.preview.link_after || asked_.preview.targets.empty()) {
    Explanation whole = object();
    whole.cause = fmt::format("{} goes nowhere: {}", name, whole.cause);
    return whole;
  }
  Draft draft(name);
  draft.explanation.object = row.id.raw();
  draft.explanation.dn = row.dn;
  std::vector<const TracedFlow*> outs;
  for (const PreviewedTarget& target : asked_.preview.targets) {
    if (const TracedFlow* const out = asked_.preview.trace.flowOut(target.connector))
      outs.push_back(out);
  }
  followed_ = inMetaverse(attribute, asked_.preview.trace.flowIn(), outs);
  const std::string own = valueIn(row.image, attribute);
  draft.fine(connectorName(row.connector),
             own.empty() ? fmt::format("#{} has no {}", row.id.raw(), name)
                         : fmt::format("#{} has {}", row.id.raw(), own));
  if (store().space().pendingImport(row.id) != 0 && !question_.is_preview) {
    draft.stop("Synchronization",
               "an import changed the object and it has not been synchronized since",
               "has been imported but not synchronized: run 'tandem cycle delta'");
  }
  explainProblems(draft);
  addFlows(draft);
  for (const PreviewedTarget& target : asked_.preview.targets)
    addFlowOut(draft, target.connector);
  if (const std::string joined = valueIn(asked_.preview.record_after, attribute); !joined.empty())
    draft.fine("Metaverse", joined);
  explainValue(attribute, draft);
  draft.conclude("goes nowhere");
  return std::move(draft.explanation);
}

}  // namespace tandem::cli
