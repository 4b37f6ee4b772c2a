// SPDX-License-Identifier: Apache-2.0
#include "cli/failed_runs.h"

#include <algorithm>
#include <string_view>

#include <fmt/core.h>

#include "cli/last_errors.h"
#include "pair/pair_state.h"
#include "run/result_text.h"

namespace tandem::cli {
namespace {

constexpr std::size_t kRunsLookedAt = 20;
constexpr int kStoppedByGuard = 3;

}  // namespace

std::vector<FailedRun> failedRunRowsOf(const StoreView& view) {
  std::vector<FailedRun> failed;
  std::vector<std::string_view> seen;
  // A server that exports nothing says so by its role.
  const bool exports = pair::readPairState(view.store()).role == pair::Role::kActive;
  for (const StoreView::Connector& connector : view.connectors()) {
    if (!connector.id) continue;
    seen.clear();
    if (!exports) seen.push_back(phaseOf("Export"));
    for (const store::RunRow& run : view.store().history().runs(*connector.id, kRunsLookedAt)) {
      const std::string_view phase = phaseOf(run.profile);
      if (run.result.empty()) continue;  // it goes on
      if (std::find(seen.begin(), seen.end(), phase) != seen.end()) continue;
      seen.push_back(phase);
      const int code = run::exitCodeFor(run.result);
      if (code == 0) continue;
      failed.push_back({connector.name, std::string(phase), run, code == kStoppedByGuard});
    }
  }
  return failed;
}

std::vector<std::string> failedRunsOf(const StoreView& view) {
  std::vector<std::string> problems;
  for (const FailedRun& failed : failedRunRowsOf(view)) {
    problems.push_back(fmt::format("{}: {}: {}: {} (tandem runs {})",
                                   failed.connector,
                                   failed.run.profile,
                                   failed.run.result,
                                   failed.run.message,
                                   failed.run.id));
  }
  return problems;
}

}  // namespace tandem::cli
