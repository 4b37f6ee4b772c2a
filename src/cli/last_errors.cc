// SPDX-License-Identifier: Apache-2.0
#include "cli/last_errors.h"

#include <algorithm>

#include <fmt/core.h>

#include "cli/format.h"

namespace tandem::cli {
namespace {

constexpr std::size_t kRunsLookedAt = 20;
constexpr std::size_t kErrorsMost = 100000;

}  // namespace

std::string_view phaseOf(std::string_view profile) {
  if (profile.ends_with("Import")) return "import";
  return profile == "Export" ? "export" : "synchronization";
}

std::vector<LastErrors> lastErrorsOf(const StoreView& view) {
  std::vector<LastErrors> all;
  store::RunHistory& history = view.store().history();
  for (const StoreView::Connector& connector : view.connectors()) {
    if (!connector.id) continue;
    std::vector<std::string_view> seen;
    for (const store::RunRow& run : history.runs(*connector.id, kRunsLookedAt)) {
      const std::string_view phase = phaseOf(run.profile);
      // A run that did not get to its objects says nothing of them: the one before it counts.
      if (run.result != "success" && !run.result.starts_with("completed")) continue;
      if (std::find(seen.begin(), seen.end(), phase) != seen.end()) continue;
      seen.push_back(phase);
      for (ErrorGroup& group : groupErrors(history.errors(run.id, kErrorsMost)))
        all.push_back({connector.name, run.id, std::move(group)});
    }
  }
  return all;
}

std::string problemText(const LastErrors& errors) {
  const ErrorGroup& group = errors.group;
  return fmt::format("{} {} of {}: {}{}: {}{} (tandem runs {})",
                     formatCount(static_cast<std::int64_t>(group.objects)),
                     group.objects == 1 ? "object" : "objects",
                     errors.connector,
                     group.type,
                     group.code.empty() ? "" : fmt::format(" ({})", group.code),
                     group.objects == 1 ? "" : "the first: ",
                     group.message,
                     errors.run);
}

}  // namespace tandem::cli
