// SPDX-License-Identifier: Apache-2.0
#include "store/exports.h"

namespace tandem::store {
namespace {

void once(Statement& statement) {
  statement.step();
  statement.reset();
}

PendingOperation operationFrom(std::int64_t raw) {
  return static_cast<PendingOperation>(raw);
}

ExportReferenceRow referenceFrom(const Statement& row) {
  return {AttributeId(static_cast<std::uint32_t>(row.integer(0))),
          ConnectorObjectId(row.integer(1)),
          row.integer(2) != 0,
          row.integer(3) != 0,
          row.integer(4)};
}

}  // namespace

Exports::Exports(Database& database, Checks& checks, ChangeTimes& times)
    : database_(&database),
      checks_(&checks),
      times_(&times),
      wanted_(database, "SELECT image, lineage, accepted FROM cs_wanted WHERE object = ?1"),
      set_wanted_(database,
                  "INSERT INTO cs_wanted VALUES (?1, ?2, ?3, x'') ON CONFLICT (object) DO UPDATE "
                  "SET image = excluded.image, lineage = excluded.lineage"),
      set_accepted_(database, "UPDATE cs_wanted SET accepted = ?2 WHERE object = ?1"),
      remove_wanted_(database, "DELETE FROM cs_wanted WHERE object = ?1"),
      unconfirmed_(database,
                   "SELECT operation, delta, changed_at FROM cs_unconfirmed WHERE object = ?1"),
      set_unconfirmed_(
          database,
          "INSERT INTO cs_unconfirmed VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (object) "
          "DO UPDATE SET operation = excluded.operation, delta = excluded.delta, "
          "exported_at = excluded.exported_at, "
          "changed_at = iif(changed_at = 0, excluded.changed_at, changed_at)"),
      remove_unconfirmed_(database, "DELETE FROM cs_unconfirmed WHERE object = ?1"),
      set_pending_(database,
                   "INSERT INTO cs_pending_export VALUES (?1, ?2, ?3, ?4) ON CONFLICT (object) DO "
                   "UPDATE SET connector = excluded.connector, operation = excluded.operation, "
                   "changed_at = iif(changed_at = 0, excluded.changed_at, changed_at)"),
      pending_(database, "SELECT operation FROM cs_pending_export WHERE object = ?1"),
      remove_pending_(database, "DELETE FROM cs_pending_export WHERE object = ?1"),
      list_pending_(
          database,
          "SELECT object, operation, changed_at FROM cs_pending_export WHERE object > ?3 AND "
          "connector = ?1 AND operation = ?2 ORDER BY object LIMIT ?4"),
      set_reference_(database,
                     "INSERT INTO export_reference VALUES (?1, ?2, ?3, ?4, ?5, ?6) "
                     "ON CONFLICT (owner, attribute, target) DO UPDATE SET "
                     "added = excluded.added, state = excluded.state, "
                     "changed_at = iif(changed_at = 0, excluded.changed_at, changed_at)"),
      remove_reference_(
          database,
          "DELETE FROM export_reference WHERE owner = ?1 AND attribute = ?2 AND target = ?3"),
      reference_(database,
                 "SELECT attribute, target, added, state, changed_at FROM export_reference WHERE "
                 "owner = ?1 "
                 "AND attribute = ?2 AND target = ?3"),
      references_(database,
                  "SELECT attribute, target, added, state, changed_at FROM export_reference "
                  "WHERE owner = ?1"),
      has_unsent_(database,
                  "SELECT 1 FROM export_reference WHERE owner = ?1 AND state = 0 LIMIT 1"),
      intent_(database,
              "INSERT INTO export_journal (run, object, operation, epoch, sent_at, delta) "
              "VALUES (?1, ?2, ?3, ?4, ?5, ?6)"),
      answer_(database, "UPDATE export_journal SET answered_at = ?2, outcome = ?3 WHERE id = ?1"),
      open_intent_(
          database,
          "SELECT 1 FROM export_journal WHERE object = ?1 AND answered_at IS NULL LIMIT 1"),
      close_intents_(database,
                     "UPDATE export_journal SET answered_at = ?2, outcome = 'answer lost' "
                     "WHERE object = ?1 AND answered_at IS NULL") {}

std::optional<WantedRow> Exports::wanted(ConnectorObjectId id) {
  wanted_.bind(1, id.raw());
  std::optional<WantedRow> found;
  if (wanted_.step())
    found = WantedRow{
        std::string(wanted_.blob(0)), std::string(wanted_.blob(1)), std::string(wanted_.blob(2))};
  wanted_.reset();
  return found;
}

void Exports::setWanted(ConnectorObjectId id, std::string_view image, std::string_view lineage) {
  set_wanted_.bind(1, id.raw()).bindBlob(2, image).bindBlob(3, lineage);
  once(set_wanted_);
  checks_->wantedChanged(id);
}

void Exports::setAccepted(ConnectorObjectId id, std::string_view accepted) {
  set_accepted_.bind(1, id.raw()).bindBlob(2, accepted);
  once(set_accepted_);
}

void Exports::removeWanted(ConnectorObjectId id) {
  remove_wanted_.bind(1, id.raw());
  once(remove_wanted_);
  checks_->wantedChanged(id);
}

std::optional<UnconfirmedRow> Exports::unconfirmed(ConnectorObjectId id) {
  unconfirmed_.bind(1, id.raw());
  std::optional<UnconfirmedRow> found;
  if (unconfirmed_.step()) {
    found = UnconfirmedRow{operationFrom(unconfirmed_.integer(0)),
                           std::string(unconfirmed_.blob(1)),
                           unconfirmed_.integer(2)};
  }
  unconfirmed_.reset();
  return found;
}

void Exports::setUnconfirmed(ConnectorObjectId id,
                             PendingOperation operation,
                             std::string_view delta,
                             std::int64_t now) {
  set_unconfirmed_.bind(1, id.raw()).bind(2, static_cast<std::int64_t>(operation));
  set_unconfirmed_.bindBlob(3, delta).bind(4, now).bind(5, times_->current());
  once(set_unconfirmed_);
}

void Exports::removeUnconfirmed(ConnectorObjectId id) {
  remove_unconfirmed_.bind(1, id.raw());
  once(remove_unconfirmed_);
}

void Exports::setPending(ConnectorObjectId id, ConnectorId connector, PendingOperation operation) {
  set_pending_.bind(1, id.raw())
      .bind(2, connector.raw())
      .bind(3, static_cast<std::int64_t>(operation))
      .bind(4, times_->current());
  once(set_pending_);
}

std::optional<PendingOperation> Exports::pending(ConnectorObjectId id) {
  pending_.bind(1, id.raw());
  std::optional<PendingOperation> found;
  if (pending_.step()) found = operationFrom(pending_.integer(0));
  pending_.reset();
  return found;
}

void Exports::removePending(ConnectorObjectId id) {
  remove_pending_.bind(1, id.raw());
  once(remove_pending_);
}

std::vector<PendingExportRow> Exports::listPending(ConnectorId connector,
                                                   PendingOperation operation,
                                                   ConnectorObjectId after,
                                                   std::size_t limit) {
  std::vector<PendingExportRow> rows;
  list_pending_.bind(1, connector.raw()).bind(2, static_cast<std::int64_t>(operation));
  list_pending_.bind(3, after.raw()).bind(4, static_cast<std::int64_t>(limit));
  while (list_pending_.step()) {
    rows.push_back({ConnectorObjectId(list_pending_.integer(0)),
                    operationFrom(list_pending_.integer(1)),
                    list_pending_.integer(2)});
  }
  list_pending_.reset();
  return rows;
}

std::optional<std::int64_t> Exports::oldestChange() {
  return database_->queryInteger(
      "SELECT min(changed_at) FROM (SELECT object, changed_at FROM cs_pending_export UNION ALL "
      "SELECT object, changed_at FROM cs_unconfirmed) AS change WHERE changed_at > 0 AND NOT "
      "EXISTS "
      "(SELECT 1 FROM cs_error WHERE cs_error.object = change.object)");
}

PendingExportCounts Exports::countPending(ConnectorId connector) {
  Statement statement(
      *database_,
      "SELECT operation, count(*) FROM cs_pending_export WHERE connector = ?1 GROUP BY operation");
  statement.bind(1, connector.raw());
  PendingExportCounts counts;
  while (statement.step()) {
    switch (operationFrom(statement.integer(0))) {
      case PendingOperation::kAdd:
        counts.adds = statement.integer(1);
        break;
      case PendingOperation::kUpdate:
        counts.updates = statement.integer(1);
        break;
      case PendingOperation::kDelete:
        counts.deletes = statement.integer(1);
        break;
    }
  }
  return counts;
}

void Exports::scanPending(const std::function<void(const PendingExportView&)>& take) {
  Statement all(*database_,
                "SELECT p.object, p.connector, p.operation, o.type, o.anchor, o.dn, w.image "
                "FROM cs_pending_export p JOIN cs_object o ON o.id = p.object "
                "LEFT JOIN cs_wanted w ON w.object = p.object ORDER BY p.object");
  while (all.step()) {
    take({ConnectorObjectId(all.integer(0)),
          ConnectorId(all.integer(1)),
          operationFrom(all.integer(2)),
          ObjectTypeId(all.integer(3)),
          all.blob(4),
          all.text(5),
          all.blob(6)});
  }
}

void Exports::scanPending(PendingOperation operation,
                          const std::function<void(ConnectorObjectId)>& take) {
  Statement rows(*database_, "SELECT object FROM cs_pending_export WHERE operation = ?1");
  rows.bind(1, static_cast<std::int64_t>(operation));
  while (rows.step())
    take(ConnectorObjectId(rows.integer(0)));
}

void Exports::scanInFlight(const std::function<void(ConnectorObjectId)>& take) {
  Statement rows(
      *database_,
      "SELECT object FROM cs_pending_export UNION ALL SELECT object FROM cs_unconfirmed");
  while (rows.step())
    take(ConnectorObjectId(rows.integer(0)));
}

void Exports::scanReferences(
    const std::function<void(ConnectorObjectId, const ExportReferenceRow&)>& take) {
  Statement rows(*database_,
                 "SELECT attribute, target, added, state, changed_at, owner FROM export_reference "
                 "ORDER BY owner, attribute, target");
  while (rows.step())
    take(ConnectorObjectId(rows.integer(5)), referenceFrom(rows));
}

void Exports::setReference(ConnectorObjectId owner, const ExportReferenceRow& row) {
  set_reference_.bind(1, owner.raw()).bind(2, row.attribute.raw()).bind(3, row.target.raw());
  set_reference_.bind(4, row.added ? 1 : 0).bind(5, row.sent ? 1 : 0).bind(6, times_->current());
  once(set_reference_);
}

void Exports::removeReference(ConnectorObjectId owner,
                              AttributeId attribute,
                              ConnectorObjectId target) {
  remove_reference_.bind(1, owner.raw()).bind(2, attribute.raw()).bind(3, target.raw());
  once(remove_reference_);
}

std::optional<ExportReferenceRow> Exports::reference(ConnectorObjectId owner,
                                                     AttributeId attribute,
                                                     ConnectorObjectId target) {
  reference_.bind(1, owner.raw()).bind(2, attribute.raw()).bind(3, target.raw());
  std::optional<ExportReferenceRow> found;
  if (reference_.step()) found = referenceFrom(reference_);
  reference_.reset();
  return found;
}

std::vector<ExportReferenceRow> Exports::references(ConnectorObjectId owner) {
  std::vector<ExportReferenceRow> rows;
  references_.bind(1, owner.raw());
  while (references_.step())
    rows.push_back(referenceFrom(references_));
  references_.reset();
  return rows;
}

bool Exports::hasReferencesToSend(ConnectorObjectId owner) {
  has_unsent_.bind(1, owner.raw());
  const bool found = has_unsent_.step();
  has_unsent_.reset();
  return found;
}

void Exports::scanReferencesToSend(
    const std::function<void(ConnectorObjectId, const ExportReferenceRow&)>& take) {
  Statement all(*database_,
                "SELECT attribute, target, added, state, changed_at, owner FROM export_reference "
                "WHERE state = 0 ORDER BY owner, attribute, target");
  while (all.step())
    take(ConnectorObjectId(all.integer(5)), referenceFrom(all));
}

std::int64_t Exports::journalIntent(std::int64_t run,
                                    ConnectorObjectId object,
                                    PendingOperation operation,
                                    std::int64_t epoch,
                                    std::int64_t now,
                                    std::string_view delta) {
  intent_.bind(1, run).bind(2, object.raw()).bind(3, static_cast<std::int64_t>(operation));
  intent_.bind(4, epoch).bind(5, now).bindBlob(6, delta);
  once(intent_);
  return database_->lastInsertId();
}

void Exports::journalAnswer(std::int64_t entry, std::int64_t now, std::string_view outcome) {
  answer_.bind(1, entry).bind(2, now).bindText(3, outcome);
  once(answer_);
}

bool Exports::hasOpenIntent(ConnectorObjectId object) {
  open_intent_.bind(1, object.raw());
  const bool found = open_intent_.step();
  open_intent_.reset();
  return found;
}

std::optional<std::int64_t> Exports::lastOpenIntent() {
  Statement statement(*database_,
                      "SELECT sent_at FROM export_journal WHERE answered_at IS NULL "
                      "ORDER BY sent_at DESC LIMIT 1");
  if (!statement.step()) return std::nullopt;
  return statement.integer(0);
}

void Exports::closeOpenIntents(ConnectorObjectId object, std::int64_t now) {
  close_intents_.bind(1, object.raw()).bind(2, now);
  once(close_intents_);
}

std::vector<JournalRow> Exports::journalOf(ConnectorObjectId object, std::size_t limit) {
  Statement statement(
      *database_,
      "SELECT id, run, operation, epoch, sent_at, ifnull(answered_at, 0), ifnull(outcome, ''), "
      "ifnull(delta, x'') FROM export_journal WHERE object = ?1 ORDER BY id DESC LIMIT ?2");
  statement.bind(1, object.raw()).bind(2, static_cast<std::int64_t>(limit));
  std::vector<JournalRow> rows;
  while (statement.step()) {
    rows.push_back({statement.integer(0),
                    statement.integer(1),
                    operationFrom(statement.integer(2)),
                    statement.integer(3),
                    statement.integer(4),
                    statement.integer(5),
                    std::string(statement.text(6)),
                    std::string(statement.blob(7))});
  }
  return rows;
}

std::vector<ConnectorObjectId> Exports::deletedWithoutAnchor(ConnectorId connector) {
  Statement statement(*database_,
                      "SELECT o.id FROM cs_unconfirmed u JOIN cs_object o ON o.id = u.object "
                      "WHERE u.operation = ?2 AND o.connector = ?1 AND o.anchor IS NULL");
  statement.bind(1, connector.raw()).bind(2, static_cast<std::int64_t>(PendingOperation::kDelete));
  std::vector<ConnectorObjectId> ids;
  while (statement.step())
    ids.emplace_back(statement.integer(0));
  return ids;
}

std::vector<ConnectorObjectId> Exports::inDoubt(ConnectorId connector) {
  Statement statement(*database_,
                      "SELECT o.id FROM (SELECT object AS id FROM cs_unconfirmed UNION "
                      "SELECT object FROM export_journal WHERE answered_at IS NULL UNION "
                      "SELECT owner FROM export_reference WHERE state = 1) d "
                      "JOIN cs_object o ON o.id = d.id WHERE o.connector = ?1 ORDER BY o.id");
  statement.bind(1, connector.raw());
  std::vector<ConnectorObjectId> ids;
  while (statement.step())
    ids.emplace_back(statement.integer(0));
  return ids;
}

void Exports::scanAccepted(
    ConnectorId connector,
    const std::function<void(ConnectorObjectId, std::string_view, std::string_view)>& take) {
  Statement statement(
      *database_,
      "SELECT o.id, o.image, w.accepted FROM cs_wanted w JOIN cs_object o ON o.id = "
      "w.object WHERE length(w.accepted) > 0 AND o.connector = ?1");
  statement.bind(1, connector.raw());
  while (statement.step())
    take(ConnectorObjectId(statement.integer(0)), statement.blob(1), statement.blob(2));
}

}  // namespace tandem::store
