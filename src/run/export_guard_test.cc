// SPDX-License-Identifier: Apache-2.0
#include "run/export_guard.h"

#include <gtest/gtest.h>

namespace tandem::run {
namespace {

constexpr std::int64_t kObjects = 1'000'000;

bool stops(std::int64_t deletes, bool ignore = false, std::int64_t objects = kObjects) {
  policy::Thresholds thresholds;
  store::PendingExportCounts pending;
  pending.deletes = deletes;
  const Result<void> result = checkThresholds(thresholds, "entra", objects, pending, ignore);
  if (result.ok()) return false;
  EXPECT_EQ(result.error().code(), ErrorCode::kStoppedByGuard);
  return true;
}

TEST(ExportGuard, AThresholdOf500LetsExactly500Through) {
  ASSERT_EQ(policy::Thresholds().deletions.count, 500);
  EXPECT_FALSE(stops(500));
  EXPECT_TRUE(stops(501));
  EXPECT_FALSE(stops(501, /*ignore=*/true));
}

TEST(ExportGuard, AShareOfAllObjectsStopsAsWell) {
  const policy::DeletionThreshold deletions = policy::Thresholds().deletions;
  const std::int64_t objects = std::max<std::int64_t>(1000, deletions.percent_applies_above + 100);
  const std::int64_t share = objects * static_cast<std::int64_t>(deletions.percent) / 100;
  EXPECT_FALSE(stops(share, /*ignore=*/false, objects));
  EXPECT_TRUE(stops(share + 1, /*ignore=*/false, objects));
}

}  // namespace
}  // namespace tandem::run
