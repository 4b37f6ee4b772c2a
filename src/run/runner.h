// SPDX-License-Identifier: Apache-2.0
//
// Run profiles and cycles, in Entra Connect's order and words. A run is recorded in the run history
// from its first moment; whatever happens, it ends with a result string and a message that says
// what to do.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "run/server.h"

namespace tandem::run {

enum class CyclePolicy : std::uint8_t {
  kDelta,
  kInitial
};

// What a watcher sees while a run goes on. done of total objects; total 0: not known.
struct Progress {
  std::string connector;
  std::string profile;  // "Full Import", …
  std::int64_t done = 0;
  std::int64_t total = 0;
  double per_second = 0;
  std::optional<double> seconds_left;
};

struct RunSummary;

struct RunOptions {
  std::string started_by = "command line";
  std::function<void(const Progress&)>
      on_progress;  // at most ten times a second, from the run's thread
  std::function<void(const RunSummary&)> on_finished;  // each run of a cycle, when it has ended
  const std::atomic<bool>* cancel = nullptr;           // Ctrl-C
  bool dry_run = false;                                // exports: plan only, nothing is sent
  bool ignore_deletion_threshold = false;              // for this export alone
  bool ignore_absence_guard = false;                   // for this full import alone
};

struct RunSummary {
  std::int64_t run = 0;
  std::int64_t number = 0;
  std::string connector;
  std::string profile;
  std::string
      result;  // "success", "completed-export-errors", "stopped-deletion-threshold-exceeded", …
  std::string message;       // empty for success
  store::Counters counters;  // summed over its steps
  double seconds = 0;
  std::optional<connectors::ExportPlan> plan;  // dry runs

  bool isSuccess() const { return result == "success" || result == "completed-no-objects"; }
  // 0 done (warnings and object errors included), 1 failed, 3 stopped by a guard.
  int exitCode() const;
};

struct CycleSummary {
  std::vector<RunSummary> runs;
  std::string
      skipped_exports;   // why there was no export ("this server is staging …"); empty: there was
  int exitCode() const;  // the worst of its runs
};

class Runner {
 public:
  explicit Runner(Server& server) : server_(&server) {}

  // An error only when the run could not be recorded at all; otherwise the summary tells.
  Result<RunSummary> run(ServerConnector& connector,
                         policy::RunStep step,
                         const RunOptions& options);
  Result<CycleSummary> cycle(CyclePolicy cycle, const RunOptions& options);
  // Ends runs that a killed process left open, and purges history older than the policy keeps.
  Result<void> maintain();

 private:
  // Of a cycle: claims first, if this server is to be active. Empty: it may export.
  std::string whyNoExports(const RunOptions& options);

  Server* server_;
  std::int64_t cycle_ = 0;  // of the cycle in progress
};

}  // namespace tandem::run
