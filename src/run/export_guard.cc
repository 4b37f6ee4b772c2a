// SPDX-License-Identifier: Apache-2.0
#include "run/export_guard.h"

#include <fmt/format.h>

namespace tandem::run {

Result<void> checkThresholds(const policy::Thresholds& thresholds,
                             const std::string& connector,
                             std::int64_t objects,
                             const store::PendingExportCounts& pending,
                             bool ignore_deletions) {
  const policy::DeletionThreshold& deletions = thresholds.deletions;
  if (deletions.enabled && !ignore_deletions) {
    const bool many = pending.deletes > deletions.count;
    const bool much =
        objects > deletions.percent_applies_above &&
        pending.deletes * 100 > objects * static_cast<std::int64_t>(deletions.percent);
    if (many || much) {
      return Error(
          ErrorCode::kStoppedByGuard,
          fmt::format(
              "{} deletions are pending among {} objects; the threshold is {} or {} %. Nothing was "
              "exported. Look at them with 'tandem pending {} --deletes'; if they are "
              "meant, run 'tandem run {} export --allow-deletions'",
              pending.deletes,
              objects,
              deletions.count,
              deletions.percent,
              connector,
              connector));
    }
  }
  const policy::ChangeThreshold& changes = thresholds.changes;
  if (changes.enabled && objects > changes.percent_applies_above &&
      pending.total() * 100 > objects * static_cast<std::int64_t>(changes.percent)) {
    return Error(
        ErrorCode::kStoppedByGuard,
        fmt::format(
            "{} changes are pending among {} objects, more than the {} % of thresholds.changes. "
            "Nothing was exported. Look at them with 'tandem pending {}', then raise or disable "
            "the "
            "threshold",
            pending.total(),
            objects,
            changes.percent,
            connector));
  }
  return {};
}

}  // namespace tandem::run
