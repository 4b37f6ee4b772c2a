// SPDX-License-Identifier: Apache-2.0
//
// Does a test user arrive? A canary makes or changes one object in a source, or takes one that is
// there, and follows it with ordinary runs through import, rules and export into the tenant. It
// ends at the step that the object does not get past, and says why. What it made it removes again.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "run/canary_directory.h"
#include "run/runner.h"

namespace tandem::run {

enum class CanaryStage : std::uint8_t {
  kMade,          // written into the directory; not when an object is merely followed
  kImported,      // an import shows it, or shows the change
  kSynchronized,  // in scope of an inbound rule, and so in the metaverse
  kWanted,        // outbound rules want it in the tenant
  kPending,       // what is to be sent
  kExported,      // sent and accepted; in staging the last one
  kSeen,          // an import of the tenant shows it
  kEqual          // with the values that were wanted
};
std::string_view toString(CanaryStage stage);  // "import", "rules": a word for the line of a stop

struct CanaryStep {
  CanaryStage stage = CanaryStage::kMade;
  bool ok = true;
  std::string text;
  double seconds = 0;
};

// Why an object does not get further, from whoever can explain rules.
struct CanaryCause {
  std::string sentence;
  std::vector<std::string> details;
};

struct CanaryReport {
  std::string user;  // DN
  std::vector<CanaryStep> steps;
  bool passed = false;
  bool only_would = false;  // passed as far as a server in staging goes
  std::optional<CanaryStage> stopped_at;
  CanaryCause cause;            // of the stop
  std::string next;             // what to do about it
  double seconds_to_cloud = 0;  // from the change to the import that showed it
  std::string removal;          // how what was made was removed; empty: nothing was
  std::string left_behind;      // what could not be removed, and what to do; empty: nothing
  bool is_kept = false;         // left behind on purpose
};

enum class CanaryKind : std::uint8_t {
  kMake,    // a test user, removed at the end
  kChange,  // one attribute of an object, restored at the end
  kFollow   // writes nothing into the directory
};

// What to follow.
struct CanaryPlan {
  CanaryKind kind = CanaryKind::kMake;
  ServerConnector* source = nullptr;
  CanaryUser user;        // kMake: all of it; otherwise its dn, when that is known
  std::string attribute;  // kChange
  std::string value;      // kChange: what it becomes
  bool keep = false;      // leave what was made where it is
};

// Whom to ask, and whom to tell.
struct CanaryParts {
  CanaryDirectory* directory = nullptr;  // not for kFollow
  // An ordinary run.
  std::function<Result<RunSummary>(ServerConnector&, policy::RunStep)> run;
  // The object of the plan once an import has shown it, when it is not known by its DN.
  std::function<Result<directory::ConnectorObjectId>()> find;
  // attribute: only where its value is held up. May be empty.
  std::function<CanaryCause(directory::ConnectorObjectId, const std::string& attribute)> why;
  std::function<void(const CanaryStep&)> on_step;
  platform::Clock* clock = nullptr;
  const std::atomic<bool>* cancel = nullptr;
  // How long to wait before each look into the tenant: it takes a while until what was written can
  // be read everywhere.
  std::vector<std::chrono::milliseconds> patience = {std::chrono::seconds(0),
                                                     std::chrono::seconds(1),
                                                     std::chrono::seconds(3),
                                                     std::chrono::seconds(10),
                                                     std::chrono::seconds(20),
                                                     std::chrono::seconds(30)};
};

// An error only for what keeps a canary from being tried at all; a stop is in the report.
Result<CanaryReport> runCanary(Server& server, const CanaryPlan& plan, const CanaryParts& parts);

// Runs as 'parts.run' of a server, recorded as started by "canary".
std::function<Result<RunSummary>(ServerConnector&, policy::RunStep)> canaryRuns(
    Server& server, const std::atomic<bool>* cancel);

}  // namespace tandem::run
