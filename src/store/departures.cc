// SPDX-License-Identifier: Apache-2.0
#include "store/departures.h"

#include "base/text.h"

namespace tandem::store {
namespace {

constexpr const char* kSelect =
    "SELECT object, connector, type, dn, names, anchor, kind, cause, detail, run, at "
    "FROM departure ";

Departure departureFrom(const Statement& row) {
  return {ConnectorObjectId(row.integer(0)),
          ConnectorId(row.integer(1)),
          ObjectTypeId(row.integer(2)),
          std::string(row.text(3)),
          std::string(row.text(4)),
          std::string(row.blob(5)),
          static_cast<DepartureKind>(row.integer(6)),
          ConnectorObjectId(row.integer(7)),
          std::string(row.text(8)),
          row.integer(9),
          row.integer(10)};
}

bool isCalled(const Departure& departure, std::string_view text, const std::string& folded) {
  if (departure.anchor == text || foldCase(departure.dn) == folded) return true;
  for (const std::string& name : split(departure.names, '\n')) {
    if (foldCase(name) == folded) return true;
  }
  return false;
}

}  // namespace

void Departures::add(const Departure& departure) {
  if (!add_) {
    add_.emplace(*database_,
                 "INSERT INTO departure (object, connector, type, dn, names, anchor, kind, cause, "
                 "detail, run, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)");
  }
  add_->bind(1, departure.object.raw()).bind(2, departure.connector.raw());
  add_->bind(3, departure.type.raw()).bindText(4, departure.dn).bindText(5, departure.names);
  add_->bindBlob(6, departure.anchor).bind(7, static_cast<std::int64_t>(departure.kind));
  add_->bind(8, departure.cause.raw()).bindText(9, departure.detail);
  add_->bind(10, departure.run).bind(11, departure.at);
  add_->step();
  add_->reset();
}

std::vector<Departure> Departures::list(Statement& statement) const {
  std::vector<Departure> rows;
  while (statement.step())
    rows.push_back(departureFrom(statement));
  return rows;
}

std::vector<Departure> Departures::of(ConnectorObjectId object, std::size_t limit) {
  Statement statement(*database_,
                      std::string(kSelect) + "WHERE object = ?1 ORDER BY id DESC LIMIT ?2");
  statement.bind(1, object.raw()).bind(2, static_cast<std::int64_t>(limit));
  return list(statement);
}

std::vector<Departure> Departures::causedBy(ConnectorObjectId object, std::size_t limit) {
  Statement statement(*database_,
                      std::string(kSelect) + "WHERE cause = ?1 ORDER BY id DESC LIMIT ?2");
  statement.bind(1, object.raw()).bind(2, static_cast<std::int64_t>(limit));
  return list(statement);
}

std::vector<Departure> Departures::find(std::string_view text, std::size_t limit) {
  std::string_view digits = text;
  if (!digits.empty() && digits.front() == '#') digits.remove_prefix(1);
  if (const auto number = parseInteger(digits)) {
    std::vector<Departure> known = of(ConnectorObjectId(*number), limit);
    if (!known.empty()) return known;
  }
  const std::string folded = foldCase(text);
  Statement statement(*database_, std::string(kSelect) + "ORDER BY id DESC");
  std::vector<Departure> rows;
  while (rows.size() < limit && statement.step()) {
    Departure departure = departureFrom(statement);
    if (isCalled(departure, text, folded)) rows.push_back(std::move(departure));
  }
  return rows;
}

}  // namespace tandem::store
