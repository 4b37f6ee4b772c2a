// SPDX-License-Identifier: Apache-2.0
#include "cli/initial_cost.h"

#include <fmt/core.h>

#include "cli/format.h"

namespace tandem::cli {
namespace {

constexpr std::size_t kRunsLookedAt = 200;

// Of the connector's last full import and last full synchronization that came to their end.
struct Earlier {
  std::int64_t seconds = 0;
  bool has_both = false;
};

Earlier earlierOf(store::RunHistory& history, directory::ConnectorId connector) {
  Earlier earlier;
  bool has_import = false;
  bool has_synchronization = false;
  for (const store::RunRow& run : history.runs(connector, kRunsLookedAt)) {
    const bool is_whole = run.result == "success" || run.result.starts_with("completed");
    if (run.ended_at == 0 || !is_whole) continue;
    bool* const has = run.profile == "Full Import"            ? &has_import
                      : run.profile == "Full Synchronization" ? &has_synchronization
                                                              : nullptr;
    if (has == nullptr || *has) continue;
    *has = true;
    earlier.seconds += run.ended_at - run.started_at;
  }
  earlier.has_both = has_import && has_synchronization;
  return earlier;
}

}  // namespace

std::string initialCost(run::Server& server) {
  std::int64_t objects = 0;
  std::int64_t seconds = 0;
  bool can_estimate = true;
  for (const run::ServerConnector& connector : server.connectors()) {
    objects += server.store().space().count(connector.id);
    const Earlier earlier = earlierOf(server.store().history(), connector.id);
    seconds += earlier.seconds;
    can_estimate = can_estimate && earlier.has_both;
  }
  if (objects == 0) return {};
  std::string time = "how long that takes is not known: this server has not done it before";
  if (can_estimate) {
    time = seconds == 0 ? "the last time it took less than a second"
                        : fmt::format("the last time it took {}",
                                      formatDuration(static_cast<double>(seconds)));
  }
  const bool is_active = server.pairState().role == pair::Role::kActive;
  return fmt::format("An initial cycle reads and synchronizes all {} objects anew; {}.\n{}",
                     formatCount(objects),
                     time,
                     is_active ? "Only what differs is written, within the thresholds."
                               : "This server exports nothing, so nothing is written.");
}

}  // namespace tandem::cli
