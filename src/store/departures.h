// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "directory/ids.h"
#include "store/database.h"

namespace tandem::store {

using directory::ConnectorId;
using directory::ConnectorObjectId;
using directory::ObjectTypeId;

// Written to disk: do not change the values.
enum class DepartureKind : std::uint8_t {
  kReportedDeleted = 1,  // its directory said so
  kNotSeen = 2,          // a full import read everything else
  kDeletedByOthers = 3,  // gone from a target although it is wanted there
  kDeprovisioned = 4,    // a target's object that no rule wants any more: its deletion is pending
  kDeletionSeen = 5,     // the deletion that we exported, confirmed by an import
};

// Why an object went. It outlives the object, for "who deleted her?".
struct Departure {
  ConnectorObjectId object;  // the number it had
  ConnectorId connector;
  ObjectTypeId type;
  std::string dn;
  std::string names;  // what people call it, one a line: user principal name, mail, account name
  std::string anchor;
  DepartureKind kind = DepartureKind::kReportedDeleted;
  ConnectorObjectId cause;  // the object whose change led to it; 0: its own
  std::string detail;       // a whole sentence without its point; may be empty
  std::int64_t run = 0;
  std::int64_t at = 0;  // seconds since 1970
};

// Kept as long as the run history; RunHistory::purge() forgets the old ones.
class Departures {
 public:
  explicit Departures(Database& database) : database_(&database) {}

  void add(const Departure& departure);
  // Newest first.
  std::vector<Departure> of(ConnectorObjectId object, std::size_t limit);
  // By number, DN, anchor or one of its names, any letter case. Looks at all of them.
  std::vector<Departure> find(std::string_view text, std::size_t limit);
  // Those that an object led to.
  std::vector<Departure> causedBy(ConnectorObjectId object, std::size_t limit);

 private:
  std::vector<Departure> list(Statement& statement) const;

  Database* database_;
  std::optional<Statement> add_;  // made when it is first needed: in most runs nothing goes
};

}  // namespace tandem::store
