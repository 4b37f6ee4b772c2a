// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "policy/policy_document.h"
#include "store/exports.h"

namespace tandem::run {

// What a wrong filter, or an emptied directory, must not get past: kStoppedByGuard when more is
// pending than the thresholds allow. objects: how many the connected directory holds.
Result<void> checkThresholds(const policy::Thresholds& thresholds,
                             const std::string& connector,
                             std::int64_t objects,
                             const store::PendingExportCounts& pending,
                             bool ignore_deletions);

}  // namespace tandem::run
