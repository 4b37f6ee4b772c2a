// SPDX-License-Identifier: Apache-2.0
#include "store/history.h"

#include <nlohmann/json.hpp>

namespace tandem::store {
namespace {

constexpr const char* kRunColumns =
    "SELECT id, connector, number, profile, cycle, started_by, started_at, ifnull(ended_at, 0), "
    "result, message "
    "FROM run ";

RunRow runFrom(const Statement& row) {
  return {row.integer(0),
          ConnectorId(row.integer(1)),
          row.integer(2),
          std::string(row.text(3)),
          row.integer(4),
          std::string(row.text(5)),
          row.integer(6),
          row.integer(7),
          std::string(row.text(8)),
          std::string(row.text(9))};
}

void bindOptionalTime(Statement& statement, int index, std::int64_t time) {
  if (time == 0) {
    statement.bindNull(index);
  } else {
    statement.bind(index, time);
  }
}

}  // namespace

std::int64_t RunHistory::startRun(const RunRow& run) {
  Statement statement(*database_,
                      "INSERT INTO run (connector, number, profile, cycle, started_by, started_at, "
                      "result, message) "
                      "SELECT ?1, 1 + ifnull(max(number), 0), ?2, ?3, ?4, ?5, 'in-progress', '' "
                      "FROM run WHERE connector = ?1");
  statement.bind(1, run.connector.raw()).bindText(2, run.profile).bind(3, run.cycle);
  statement.bindText(4, run.started_by).bind(5, run.started_at);
  statement.step();
  return database_->lastInsertId();
}

void RunHistory::endRun(std::int64_t run,
                        std::int64_t now,
                        std::string_view result,
                        std::string_view message) {
  Statement statement(*database_,
                      "UPDATE run SET ended_at = ?2, result = ?3, message = ?4 WHERE id = ?1");
  statement.bind(1, run).bind(2, now).bindText(3, result).bindText(4, message).step();
}

void RunHistory::writeStep(std::int64_t run, const StepRow& step) {
  const std::string counters = nlohmann::json(step.counters).dump();
  Statement statement(*database_,
                      "INSERT OR REPLACE INTO run_step VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
  statement.bind(1, run).bind(2, step.step).bindText(3, step.partition).bind(4, step.started_at);
  bindOptionalTime(statement, 5, step.ended_at);
  statement.bindText(6, step.result).bindText(7, step.message).bindText(8, counters).step();
}

void RunHistory::addObject(std::int64_t run,
                           std::int64_t step,
                           std::string_view counter,
                           ConnectorObjectId object,
                           std::string_view dn) {
  Statement statement(*database_, "INSERT OR IGNORE INTO run_object VALUES (?1, ?2, ?3, ?4, ?5)");
  statement.bind(1, run)
      .bind(2, step)
      .bindText(3, counter)
      .bind(4, object.raw())
      .bindText(5, dn)
      .step();
}

void RunHistory::addError(std::int64_t run, std::int64_t step, const RunErrorRow& error) {
  Statement statement(*database_, "INSERT INTO run_error VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
  statement.bind(1, run).bind(2, step).bind(3, error.object.raw()).bindText(4, error.dn);
  statement.bindText(5, error.type).bindText(6, error.code).bindText(7, error.message).step();
}

std::optional<RunRow> RunHistory::run(std::int64_t id) {
  Statement statement(*database_, std::string(kRunColumns) + "WHERE id = ?1");
  statement.bind(1, id);
  if (!statement.step()) return std::nullopt;
  return runFrom(statement);
}

std::vector<RunRow> RunHistory::runs(ConnectorId connector, std::size_t limit) {
  Statement statement(
      *database_,
      std::string(kRunColumns) + "WHERE ?1 = 0 OR connector = ?1 ORDER BY id DESC LIMIT ?2");
  statement.bind(1, connector.raw()).bind(2, static_cast<std::int64_t>(limit));
  std::vector<RunRow> rows;
  while (statement.step())
    rows.push_back(runFrom(statement));
  return rows;
}

std::int64_t RunHistory::lastImport(ConnectorId connector) {
  Statement statement(
      *database_,
      "SELECT ifnull(max(ended_at), 0) FROM run WHERE connector = ?1 AND profile IN "
      "('Full Import', 'Delta Import') AND (result = 'success' OR result LIKE "
      "'completed-%')");
  statement.bind(1, connector.raw());
  return statement.step() ? statement.integer(0) : 0;
}

std::vector<StepRow> RunHistory::steps(std::int64_t run) {
  Statement statement(
      *database_,
      "SELECT step, partition, started_at, ifnull(ended_at, 0), result, message, counters "
      "FROM run_step WHERE run = ?1 ORDER BY step");
  statement.bind(1, run);
  std::vector<StepRow> rows;
  while (statement.step()) {
    StepRow row{statement.integer(0),
                std::string(statement.text(1)),
                statement.integer(2),
                statement.integer(3),
                std::string(statement.text(4)),
                std::string(statement.text(5)),
                {}};
    const auto counters =
        nlohmann::json::parse(statement.text(6), nullptr, /*allow_exceptions=*/false);
    for (const auto& [name, number] : counters.items()) {
      if (number.is_number_integer()) row.counters[name] = number.get<std::int64_t>();
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<RunErrorRow> RunHistory::errors(std::int64_t run, std::size_t limit) {
  Statement statement(*database_,
                      "SELECT object, dn, type, code, message FROM run_error WHERE run = ?1 ORDER "
                      "BY rowid LIMIT ?2");
  statement.bind(1, run).bind(2, static_cast<std::int64_t>(limit));
  std::vector<RunErrorRow> rows;
  while (statement.step()) {
    rows.push_back({ConnectorObjectId(statement.integer(0)),
                    std::string(statement.text(1)),
                    std::string(statement.text(2)),
                    std::string(statement.text(3)),
                    std::string(statement.text(4))});
  }
  return rows;
}

std::vector<RunObjectRow> RunHistory::objects(std::int64_t run,
                                              std::string_view counter,
                                              std::size_t limit) {
  Statement statement(
      *database_,
      "SELECT counter, object, dn FROM run_object WHERE run = ?1 AND (?2 = '' OR counter = ?2) "
      "ORDER BY counter, object LIMIT ?3");
  statement.bind(1, run).bindText(2, counter).bind(3, static_cast<std::int64_t>(limit));
  std::vector<RunObjectRow> rows;
  while (statement.step()) {
    rows.push_back({std::string(statement.text(0)),
                    ConnectorObjectId(statement.integer(1)),
                    std::string(statement.text(2))});
  }
  return rows;
}

std::int64_t RunHistory::closeInterrupted(std::int64_t now) {
  constexpr const char* kWhy =
      "the process ended in the middle of the run; what it had committed is kept";
  Statement steps(*database_,
                  "UPDATE run_step SET ended_at = ?1, result = 'stopped-server-down', message = ?2 "
                  "WHERE result = 'in-progress'");
  steps.bind(1, now).bindText(2, kWhy).step();
  Statement runs(*database_,
                 "UPDATE run SET ended_at = ?1, result = 'stopped-server-down', message = ?2 "
                 "WHERE result = 'in-progress'");
  runs.bind(1, now).bindText(2, kWhy).step();
  return database_->changes();
}

std::int64_t RunHistory::purge(std::int64_t before) {
  for (const char* sql :
       {"DELETE FROM run_object WHERE run IN (SELECT id FROM run WHERE ended_at < ?1)",
        "DELETE FROM run_error WHERE run IN (SELECT id FROM run WHERE ended_at < ?1)",
        "DELETE FROM run_step WHERE run IN (SELECT id FROM run WHERE ended_at < ?1)",
        "DELETE FROM departure WHERE at < ?1",
        "DELETE FROM export_journal WHERE answered_at < ?1"}) {
    Statement(*database_, sql).bind(1, before).step();
  }
  Statement(*database_, "DELETE FROM run WHERE ended_at < ?1").bind(1, before).step();
  return database_->changes();
}

void RunHistory::setError(ConnectorObjectId object, const ObjectError& error) {
  Statement statement(
      *database_,
      "INSERT INTO cs_error VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, 1, ?7) "
      "ON CONFLICT (object, phase) DO UPDATE SET "
      "first_at = CASE WHEN type = excluded.type THEN first_at ELSE excluded.first_at END, "
      "count = CASE WHEN type = excluded.type THEN count + 1 ELSE 1 END, "
      "type = excluded.type, code = excluded.code, message = excluded.message, "
      "last_at = excluded.last_at, run = excluded.run");
  statement.bind(1, object.raw())
      .bind(2, static_cast<std::int64_t>(error.phase))
      .bindText(3, error.type);
  statement.bindText(4, error.code)
      .bindText(5, error.message)
      .bind(6, error.last_at)
      .bind(7, error.run)
      .step();
}

void RunHistory::clearError(ConnectorObjectId object, ErrorPhase phase) {
  Statement statement(*database_, "DELETE FROM cs_error WHERE object = ?1 AND phase = ?2");
  statement.bind(1, object.raw()).bind(2, static_cast<std::int64_t>(phase)).step();
}

std::vector<ObjectError> RunHistory::errorsOf(ConnectorObjectId object) {
  Statement statement(
      *database_,
      "SELECT phase, type, code, message, first_at, last_at, count, run FROM cs_error "
      "WHERE object = ?1 ORDER BY phase");
  statement.bind(1, object.raw());
  std::vector<ObjectError> rows;
  while (statement.step()) {
    rows.push_back({static_cast<ErrorPhase>(statement.integer(0)),
                    std::string(statement.text(1)),
                    std::string(statement.text(2)),
                    std::string(statement.text(3)),
                    statement.integer(4),
                    statement.integer(5),
                    statement.integer(6),
                    statement.integer(7)});
  }
  return rows;
}

std::int64_t RunHistory::errorCount(ConnectorId connector, ErrorPhase phase) {
  Statement statement(*database_,
                      "SELECT count(*) FROM cs_error e JOIN cs_object o ON o.id = e.object "
                      "WHERE o.connector = ?1 AND e.phase = ?2");
  statement.bind(1, connector.raw()).bind(2, static_cast<std::int64_t>(phase));
  return statement.step() ? statement.integer(0) : 0;
}

}  // namespace tandem::store
