// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "directory/ids.h"
#include "store/database.h"

namespace tandem::store {

using directory::ConnectorId;
using directory::ConnectorObjectId;

// Counter names are those of the Operations tab's XML: "stage-add", "connector-flow",
// "export-update".
using Counters = std::map<std::string, std::int64_t, std::less<>>;

struct RunRow {
  std::int64_t id = 0;
  ConnectorId connector;
  std::int64_t number = 0;
  std::string profile;
  std::int64_t cycle = 0;
  std::string started_by;
  std::int64_t started_at = 0;  // seconds since 1970
  std::int64_t ended_at = 0;    // 0: not ended
  std::string result;
  std::string message;
};

struct StepRow {
  std::int64_t step = 0;
  std::string partition;
  std::int64_t started_at = 0;
  std::int64_t ended_at = 0;
  std::string result;
  std::string message;
  Counters counters;
};

struct RunErrorRow {
  ConnectorObjectId object;  // raw() == 0: not about one object
  std::string dn;
  std::string type;
  std::string code;
  std::string message;
};

struct RunObjectRow {
  std::string counter;
  ConnectorObjectId object;
  std::string dn;
};

enum class ErrorPhase : std::uint8_t {
  kImport = 1,
  kSynchronization = 2,
  kExport = 3
};

struct ObjectError {
  ErrorPhase phase = ErrorPhase::kImport;
  std::string type;
  std::string code;
  std::string message;
  std::int64_t first_at = 0;
  std::int64_t last_at = 0;
  std::int64_t count = 0;
  std::int64_t run = 0;
};

// What was run, with which result, and which objects have errors.
class RunHistory {
 public:
  explicit RunHistory(Database& database) : database_(&database) {}

  std::int64_t startRun(const RunRow& run);  // number and id are given here
  void endRun(std::int64_t run,
              std::int64_t now,
              std::string_view result,
              std::string_view message);
  void writeStep(std::int64_t run, const StepRow& step);
  void addObject(std::int64_t run,
                 std::int64_t step,
                 std::string_view counter,
                 ConnectorObjectId object,
                 std::string_view dn);
  void addError(std::int64_t run, std::int64_t step, const RunErrorRow& error);

  std::optional<RunRow> run(std::int64_t id);
  // Newest first. connector 0: all.
  std::vector<RunRow> runs(ConnectorId connector, std::size_t limit);
  // When an import of the connector last came to its end, errors of single objects or not. 0:
  // never.
  std::int64_t lastImport(ConnectorId connector);
  std::vector<StepRow> steps(std::int64_t run);
  std::vector<RunErrorRow> errors(std::int64_t run, std::size_t limit);
  std::vector<RunObjectRow> objects(std::int64_t run, std::string_view counter, std::size_t limit);
  // Runs that say "in-progress" although nobody runs them: the process was killed.
  std::int64_t closeInterrupted(std::int64_t now);
  std::int64_t purge(std::int64_t before);  // runs that ended earlier, and old journal rows

  void setError(ConnectorObjectId object, const ObjectError& error);  // counts repetitions
  void clearError(ConnectorObjectId object, ErrorPhase phase);
  std::vector<ObjectError> errorsOf(ConnectorObjectId object);
  std::int64_t errorCount(ConnectorId connector, ErrorPhase phase);

 private:
  Database* database_;
};

}  // namespace tandem::store
