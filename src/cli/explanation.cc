// SPDX-License-Identifier: Apache-2.0
#include "cli/explanation.h"

#include <algorithm>

#include <fmt/core.h>

#include "cli/format.h"
#include "cli/object_text.h"
#include "sync/attribute_checks.h"
#include "sync/lineage.h"
#include "sync/reference_reader.h"

namespace tandem::cli {
namespace {

using directory::AttributeId;
using directory::ConnectorId;
using rules::Direction;
using rules::SourceObject;
using store::ObjectRow;

constexpr std::size_t kJournalShown = 5;
constexpr std::size_t kValuesShown = 5;

SourceObject sourceOf(const ObjectRow& row, const rules::ReferenceReader& references) {
  return {row.type, row.dn, row.image, row.image, &references};
}

std::string phaseError(const StoreView& view,
                       directory::ConnectorObjectId id,
                       store::ErrorPhase phase) {
  for (const store::ObjectError& error : view.store().history().errorsOf(id)) {
    if (error.phase != phase) continue;
    return fmt::format("{} ({} times since {}): {}",
                       error.type,
                       error.count,
                       formatTime(error.first_at),
                       error.message);
  }
  return {};
}

}  // namespace

// Collects steps; the first that is not fine gives the cause.
class Explainer::Draft {
 public:
  explicit Draft(std::string subject) : subject_(std::move(subject)) {}

  void fine(std::string stage, std::string text, std::vector<std::string> details = {}) {
    explanation_.steps.push_back({std::move(stage), true, std::move(text), std::move(details)});
  }
  void stop(std::string stage,
            std::string text,
            const std::string& cause,
            std::vector<std::string> details = {}) {
    explanation_.steps.push_back({std::move(stage), false, std::move(text), std::move(details)});
    conclude(cause);
  }
  void add(Explanation::Step step) { explanation_.steps.push_back(std::move(step)); }
  void conclude(const std::string& cause) {
    if (explanation_.cause.empty()) explanation_.cause = subject_ + " " + cause;
  }
  Explanation take() { return std::move(explanation_); }

 private:
  std::string subject_;
  Explanation explanation_;
};

Explainer::Explainer(const StoreView& view, run::Server& server, const rules::RuleSet& rules)
    : view_(view), server_(server), rules_(rules), evaluation_(rules.newEvaluation()) {}

Explainer::~Explainer() = default;

std::vector<std::uint32_t> Explainer::inScope(ConnectorId connector,
                                              Direction direction,
                                              const SourceObject& object) {
  const auto span = rules_.inScope(*evaluation_, connector, direction, object);
  return {span.begin(), span.end()};
}

bool Explainer::hasOutboundRules(ConnectorId connector) const {
  for (std::uint32_t i = 0; i < rules_.size(); ++i) {
    const rules::RuleFacts& rule = rules_.rule(i);
    if (rule.connector == connector && rule.direction == Direction::kOutbound) return true;
  }
  return false;
}

Explanation::Step Explainer::ruleStep(ConnectorId connector,
                                      Direction direction,
                                      const SourceObject& object,
                                      std::string stage) {
  Explanation::Step step;
  step.stage = std::move(stage);
  const std::vector<std::uint32_t> scope = inScope(connector, direction, object);
  for (std::uint32_t i = 0; i < rules_.size(); ++i) {
    const rules::RuleFacts& rule = rules_.rule(i);
    const bool applies = rule.connector == connector && rule.direction == direction &&
                         (rule.source_type.raw() == 0 || rule.source_type == object.type);
    if (!applies) continue;
    const bool in = std::find(scope.begin(), scope.end(), i) != scope.end();
    step.details.push_back(
        in ? fmt::format("in scope: {}", rule.name)
           : fmt::format("not: {}: {}", rule.name, rules_.whyNotInScope(*evaluation_, i, object)));
  }
  step.ok = !scope.empty();
  step.text = fmt::format("{} of {} rules for {} objects apply",
                          scope.size(),
                          step.details.size(),
                          view_.typeName(object.type));
  return step;
}

bool Explainer::explainImport(const ObjectRow& row, Draft& draft) {
  const std::string connector = view_.names().connectorName(row.connector);
  if (const std::string error = phaseError(view_, row.id, store::ErrorPhase::kImport);
      !error.empty()) {
    draft.stop("Import", "failed: " + error, "could not be imported from " + connector);
    return false;
  }
  if (row.isPlaceholder() || !row.has_image) {
    draft.stop("Import",
               "known only because other objects refer to it",
               "has not been imported from " + connector +
                   ": its container, its type or a filter keeps it out");
    return false;
  }
  draft.fine("Import",
             fmt::format("in {} as a {}: {}", connector, view_.typeName(row.type), row.dn));
  if (view_.store().space().pendingImport(row.id) != 0) {
    draft.stop("Synchronization",
               "an import changed it and it has not been synchronized since",
               "has been imported but not synchronized: run 'tandem cycle delta'");
  }
  return true;
}

void Explainer::explainUnlinked(const ObjectRow& row, Draft& draft) {
  const sync::ObjectReferences references(view_.store(), row.connector, row.id);
  const SourceObject source = sourceOf(row, references);
  Explanation::Step step = ruleStep(row.connector, Direction::kInbound, source, "Inbound rules");
  const std::vector<std::uint32_t> scope = inScope(row.connector, Direction::kInbound, source);
  const bool provisions = std::any_of(scope.begin(), scope.end(), [&](std::uint32_t rule) {
    return rules_.rule(rule).link == rules::LinkType::kProvision;
  });
  std::string cause;
  if (step.details.empty()) {
    cause = fmt::format("is a {}, and no rule handles that type", view_.typeName(row.type));
  } else if (scope.empty()) {
    cause = "is in scope of no inbound rule: the conditions are below";
  } else if (!provisions) {
    cause =
        "is in scope only of rules that join, and there is nothing to join: the rule that would "
        "bring it in does not apply";
  } else {
    cause =
        "has rules that would bring it in, but it is not in the metaverse yet: run 'tandem "
        "cycle delta'";
  }
  draft.add(std::move(step));
  if (const std::string error = phaseError(view_, row.id, store::ErrorPhase::kSynchronization);
      !error.empty()) {
    draft.stop("Synchronization", "failed: " + error, "could not be synchronized: " + error);
  }
  draft.stop("Metaverse", "not in it: this object is a disconnector", cause);
}

void Explainer::explainLinkedTarget(const ObjectRow& object, Draft& draft) {
  store::Store& store = view_.store();
  const std::string name = view_.names().connectorName(object.connector);
  std::vector<std::string> details;
  for (const store::JournalRow& entry : store.exports().journalOf(object.id, kJournalShown)) {
    details.push_back(fmt::format("{} sent {} in run {}: {}",
                                  operationWord(entry.operation),
                                  formatTime(entry.sent_at),
                                  entry.run,
                                  entry.answered_at == 0 ? "no answer yet" : entry.outcome));
  }
  const std::string error = phaseError(view_, object.id, store::ErrorPhase::kExport);
  const auto pending = store.exports().pending(object.id);
  const bool staging = server_.pairState().role != pair::Role::kActive;
  if (error.starts_with(sync::kAttributeCheckError)) {
    draft.stop(name,
               "held back: " + error,
               fmt::format("is held back from {} by an attribute check: {}", name, error),
               std::move(details));
  } else if (!error.empty()) {
    draft.stop(name,
               "the last export was refused: " + error,
               fmt::format("is refused by {}: {}", name, error),
               std::move(details));
  } else if (pending == store::PendingOperation::kAdd) {
    draft.stop(name,
               "waits to be added",
               staging ? "waits to be added to " + name +
                             ", and this server is in staging: only the active one exports"
                       : "waits to be added to " + name + ": run 'tandem cycle delta'",
               std::move(details));
  } else if (pending) {
    draft.stop(
        name,
        fmt::format("there as #{}, with a pending {}", object.id.raw(), operationWord(*pending)),
        fmt::format("is in {}, and a change is pending{}",
                    name,
                    staging ? "; this server is in staging and exports nothing"
                            : ": 'tandem pending --details' shows it"),
        std::move(details));
  } else if (store.exports().unconfirmed(object.id)) {
    draft.fine(name, "exported; the next import will confirm it", std::move(details));
    draft.conclude(fmt::format("is in {}: exported, and not yet confirmed by an import", name));
  } else {
    draft.fine(
        name,
        fmt::format("there as #{} ({}), as the rules want it", object.id.raw(), object.anchor),
        std::move(details));
  }
}

void Explainer::explainTarget(const store::MetaverseRow& mv,
                              const run::ServerConnector& target,
                              Draft& draft) {
  store::Store& store = view_.store();
  const std::string& name = target.policy->name;
  const sync::MetaverseReferences references(store, sync::referenceFlows(mv.lineage));
  const SourceObject source{mv.type, {}, mv.record, mv.record, &references};
  Explanation::Step step =
      ruleStep(target.id, Direction::kOutbound, source, "Rules out to " + name);
  const std::vector<std::uint32_t> scope = inScope(target.id, Direction::kOutbound, source);
  const bool in_scope = !scope.empty();
  draft.add(std::move(step));
  for (const store::Link& link : store.metaverse().linksOf(mv.id)) {
    if (link.connector != target.id) continue;
    const auto object = store.space().find(link.object);
    if (object) explainLinkedTarget(*object, draft);
    return;
  }
  draft.stop(name,
             "not there",
             in_scope ? fmt::format("is in the metaverse, but not provisioned to {} yet", name)
                      : fmt::format("is in the metaverse, but in scope of no rule out to {}: the "
                                    "conditions are below",
                                    name));
}

Explanation Explainer::object(const ObjectRow& row) {
  Draft draft(fmt::format("#{}", row.id.raw()));
  if (!explainImport(row, draft)) return draft.take();
  const auto link = view_.store().metaverse().linkOf(row.id);
  const auto mv = link ? view_.store().metaverse().find(link->mv) : std::nullopt;
  if (!mv) {
    explainUnlinked(row, draft);
    return draft.take();
  }
  const sync::ObjectReferences references(view_.store(), row.connector, row.id);
  draft.add(
      ruleStep(row.connector, Direction::kInbound, sourceOf(row, references), "Inbound rules"));
  const std::string by = view_.names().ruleName(link->in_rule);
  draft.fine("Metaverse",
             fmt::format("mv#{}, a {}{}",
                         mv->id.raw(),
                         view_.typeName(mv->type),
                         by.empty() ? "" : ", linked by " + by));
  for (const store::Link& other : view_.store().metaverse().linksOf(mv->id)) {
    const auto object = view_.store().space().find(other.object);
    if (object && other.object != row.id && !hasOutboundRules(other.connector)) {
      draft.fine("Also from",
                 fmt::format("{} #{} {}",
                             view_.names().connectorName(other.connector),
                             other.object.raw(),
                             object->dn));
    }
  }
  for (const run::ServerConnector& target : server_.connectors()) {
    if (hasOutboundRules(target.id)) explainTarget(*mv, target, draft);
  }
  draft.conclude("is where the rules want it, in every directory");
  return draft.take();
}

Explanation Explainer::attribute(const ObjectRow& row, AttributeId attribute) {
  const std::string& name = view_.attributeName(attribute);
  Draft draft(name);
  const auto values_in = [&](std::string_view record) {
    const auto values = directory::findAttribute(record, attribute);
    return values ? valuesText(name, *values, kValuesShown) : std::string();
  };
  const std::string own = values_in(row.image);
  draft.fine(view_.names().connectorName(row.connector),
             own.empty() ? fmt::format("#{} has no {}", row.id.raw(), name)
                         : fmt::format("#{} has {}", row.id.raw(), own));
  const auto link = view_.store().metaverse().linkOf(row.id);
  const auto mv = link ? view_.store().metaverse().find(link->mv) : std::nullopt;
  if (!mv) {
    draft.stop("Metaverse", "not in it", "goes nowhere: the object is not in the metaverse");
    return draft.take();
  }
  const std::string joined = values_in(mv->record);
  std::vector<std::string> suppliers;
  for (const rules::Lineage& value : sync::decodeLineage(mv->lineage).values) {
    if (value.attribute != attribute) continue;
    suppliers.push_back(
        fmt::format("from #{} by {}", value.source.raw(), view_.names().ruleName(value.rule)));
  }
  if (joined.empty()) {
    draft.stop("Metaverse",
               "absent: no rule in scope gives it a value",
               "is absent in the metaverse: no rule in scope gives it a value");
  } else {
    draft.fine("Metaverse", joined, suppliers);
  }
  for (const store::Link& other : view_.store().metaverse().linksOf(mv->id)) {
    const auto wanted = view_.store().exports().wanted(other.object);
    const auto object = view_.store().space().find(other.object);
    if (!wanted || !object) continue;
    const std::string want = values_in(wanted->image);
    const std::string have = values_in(object->image);
    std::vector<std::string> details;
    for (const rules::Lineage& value : sync::decodeLineage(wanted->lineage).values) {
      if (value.attribute != attribute) continue;
      details.push_back("by " + view_.names().ruleName(value.rule));
    }
    const std::string target = view_.names().connectorName(other.connector);
    const std::string text = fmt::format("wanted: {}; imported: {}",
                                         want.empty() ? "(absent)" : want,
                                         have.empty() ? "(absent)" : have);
    if (details.empty()) {
      draft.stop(target, text, "is written to " + target + " by no rule in scope", details);
    } else if (want != have && view_.store().exports().unconfirmed(other.object)) {
      draft.fine(target, text + "; exported, the next import will confirm it", std::move(details));
      draft.conclude("has been exported to " + target + "; the next import will confirm it");
    } else if (want != have) {
      draft.stop(target, text, "has a change that " + target + " does not show yet", details);
    } else {
      draft.fine(target, text, std::move(details));
    }
  }
  draft.conclude(suppliers.empty() ? "is the same everywhere"
                                   : "is the same everywhere, " + suppliers.front());
  return draft.take();
}

Result<Explanation> explain(const StoreView& view,
                            directory::ConnectorObjectId id,
                            const std::string& attribute) {
  const std::unique_ptr<run::Server> server = TRY(run::Server::openReader(view.home()));
  const rules::RuleSet* const rules = TRY(server->rules());
  const auto row = view.store().space().find(id);
  if (!row) return Error(ErrorCode::kNotFound, "the object has just been removed");
  Explainer explainer(view, *server, *rules);
  if (attribute.empty()) return explainer.object(*row);
  const auto known = view.store().names().attributes().find(attribute);
  if (known) return explainer.attribute(*row, *known);
  return Error(ErrorCode::kNotFound, fmt::format("no object has an attribute \"{}\"", attribute));
}

}  // namespace tandem::cli
