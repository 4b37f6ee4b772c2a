// SPDX-License-Identifier: Apache-2.0
#include "store/checks.h"

#include <algorithm>

#include <fmt/format.h>

namespace tandem::store {
namespace {

constexpr std::string_view kMadeBy = "attribute_checks:";

void once(Statement& statement) {
  statement.step();
  statement.reset();
}

std::string settingOf(ConnectorId connector) {
  return fmt::format("{}{}", kMadeBy, connector.raw());
}

std::vector<ConnectorObjectId> idsFrom(Statement& statement) {
  std::vector<ConnectorObjectId> ids;
  while (statement.step())
    ids.emplace_back(statement.integer(0));
  statement.reset();
  return ids;
}

}  // namespace

Checks::Checks(Database& database)
    : database_(&database),
      wanted_changed_(database, "INSERT OR IGNORE INTO check_pending VALUES (?1)"),
      imported_changed_(database,
                        "INSERT OR IGNORE INTO check_pending SELECT ?1 WHERE NOT EXISTS "
                        "(SELECT 1 FROM cs_wanted WHERE object = ?1)"),
      note_rivals_(database,
                   "INSERT OR IGNORE INTO check_pending SELECT object FROM attribute_finding "
                   "WHERE other != 0 AND other = ?1"),
      remove_findings_(database, "DELETE FROM attribute_finding WHERE object = ?1"),
      changed_(database,
               "SELECT object FROM check_pending WHERE object > ?1 ORDER BY object LIMIT ?2"),
      clear_changed_(database, "DELETE FROM check_pending WHERE object = ?1"),
      add_value_(database, "INSERT OR IGNORE INTO claimed_value VALUES (?1, ?2)"),
      drop_value_(database, "DELETE FROM claimed_value WHERE hash = ?1 AND object = ?2"),
      holders_(database,
               "SELECT object FROM claimed_value WHERE hash = ?1 ORDER BY object LIMIT ?2"),
      findings_(database,
                "SELECT check_id, other, severity FROM attribute_finding WHERE object = ?1 "
                "ORDER BY check_id, other"),
      add_finding_(database, "INSERT OR IGNORE INTO attribute_finding VALUES (?1, ?2, ?3, ?4)"),
      name_other_(database,
                  "SELECT DISTINCT object FROM attribute_finding WHERE other != 0 AND other = ?1"),
      has_error_(database,
                 "SELECT 1 FROM attribute_finding WHERE object = ?1 AND severity = 2 LIMIT 1") {
  readState();
}

void Checks::readState() {
  Statement any(*database_, "SELECT 1 FROM setting WHERE name >= ?1 AND name < ?2 LIMIT 1");
  any.bindText(1, kMadeBy).bindText(2, "attribute_checks;");
  notes_changes_ = any.step();
}

void Checks::wantedChanged(ConnectorObjectId object) {
  if (!notes_changes_) return;
  wanted_changed_.bind(1, object.raw());
  once(wanted_changed_);
}

void Checks::importedChanged(ConnectorObjectId object) {
  if (!notes_changes_) return;
  imported_changed_.bind(1, object.raw());
  once(imported_changed_);
}

void Checks::objectRemoved(ConnectorObjectId object) {
  note_rivals_.bind(1, object.raw());
  once(note_rivals_);
  remove_findings_.bind(1, object.raw());
  once(remove_findings_);
  clearChanged(object);
}

std::vector<ConnectorObjectId> Checks::changed(ConnectorObjectId after, std::size_t limit) {
  changed_.bind(1, after.raw()).bind(2, static_cast<std::int64_t>(limit));
  return idsFrom(changed_);
}

bool Checks::hasMoreChangedThan(std::int64_t objects) {
  Statement statement(*database_, "SELECT 1 FROM check_pending LIMIT 1 OFFSET ?1");
  statement.bind(1, objects);
  return statement.step();
}

void Checks::clearChanged(ConnectorObjectId object) {
  clear_changed_.bind(1, object.raw());
  once(clear_changed_);
}

std::optional<std::string> Checks::madeBy(ConnectorId connector) {
  Statement statement(*database_, "SELECT value FROM setting WHERE name = ?1");
  const std::string name = settingOf(connector);  // bound, not copied
  statement.bindText(1, name);
  if (!statement.step()) return std::nullopt;
  return std::string(statement.text(0));
}

void Checks::setMadeBy(ConnectorId connector, std::string_view fingerprint) {
  Statement statement(*database_, "INSERT OR REPLACE INTO setting VALUES (?1, ?2)");
  statement.bindText(1, settingOf(connector)).bindText(2, fingerprint).step();
  notes_changes_ = true;
}

void Checks::forgetAll() {
  Statement statement(*database_, "DELETE FROM setting WHERE name >= ?1 AND name < ?2");
  statement.bindText(1, kMadeBy).bindText(2, "attribute_checks;").step();
  Statement(*database_, "DELETE FROM check_pending").step();
  notes_changes_ = false;
}

void Checks::clear(ConnectorId connector) {
  Statement own(*database_, "DELETE FROM setting WHERE name = ?1");
  own.bindText(1, settingOf(connector)).step();
  readState();
  Statement changes(*database_,
                    "DELETE FROM check_pending WHERE "
                    "ifnull((SELECT connector FROM cs_object WHERE id = object), ?1) = ?1");
  changes.bind(1, connector.raw()).step();
}

void Checks::addValue(std::int64_t hash, ConnectorObjectId object) {
  add_value_.bind(1, hash).bind(2, object.raw());
  once(add_value_);
}

void Checks::dropValue(std::int64_t hash, ConnectorObjectId object) {
  drop_value_.bind(1, hash).bind(2, object.raw());
  once(drop_value_);
}

std::vector<ConnectorObjectId> Checks::holders(std::int64_t hash, std::size_t limit) {
  holders_.bind(1, hash).bind(2, static_cast<std::int64_t>(limit));
  return idsFrom(holders_);
}

void Checks::scanClaimants(ConnectorId connector,
                           const std::function<void(const ClaimantView&)>& take) {
  // "+": in order of ids the rows come as they lie; by the connector's index each is looked up.
  Statement rows(*database_,
                 "SELECT o.id, o.type, w.object IS NOT NULL, o.dn, "
                 "CASE WHEN w.object IS NULL THEN o.image ELSE w.image END FROM cs_object o "
                 "LEFT JOIN cs_wanted w ON w.object = o.id WHERE +o.connector = ?1 ORDER BY o.id");
  rows.bind(1, connector.raw());
  while (rows.step()) {
    take({ConnectorObjectId(rows.integer(0)),
          ObjectTypeId(rows.integer(1)),
          rows.integer(2) != 0,
          rows.text(3),
          rows.blob(4)});
  }
}

bool Checks::setFindings(ConnectorObjectId object, std::vector<FindingRow> rows) {
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  if (rows == findings(object)) return false;
  remove_findings_.bind(1, object.raw());
  once(remove_findings_);
  for (const FindingRow& row : rows) {
    add_finding_.bind(1, object.raw()).bindText(2, row.check).bind(3, row.other.raw());
    add_finding_.bind(4, row.is_error ? 2 : 1);
    once(add_finding_);
  }
  return true;
}

std::vector<FindingRow> Checks::findings(ConnectorObjectId object) {
  std::vector<FindingRow> rows;
  findings_.bind(1, object.raw());
  while (findings_.step()) {
    rows.push_back({std::string(findings_.text(0)),
                    ConnectorObjectId(findings_.integer(1)),
                    findings_.integer(2) == 2});
  }
  findings_.reset();
  return rows;
}

std::vector<ConnectorObjectId> Checks::findingsThatName(ConnectorObjectId other) {
  name_other_.bind(1, other.raw());
  return idsFrom(name_other_);
}

bool Checks::hasError(ConnectorObjectId object) {
  has_error_.bind(1, object.raw());
  const bool found = has_error_.step();
  has_error_.reset();
  return found;
}

FindingCounts Checks::counts(ConnectorId connector) {
  Statement statement(*database_,
                      "SELECT sum(f.severity = 2), sum(f.severity = 1), count(DISTINCT f.object), "
                      "count(DISTINCT CASE f.severity WHEN 2 THEN f.object END) "
                      "FROM attribute_finding f JOIN cs_object o ON o.id = f.object "
                      "WHERE o.connector = ?1");
  statement.bind(1, connector.raw());
  if (!statement.step()) return {};
  return {statement.integer(0), statement.integer(1), statement.integer(2), statement.integer(3)};
}

void Checks::clearExportErrors(std::string_view type, bool keep) {
  Statement statement(*database_,
                      keep ? "DELETE FROM cs_error WHERE phase = 3 AND type = ?1 AND object NOT IN "
                             "(SELECT object FROM attribute_finding WHERE severity = 2)"
                           : "DELETE FROM cs_error WHERE phase = 3 AND type = ?1");
  statement.bindText(1, type).step();
}

}  // namespace tandem::store
