// SPDX-License-Identifier: Apache-2.0
// From the metaverse to the directories that are exported to. See explainer.h.
#include <fmt/core.h>

#include "cli/explainer.h"
#include "cli/format.h"
#include "cli/object_text.h"
#include "cli/stored_error.h"
#include "run/effect_side.h"
#include "run/export_guard.h"
#include "sync/attribute_checks.h"

namespace tandem::cli {

using rules::Direction;
using store::PendingOperation;
using sync::PreviewedTarget;
using sync::TracedJoin;

namespace {

constexpr std::size_t kJournalShown = 5;
constexpr std::size_t kValuesShown = 3;
constexpr std::size_t kRunsLookedAt = 50;

std::string changeLine(const Explanation::Write::Change& change) {
  return fmt::format("{}: {} → {}",
                     change.attribute,
                     change.before.empty() ? "(none)" : change.before,
                     change.after.empty() ? "(none)" : change.after);
}

}  // namespace

std::vector<std::string> Explainer::journalOf(directory::ConnectorObjectId id) const {
  std::vector<std::string> lines;
  for (const store::JournalRow& entry : store().exports().journalOf(id, kJournalShown)) {
    lines.push_back(fmt::format("{} sent {} in run {}: {}",
                                operationWord(entry.operation),
                                formatTime(entry.sent_at),
                                entry.run,
                                entry.answered_at == 0 ? "no answer yet" : entry.outcome));
  }
  return lines;
}

// The newest export of a connector, when a guard or a lost right stopped it; empty otherwise.
std::string Explainer::whyHeld(directory::ConnectorId connector) const {
  for (const store::RunRow& run : store().history().runs(connector, kRunsLookedAt)) {
    if (run.profile != "Export") continue;
    if (!run.result.starts_with("stopped") && !run.result.starts_with("no-start")) return {};
    return fmt::format("the last export of {} was stopped (run {}, {}): {}",
                       connectorName(connector),
                       run.id,
                       formatTime(run.started_at),
                       run.message);
  }
  return {};
}

std::string Explainer::stagingWords() const {
  const pair::Role role = server_.server().pairState().role;
  return role == pair::Role::kActive || role == pair::Role::kActivating
             ? std::string()
             : std::string("this server is in staging: only the active one exports");
}

// Asked of an object of a target that no rule wants any more.
void Explainer::explainPendingDeletion(Draft& draft) {
  const store::ObjectRow& row = asked_.preview.object;
  if (question_.is_preview || store().exports().pending(row.id) != PendingOperation::kDelete)
    return;
  const std::string name = connectorName(row.connector);
  std::string why;
  for (const store::Departure& one : store().departures().of(row.id, kJournalShown)) {
    if (one.kind == store::DepartureKind::kDeprovisioned && why.empty()) why = one.detail;
  }
  const std::string held = !stagingWords().empty() ? stagingWords() : whyHeld(row.connector);
  draft.stop(name,
             "its deletion is pending" + (why.empty() ? "" : ": " + why),
             fmt::format("waits to be deleted from {}{}{}",
                         name,
                         why.empty() ? "" : ": " + why,
                         held.empty() ? "" : "; " + held),
             journalOf(row.id));
}

void Explainer::explainPresent(const PreviewedTarget& target,
                               const std::string& name,
                               Draft& draft) {
  std::vector<std::string> details = journalOf(target.object);
  const std::string error = storedError(store(), target.object, store::ErrorPhase::kExport);
  const auto pending = store().exports().pending(target.object);
  const std::string held = whyHeld(target.connector);
  const std::string staging = stagingWords();
  const std::string why_not_yet =
      !staging.empty() ? ", and " + staging : (held.empty() ? std::string() : ", and " + held);
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
  } else if (pending == PendingOperation::kAdd) {
    draft.stop(name,
               "waits to be added",
               fmt::format("waits to be added to {}{}",
                           name,
                           why_not_yet.empty() ? ": run 'tandem cycle delta'" : why_not_yet),
               std::move(details));
  } else if (pending) {
    draft.stop(
        name,
        fmt::format(
            "there as #{}, with a pending {}", target.object.raw(), operationWord(*pending)),
        fmt::format("is in {}, and a change is pending{}",
                    name,
                    why_not_yet.empty() ? ": 'tandem pending --details' shows it" : why_not_yet),
        std::move(details));
  } else if (store().exports().unconfirmed(target.object)) {
    draft.fine(name, "exported; the next import will confirm it", std::move(details));
    draft.conclude(fmt::format("is in {}: exported, and not yet confirmed by an import", name));
  } else {
    draft.fine(
        name,
        fmt::format("there as #{} ({}), as the rules want it", target.object.raw(), target.anchor),
        std::move(details));
  }
}

void Explainer::addWrite(const PreviewedTarget& target, const std::string& name, Draft& draft) {
  if (!target.operation) return;
  Explanation::Write write;
  write.connector = name;
  write.operation = operationWord(*target.operation);
  write.object = fmt::format("#{}", target.object.raw());
  const std::string& image = target.delta.empty() ? target.known : target.delta;
  write.name = run::knownName(store().names(), image, target.dn);
  if (*target.operation != PendingOperation::kDelete) {
    directory::RecordReader reader(target.delta);
    while (const auto attribute = reader.next()) {
      const std::string one = attributeName(attribute->id);
      const auto before = directory::findAttribute(target.known, attribute->id);
      write.changes.push_back(
          {one,
           before ? valuesText(one, *before, kValuesShown) : "",
           attribute->values.isEmpty() ? "" : valuesText(one, attribute->values, kValuesShown)});
    }
    for (const store::ExportReferenceRow& reference : target.references) {
      const std::string to = objectText(reference.target);
      write.changes.push_back({attributeName(reference.attribute),
                               reference.added ? "" : to,
                               reference.added ? to : ""});
    }
  }
  draft.explanation.writes.push_back(std::move(write));
}

// Of an object that a target would lose; a whole sentence.
std::string Explainer::whyDeleted() const {
  if (!asked_.why_gone.empty()) return asked_.why_gone;
  const sync::ObjectPreview& preview = asked_.preview;
  const bool gone = question_.as_if_deleted || (store().space().pendingImport(preview.object.id) &
                                                store::PendingImport::kDelete) != 0;
  if (!preview.link_after) return gone ? "its source is gone" : "its source " + whyDisconnector();
  for (const run::ServerConnector& target : server_.server().connectors()) {
    const sync::TracedScope* const scope = preview.trace.scope(Direction::kOutbound, target.id, {});
    for (const sync::TracedScope::Rule& rule :
         scope == nullptr ? std::vector<sync::TracedScope::Rule>() : scope->rules) {
      const rules::RuleFacts& facts = rules_.rule(rule.index);
      if (facts.link == rules::LinkType::kProvision && !rule.why_not.empty())
        return fmt::format("it is out of the scope of \"{}\": {}", facts.name, rule.why_not);
    }
  }
  return "no rule wants it there any more";
}

void Explainer::previewTarget(const PreviewedTarget& target,
                              const std::string& name,
                              Draft& draft) {
  std::vector<std::string> lines;
  std::string attributes;
  if (target.operation) {
    for (const auto& change : draft.explanation.writes.back().changes) {
      lines.push_back(changeLine(change));
      attributes += (attributes.empty() ? "" : ", ") + change.attribute;
    }
  }
  if (!target.operation) {
    draft.fine(name,
               target.is_linked
                   ? "as the rules want it: nothing would be written"
                   : "would stay as it is, and be none of this server's business any more");
    if (!target.is_linked) draft.conclude("would be disconnected from " + name);
    return;
  }
  switch (*target.operation) {
    case PendingOperation::kAdd:
      draft.fine(name, fmt::format("would be added with {} values", lines.size()), lines);
      draft.conclude("would be added to " + name);
      return;
    case PendingOperation::kUpdate:
      draft.fine(name, fmt::format("#{} would be changed", target.object.raw()), lines);
      draft.conclude(fmt::format("would be changed in {}: {}", name, attributes));
      return;
    case PendingOperation::kDelete:
      draft.stop(name,
                 fmt::format("#{} would be deleted", target.object.raw()),
                 fmt::format("would be deleted from {}: {}", name, whyDeleted()));
      return;
  }
}

void Explainer::explainTarget(const run::ServerConnector& target, Draft& draft) {
  const std::string& name = target.policy->name;
  const sync::TracedScope* const scope =
      asked_.preview.trace.scope(Direction::kOutbound, target.id, {});
  if (scope != nullptr) draft.add(scopeStep(*scope, "Rules out to " + name));
  addFlowOut(draft, target.id);
  bool found = false;
  for (const PreviewedTarget& one : asked_.preview.targets) {
    if (one.connector != target.id) continue;
    found = true;
    addWrite(one, name, draft);
    if (question_.is_preview) {
      previewTarget(one, name, draft);
    } else if (store().metaverse().linkOf(one.object) || store().exports().pending(one.object)) {
      explainPresent(one, name, draft);
    } else {
      draft.stop(name,
                 "not there",
                 fmt::format("is in the metaverse, but not provisioned to {} yet: run 'tandem "
                             "cycle delta'",
                             name));
    }
  }
  if (found || scope == nullptr) return;
  std::string why = fmt::format("is in scope of no rule out to {}: the conditions are below", name);
  for (const sync::TracedScope::Rule& rule : scope->rules) {
    if (rules_.rule(rule.index).link != rules::LinkType::kProvision || rule.why_not.empty())
      continue;
    why = fmt::format("is kept out of {} by the scope of \"{}\": {}",
                      name,
                      rules_.rule(rule.index).name,
                      rule.why_not);
    break;
  }
  draft.stop(name,
             question_.is_preview ? "would not be there" : "not there",
             question_.is_preview ? "would be in the metaverse alone: it " + why
                                  : "is in the metaverse, but " + why);
}

void Explainer::explainTargets(Draft& draft) {
  for (const run::ServerConnector& target : server_.server().connectors()) {
    if (isTarget(target.id)) explainTarget(target, draft);
  }
  if (!question_.is_preview || draft.explanation.writes.empty()) return;
  if (const std::string staging = stagingWords(); !staging.empty())
    draft.add({"Export", false, staging + ", so nothing of this is written", {}});
  for (const PreviewedTarget& one : asked_.preview.targets) {
    if (!one.operation) continue;
    // Thresholds look at everything that is pending, this included.
    store::PendingExportCounts counts = store().exports().countPending(one.connector);
    if (!store().exports().pending(one.object)) {
      std::int64_t& count = *one.operation == PendingOperation::kAdd      ? counts.adds
                            : *one.operation == PendingOperation::kUpdate ? counts.updates
                                                                          : counts.deletes;
      ++count;
    }
    const Result<void> allowed = run::checkThresholds(server_.server().policy().thresholds,
                                                      connectorName(one.connector),
                                                      store().space().count(one.connector),
                                                      counts,
                                                      /*ignore_deletions=*/false);
    if (!allowed.ok())
      draft.add({"Export", false, "would be stopped: " + allowed.error().message(), {}});
  }
}

}  // namespace tandem::cli
