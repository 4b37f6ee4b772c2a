// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/progress_line.h"
#include "cli/session.h"
#include "run/runner.h"

namespace tandem::cli {

// Shows runs while they go on and what came of them.
class RunReport {
 public:
  explicit RunReport(Session& session);

  run::RunOptions options();
  void finished(const run::RunSummary& summary);
  // Prints the JSON, or why there was no export; the exit code is the worst of the runs.
  ExitCode end(const std::vector<run::RunSummary>& runs, const std::string& skipped_exports);

 private:
  void show(const run::Progress& progress);

  Session& session_;
  ProgressLine progress_;
  bool has_header_ = false;
};

}  // namespace tandem::cli
