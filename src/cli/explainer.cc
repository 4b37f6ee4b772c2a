// SPDX-License-Identifier: Apache-2.0
// From the directory into the metaverse. See explainer.h.
#include "cli/explainer.h"

#include <algorithm>

#include <fmt/core.h>

#include "cli/departed.h"
#include "cli/flow_text.h"
#include "cli/format.h"
#include "cli/object_text.h"
#include "cli/stored_error.h"

namespace tandem::cli {

using directory::AttributeId;
using rules::Direction;
using sync::TracedJoin;
using sync::TracedLink;

namespace {

constexpr std::size_t kValuesShown = 5;
constexpr std::size_t kRunsLookedAt = 20;

// The newest import of a connector, when it did not come to its end.
std::optional<store::RunRow> failedImport(store::Store& store, directory::ConnectorId connector) {
  for (const store::RunRow& run : store.history().runs(connector, kRunsLookedAt)) {
    if (!run.profile.ends_with("Import")) continue;
    const bool failed = run.result.starts_with("no-start") || run.result.starts_with("stopped");
    return failed ? std::optional(run) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

Explainer::Explainer(const StoreView& view,
                     run::PreviewServer& server,
                     const rules::RuleSet& rules,
                     run::PreviewServer::Asked asked,
                     Question question)
    : view_(view),
      server_(server),
      rules_(rules),
      asked_(std::move(asked)),
      question_(std::move(question)) {}

std::string Explainer::ruleName(directory::RuleId rule) const {
  return store().names().ruleName(rule);
}

std::string Explainer::typeName(directory::ObjectTypeId type) const {
  if (type.raw() == 0) return "object";
  return store().names().objectTypes().name(static_cast<std::uint32_t>(type.raw()));
}

std::string Explainer::attributeName(AttributeId attribute) const {
  return store().names().attributes().name(attribute);
}

std::string Explainer::valueIn(std::string_view record, AttributeId attribute) const {
  const auto values = directory::findAttribute(record, attribute);
  return values && !values->isEmpty() ? valuesText(attributeName(attribute), *values, kValuesShown)
                                      : std::string();
}

std::string Explainer::objectText(directory::ConnectorObjectId id) const {
  const auto row = store().space().find(id);
  return row ? fmt::format("#{} {}", id.raw(), row->dn) : fmt::format("#{}", id.raw());
}

std::string Explainer::connectorName(directory::ConnectorId id) const {
  return store().names().connectorName(id);
}

bool Explainer::isTarget(directory::ConnectorId connector) const {
  for (std::uint32_t i = 0; i < rules_.size(); ++i) {
    const rules::RuleFacts& rule = rules_.rule(i);
    if (rule.connector == connector && rule.direction == Direction::kOutbound) return true;
  }
  return false;
}

bool Explainer::explainImport(Draft& draft) {
  const store::ObjectRow& row = asked_.preview.object;
  const std::string connector = connectorName(row.connector);
  if (const auto run = failedImport(store(), row.connector)) {
    draft.add({"Import",
               false,
               fmt::format("the last import of {} failed (run {}, {}): {}",
                           connector,
                           run->id,
                           formatTime(run->started_at),
                           run->message),
               {}});
  }
  if (const std::string error = storedError(store(), row.id, store::ErrorPhase::kImport);
      !error.empty()) {
    draft.stop("Import", "failed: " + error, "could not be imported from " + connector);
    return false;
  }
  if (row.isPlaceholder() || (!row.has_image && !isTarget(row.connector))) {
    std::string why = "its container, its type or a filter keeps it out";
    for (const run::ServerConnector& one : server_.server().connectors()) {
      if (one.id != row.connector) continue;
      if (const std::string filter = run::whyNotRead(*one.policy, row.dn); !filter.empty())
        why = filter;
    }
    draft.stop("Import",
               "known only because other objects refer to it",
               "has not been imported from " + connector + ": " + why);
    return false;
  }
  draft.fine("Import", fmt::format("in {} as a {}: {}", connector, typeName(row.type), row.dn));
  if (!asked_.why_gone.empty()) {
    draft.stop("Import",
               asked_.why_gone + ", so the next full import counts it as deleted",
               question_.is_preview ? "would go: " + asked_.why_gone
                                    : "is on its way out: " + asked_.why_gone);
  } else if (question_.as_if_deleted) {
    draft.fine("Import", "from here on as if it had been deleted there");
  }
  const std::uint32_t what = store().space().pendingImport(row.id);
  if (what != 0 && !question_.is_preview) {
    const bool deleted = (what & store::PendingImport::kDelete) != 0;
    draft.stop("Synchronization",
               deleted ? "an import found it deleted, and that has not been synchronized yet"
                       : "an import changed it and it has not been synchronized since",
               deleted ? "is deleted in " + connector + ", which the next synchronization passes on"
                       : "has been imported but not synchronized: run 'tandem cycle delta'");
  }
  return true;
}

Explanation::Step Explainer::scopeStep(const sync::TracedScope& scope, std::string stage) const {
  Explanation::Step step;
  step.stage = std::move(stage);
  std::size_t applying = 0;
  for (const sync::TracedScope::Rule& rule : scope.rules) {
    const std::string& name = rules_.rule(rule.index).name;
    if (rule.why_not.empty()) ++applying;
    step.details.push_back(rule.why_not.empty() ? fmt::format("in scope: {}", name)
                                                : fmt::format("not: {}: {}", name, rule.why_not));
  }
  step.ok = applying > 0;
  step.text = fmt::format(
      "{} of {} rules for {} objects apply", applying, scope.rules.size(), typeName(scope.type));
  return step;
}

void Explainer::explainScope(Draft& draft) {
  const store::ObjectRow& row = asked_.preview.object;
  const sync::TracedScope* const scope =
      asked_.preview.trace.scope(Direction::kInbound, row.connector, row.id);
  if (scope != nullptr) draft.add(scopeStep(*scope, "Inbound rules"));
}

void Explainer::explainJoins(Draft& draft) {
  const std::vector<const TracedJoin*> joins = asked_.preview.trace.joins(Direction::kInbound);
  if (joins.empty()) return;
  Explanation::Step step{"Join", true, "", {}};
  bool joined = false;
  for (const TracedJoin* const join : joins) {
    std::string by;
    for (const rules::JoinKey& key : join->keys) {
      const std::string value = valueIn(join->values, key.connector_attribute);
      by += fmt::format("{}{} = {}",
                        by.empty() ? "" : " and ",
                        attributeName(key.connector_attribute),
                        value.empty() ? "(absent)" : value);
    }
    std::string found;
    for (const std::int64_t candidate : join->candidates)
      found += fmt::format("{}mv#{}", found.empty() ? "" : ", ", candidate);
    switch (join->verdict) {
      case TracedJoin::Verdict::kNoValue:
        found = "no value to join by";
        break;
      case TracedJoin::Verdict::kNobody:
        found = "nobody";
        break;
      case TracedJoin::Verdict::kOne:
        joined = true;
        break;
      case TracedJoin::Verdict::kSeveral:
        found = "several, so none: " + found;
        break;
      case TracedJoin::Verdict::kTaken:
        found += ", which another object of this directory is joined to";
        break;
    }
    step.details.push_back(fmt::format("{}: {}: {}", rules_.rule(join->rule).name, by, found));
  }
  step.text = joined ? "found its metaverse object" : "found nobody to join";
  draft.add(std::move(step));
}

std::string Explainer::whyDisconnector() const {
  const store::ObjectRow& row = asked_.preview.object;
  const sync::TracedScope* const scope =
      asked_.preview.trace.scope(Direction::kInbound, row.connector, row.id);
  if (scope == nullptr || scope->rules.empty())
    return fmt::format("is a {}, and no rule handles that type", typeName(row.type));
  if (!scope->any()) {
    // With one condition to blame it is the answer; with several they are below.
    const bool is_one = std::all_of(scope->rules.begin(), scope->rules.end(), [&](const auto& one) {
      return one.why_not == scope->rules.front().why_not;
    });
    return is_one ? "is in scope of no inbound rule: " + scope->rules.front().why_not
                  : "is in scope of no inbound rule: the conditions are below";
  }
  for (const sync::TracedScope::Rule& rule : scope->rules) {
    if (rules_.rule(rule.index).link != rules::LinkType::kProvision) continue;
    if (rule.why_not.empty()) continue;
    return fmt::format(
        "is kept out by the scope of \"{}\": {}", rules_.rule(rule.index).name, rule.why_not);
  }
  return "is in scope only of rules that join, and there is nothing to join: the rule that would "
         "bring it in does not apply";
}

void Explainer::explainMetaverse(Draft& draft) {
  const sync::ObjectPreview& preview = asked_.preview;
  const directory::ConnectorId connector = preview.object.connector;
  const auto& before = preview.link_before;
  const auto& after = preview.link_after;
  if (!after) {
    if (preview.trace.link(TracedLink::Kind::kDisconnector, connector) != nullptr && !before) {
      draft.stop("Metaverse", "not in it: this object is a disconnector", whyDisconnector());
    } else if (before) {
      const bool gone = preview.trace.link(TracedLink::Kind::kRemoved, connector) != nullptr;
      draft.add({"Metaverse",
                 false,
                 fmt::format("mv#{} {}",
                             before->mv.raw(),
                             gone ? "goes: nothing keeps it alive"
                                  : "loses this object, and lives on by others"),
                 {}});
    }
    return;
  }
  const TracedLink* const joined = preview.trace.link(TracedLink::Kind::kJoined, connector);
  const TracedLink* const projected = preview.trace.link(TracedLink::Kind::kProjected, connector);
  if (!before && !question_.is_preview) {
    draft.stop("Metaverse",
               "not in it yet",
               "has rules that would bring it in, but it is not in the metaverse yet: run 'tandem "
               "cycle delta'");
  } else if (!before && joined != nullptr) {
    draft.fine(
        "Metaverse",
        fmt::format("would be joined to mv#{} by {}", after->mv.raw(), ruleName(joined->rule)));
  } else if (!before && projected != nullptr) {
    draft.fine("Metaverse", "would be a new object, by " + ruleName(projected->rule));
  } else {
    const auto mv = store().metaverse().find(after->mv);
    const directory::RuleId rule = after->in_rule.raw() != 0 ? after->in_rule : after->out_rule;
    const std::string by = ruleName(rule);
    draft.fine("Metaverse",
               fmt::format("mv#{}, a {}{}",
                           after->mv.raw(),
                           mv ? typeName(mv->type) : "new object",
                           by.empty() ? "" : ", linked by " + by));
  }
  for (const store::Link& other : store().metaverse().linksOf(after->mv)) {
    if (other.object == preview.object.id) continue;
    if (isTarget(other.connector) && !isTarget(connector)) continue;
    draft.fine(isTarget(connector) ? "Comes from" : "Also from",
               fmt::format("{} {}", connectorName(other.connector), objectText(other.object)));
  }
}

void Explainer::explainProblems(Draft& draft) {
  const std::string stored =
      storedError(store(), asked_.preview.object.id, store::ErrorPhase::kSynchronization);
  if (asked_.preview.problems.empty()) return;
  const sync::ObjectProblem& problem = asked_.preview.problems.front();
  draft.stop("Synchronization",
             "fails: " + (stored.empty() ? problem.type + ": " + problem.message : stored),
             "could not be synchronized: " + problem.message);
}

void Explainer::explainHistory(Draft& draft) {
  const std::vector<std::string> lines = departuresOf(store(), asked_.preview.object.id);
  if (!lines.empty()) draft.fine("History", "what went on its account", lines);
}

Explanation Explainer::object() {
  const store::ObjectRow& row = asked_.preview.object;
  Draft draft(fmt::format("#{}", row.id.raw()));
  draft.explanation.object = row.id.raw();
  draft.explanation.dn = row.dn;
  if (explainImport(draft)) {
    explainPendingDeletion(draft);
    explainScope(draft);
    explainJoins(draft);
    explainProblems(draft);
    explainMetaverse(draft);
    addFlows(draft);
    explainTargets(draft);
  }
  explainHistory(draft);
  draft.conclude(question_.is_preview ? "would stay as it is: nothing would be written"
                                      : "is where the rules want it, in every directory");
  return std::move(draft.explanation);
}

}  // namespace tandem::cli
