// SPDX-License-Identifier: Apache-2.0
//
// What the attribute checks know from cycle to cycle: which objects to look at again, who claims
// which value, and what was found.
#pragma once

#include <cstdint>
#include <functional>
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

struct FindingRow {
  std::string check;
  ConnectorObjectId other;  // raw() == 0: none
  bool is_error = false;
  friend auto operator<=>(const FindingRow&, const FindingRow&) = default;
};

struct FindingCounts {
  std::int64_t errors = 0;
  std::int64_t warnings = 0;
  std::int64_t objects = 0;           // with either
  std::int64_t objects_in_error = 0;  // with an error
};

// An object of a tenant with what it claims: what is wanted of it, or, of an object that is not
// ours, what was imported. A view: valid until the callback that got it returns.
struct ClaimantView {
  ConnectorObjectId id;
  ObjectTypeId type;
  bool is_wanted = false;
  std::string_view dn;
  std::string_view image;
};

class Checks {
 public:
  explicit Checks(Database& database);

  // -- what to look at again. Nothing is noted while no connector is up to date: then all is.
  void wantedChanged(ConnectorObjectId object);
  void importedChanged(ConnectorObjectId object);  // of a target; counts only when not wanted
  void objectRemoved(ConnectorObjectId object);    // its findings go, and its rivals are looked at
  std::vector<ConnectorObjectId> changed(ConnectorObjectId after, std::size_t limit);
  bool hasMoreChangedThan(std::int64_t objects);
  void clearChanged(ConnectorObjectId object);

  // By what the connector's findings were made; nullopt: they are not complete.
  std::optional<std::string> madeBy(ConnectorId connector);
  void setMadeBy(ConnectorId connector, std::string_view fingerprint);
  // Before very many objects are written: everything is looked at afterwards.
  void forgetAll();
  // Its objects will all be looked at: what changed so far does not matter.
  void clear(ConnectorId connector);

  // -- who claims what
  void addValue(std::int64_t hash, ConnectorObjectId object);
  void dropValue(std::int64_t hash, ConnectorObjectId object);
  std::vector<ConnectorObjectId> holders(std::int64_t hash, std::size_t limit);  // ascending
  // Ascending by id.
  void scanClaimants(ConnectorId connector, const std::function<void(const ClaimantView&)>& take);

  // -- findings
  // True: they are not what they were.
  bool setFindings(ConnectorObjectId object, std::vector<FindingRow> findings);
  std::vector<FindingRow> findings(ConnectorObjectId object);
  std::vector<ConnectorObjectId> findingsThatName(ConnectorObjectId other);
  bool hasError(ConnectorObjectId object);
  FindingCounts counts(ConnectorId connector);
  // Export errors of the type that objects do not deserve any more. keep: false: all of them.
  void clearExportErrors(std::string_view type, bool keep);

 private:
  void readState();

  Database* database_;
  bool notes_changes_ = false;  // some connector is up to date
  Statement wanted_changed_, imported_changed_, note_rivals_, remove_findings_, changed_,
      clear_changed_;
  Statement add_value_, drop_value_, holders_;
  Statement findings_, add_finding_, name_other_, has_error_;
};

}  // namespace tandem::store
