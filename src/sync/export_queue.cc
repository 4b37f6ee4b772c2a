// SPDX-License-Identifier: Apache-2.0
#include "sync/export_queue.h"

#include <fmt/format.h>

#include "checks/check_table.h"
#include "sync/attribute_checks.h"

namespace tandem::sync {

using connectors::ExportItem;
using connectors::ExportOperation;
using connectors::ExportOutcome;
using store::ObjectRow;
using store::PendingOperation;

namespace {

constexpr std::size_t kAnswersPerCommit = 500;

std::string_view counterOf(ExportOperation operation) {
  switch (operation) {
    case ExportOperation::kAdd:
      return "export-add";
    case ExportOperation::kUpdate:
      return "export-update";
    case ExportOperation::kDelete:
      return "export-delete";
  }
  return "export-update";
}

}  // namespace

ExportQueue::ExportQueue(const Engine& engine,
                         ConnectorId connector,
                         StepRecorder& recorder,
                         std::int64_t run)
    : engine_(&engine), connector_(connector), recorder_(&recorder), run_(run), targets_(engine) {}

std::vector<ExportItem> ExportQueue::next(PendingOperation operation, std::size_t limit) {
  std::vector<ExportItem> items;
  while (items.size() < limit) {
    const auto rows =
        engine_->store->exports().listPending(connector_, operation, after_, limit - items.size());
    if (rows.empty()) break;
    for (const store::PendingExportRow& pending : rows) {
      after_ = pending.id;
      const std::optional<ObjectRow> row = engine_->store->space().find(pending.id);
      if (!row) continue;
      if (isHeldBack(row->id, operation)) {
        held_back_.push_back(whyHeldBack(*row));
        if (held_back_.size() >= kAnswersPerCommit) unrecorded_ = flush();
        if (!unrecorded_.ok()) return {};
        continue;
      }
      ExportItem item = itemFor(*row, operation);
      // Only withheld references are left: nothing to send until their targets exist.
      const bool empty =
          operation == PendingOperation::kUpdate && item.image.empty() && item.references.empty();
      if (empty) continue;
      if (pending.changed_at != 0) changed_at_[pending.id.raw()] = pending.changed_at;
      items.push_back(std::move(item));
    }
  }
  return items;
}

bool ExportQueue::isHeldBack(ConnectorObjectId id, PendingOperation operation) {
  return holds_back_ && operation != PendingOperation::kDelete &&
         engine_->store->checks().hasError(id);
}

ObjectProblem ExportQueue::whyHeldBack(const ObjectRow& row) {
  ObjectProblem problem;
  problem.object = row.id;
  problem.dn = row.dn;
  problem.phase = store::ErrorPhase::kExport;
  problem.type = kAttributeCheckError;
  for (const store::FindingRow& finding : engine_->store->checks().findings(row.id)) {
    const checks::Check* const check = checks::findCheck(finding.check);
    if (check == nullptr || !finding.is_error) continue;
    if (problem.code.empty()) problem.code = finding.check;
    problem.message += fmt::format(
        "{} {}{}. {}. ",
        checks::nameOf(check->attribute),
        check->wrong,
        finding.other.raw() == 0 ? std::string() : fmt::format(" (#{})", finding.other.raw()),
        check->repair);
  }
  problem.message +=
      "It is held back until then (attributeChecks.holdBack); 'tandem check attributes' shows the "
      "values";
  return problem;
}

ExportItem ExportQueue::itemFor(const ObjectRow& row, PendingOperation operation) {
  ExportItem item;
  item.id = row.id;
  item.operation = static_cast<ExportOperation>(operation);
  item.type = row.type;
  item.anchor = row.anchor;
  item.dn = row.dn;
  item.is_retry = engine_->store->exports().hasOpenIntent(row.id);
  if (operation == PendingOperation::kDelete) {
    item.known_image = row.image;
    // Only an add without a good answer speaks for it: the connector has to find out whether there
    // is anything, and which object it is.
    if (!targets_.existsInDirectory(row)) item.anchor.clear();
    return item;
  }
  if (operation == PendingOperation::kAdd) {
    item.is_retry = item.is_retry || !row.anchor.empty();
    item.image = targets_.imageToAdd(row);
    return item;
  }
  item.image = targets_.pendingDelta(row);
  item.known_image = targets_.knownImage(row);
  for (const store::ExportReferenceRow& reference : engine_->store->exports().references(row.id)) {
    if (reference.sent) continue;
    const std::optional<ObjectRow> target = engine_->store->space().find(reference.target);
    if (!target || target->anchor.empty()) continue;
    item.references.push_back(
        {reference.attribute, reference.added, reference.target, target->anchor});
  }
  return item;
}

Result<void> ExportQueue::intend(std::span<const ExportItem> items, std::uint64_t epoch) {
  store::Transaction transaction = TRY(store::Transaction::begin(engine_->store->database()));
  store::Exports& exports = engine_->store->exports();
  const std::int64_t now = engine_->now();
  for (const ExportItem& item : items) {
    if (item.is_retry) exports.closeOpenIntents(item.id, now);
    // An add's content is the wanted image; only a change would be lost to "why".
    const std::string_view delta =
        item.operation == ExportOperation::kUpdate ? std::string_view(item.image) : "";
    const std::int64_t entry = exports.journalIntent(run_,
                                                     item.id,
                                                     static_cast<PendingOperation>(item.operation),
                                                     static_cast<std::int64_t>(epoch),
                                                     now,
                                                     delta);
    in_flight_[item.id.raw()] = {entry, item};
  }
  return transaction.commit();
}

Result<void> ExportQueue::answered(const ExportOutcome& outcome) {
  answers_.push_back(outcome);
  if (answers_.size() >= kAnswersPerCommit) return flush();
  return {};
}

Result<void> ExportQueue::flush() {
  TRY(unrecorded_);
  if (answers_.empty() && held_back_.empty()) return {};
  store::Transaction transaction = TRY(store::Transaction::begin(engine_->store->database()));
  for (const ExportOutcome& outcome : answers_) {
    const auto sent = in_flight_.find(outcome.id.raw());
    if (sent == in_flight_.end()) continue;
    const auto changed = changed_at_.find(outcome.id.raw());
    const store::FromChange from(engine_->store->changeTimes(),
                                 changed == changed_at_.end() ? 0 : changed->second);
    record(outcome, sent->second);
    in_flight_.erase(sent);
    if (changed != changed_at_.end()) changed_at_.erase(changed);
  }
  answers_.clear();
  for (const ObjectProblem& problem : held_back_)
    recorder_->problem(problem);
  if (!held_back_.empty()) {
    recorder_->countOnly("export-held-back", static_cast<std::int64_t>(held_back_.size()));
    held_back_count_ += static_cast<std::int64_t>(held_back_.size());
  }
  held_back_.clear();
  engine_->store->changeTimes().flush();
  return transaction.commit();
}

void ExportQueue::record(const ExportOutcome& outcome, const InFlight& sent) {
  store::Exports& exports = engine_->store->exports();
  const std::optional<ObjectRow> row = engine_->store->space().find(outcome.id);
  // Without an answer the intent stays open: the next try is a retry, and a release waits for it.
  if (!outcome.may_be_under_way) {
    exports.journalAnswer(
        sent.journal, engine_->now(), outcome.success ? "success" : outcome.error_type);
  }
  if (!row) return;
  if (!outcome.success) {
    // An add may have made the object and failed behind that: the next try must know which it is.
    if (!outcome.anchor.empty() && row->anchor.empty()) {
      engine_->store->space().setIdentity(row->id, row->type, row->state, outcome.anchor);
    }
    ++failures_;
    recorder_->countOnly("export-failure", 1);
    recorder_->problem({row->id,
                        row->dn,
                        store::ErrorPhase::kExport,
                        outcome.error_type,
                        outcome.error_code,
                        outcome.error_message});
    return;
  }
  recorder_->count(counterOf(sent.item.operation), row->id, row->dn);
  store::ChangeTimes& times = engine_->store->changeTimes();
  times.count(store::ChangeStage::kAnswered, times.current(), engine_->now());
  engine_->store->history().clearError(row->id, store::ErrorPhase::kExport);
  const auto operation = static_cast<PendingOperation>(sent.item.operation);
  if (outcome.references_done) {
    for (const connectors::ExportedReference& reference : sent.item.references) {
      exports.setReference(row->id,
                           {reference.attribute, reference.target, reference.add, /*sent=*/true});
    }
  }
  targets_.markExported(
      *row, operation, sent.item.image, outcome.anchor.empty() ? row->anchor : outcome.anchor);
}

}  // namespace tandem::sync
