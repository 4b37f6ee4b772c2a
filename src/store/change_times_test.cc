// SPDX-License-Identifier: Apache-2.0
#include "store/change_times.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "store/store.h"

namespace tandem::store {
namespace {

using std::filesystem::path;

constexpr std::int64_t kHour = 3600;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kNow = 1'700'000'000;

class ChangeTimesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = path(::testing::TempDir()) /
              ("change_times_" +
               std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    store_ = Store::open((folder_ / "tandem.db").string()).value();
  }
  ChangeTimes& times() { return store_->changeTimes(); }

  path folder_;
  std::unique_ptr<Store> store_;
};

TEST(DurationCounts, APercentileIsRightWithinFivePercent) {
  for (const int seconds : {2, 7, 30, 90, 1800, 7200, 86400, 604800}) {
    DurationCounts counts;
    counts.add(DurationCounts::bucketOf(seconds), 1);
    EXPECT_NEAR(*counts.percentile(0.5), seconds, 0.05 * seconds) << seconds;
    EXPECT_EQ(counts.upTo(seconds * 1.1), 1);
    EXPECT_EQ(counts.upTo(seconds * 0.9), 0);
  }
}

TEST(DurationCounts, BoundsAreKept) {
  EXPECT_EQ(DurationCounts::bucketOf(-5), 0);
  EXPECT_EQ(DurationCounts::bucketOf(0), 0);
  EXPECT_EQ(DurationCounts::bucketOf(1), 0);
  EXPECT_EQ(DurationCounts::bucketOf(std::int64_t{1} << 50), DurationCounts::kBuckets - 1);
  EXPECT_FALSE(DurationCounts().percentile(0.99));
}

TEST(DurationCounts, TheNinetyNinthPercentileIsTheSlowestOfAHundred) {
  DurationCounts counts;
  counts.add(DurationCounts::bucketOf(60), 98);
  counts.add(DurationCounts::bucketOf(4000), 2);
  EXPECT_NEAR(*counts.percentile(0.5), 60, 3);
  EXPECT_NEAR(*counts.percentile(0.99), 4000, 200);
  EXPECT_EQ(counts.total(), 100);
}

TEST_F(ChangeTimesTest, CountsAreKeptByHourAndSummedByDay) {
  times().count(ChangeStage::kConfirmed, kNow - 60, kNow);
  times().count(ChangeStage::kConfirmed, kNow - 60, kNow);
  times().count(ChangeStage::kAnswered, kNow - 30, kNow);
  times().count(ChangeStage::kConfirmed, 0, kNow);  // an initial load
  times().flush();
  times().count(ChangeStage::kConfirmed, kNow + kDay - 600, kNow + kDay);
  times().flush();
  const auto days = times().days(ChangeStage::kConfirmed);
  ASSERT_EQ(days.size(), 2U);
  EXPECT_EQ(days[0].counts.total(), 2);
  EXPECT_NEAR(*days[1].counts.percentile(0.5), 600, 30);
  EXPECT_EQ(days[0].begins_at % kDay, 0);
  EXPECT_EQ(times().between(ChangeStage::kConfirmed, kNow, kNow + kHour).total(), 2);
  EXPECT_EQ(times().days(ChangeStage::kAnswered).size(), 1U);
}

TEST_F(ChangeTimesTest, ADirectoryWhoseClockRunsAheadCountsAsNoTimeAtAll) {
  times().count(ChangeStage::kConfirmed, kNow + 500, kNow);
  times().flush();
  EXPECT_EQ(*times().days(ChangeStage::kConfirmed).front().counts.percentile(0.5), 1);
}

TEST_F(ChangeTimesTest, OldOnesGo) {
  times().count(ChangeStage::kConfirmed, kNow - 60, kNow);
  times().flush();
  times().purge(kNow + 89 * kDay);
  EXPECT_EQ(times().days(ChangeStage::kConfirmed).size(), 1U);
  times().purge(kNow + 91 * kDay);
  EXPECT_TRUE(times().days(ChangeStage::kConfirmed).empty());
}

// The time goes with the rows that are written anyway, and the oldest change counts.
TEST_F(ChangeTimesTest, AChangesTimeTravelsFromImportToConfirmation) {
  const directory::ConnectorId ad(1);
  const directory::ConnectorObjectId ada(7);
  {
    const FromChange change(times(), 100);
    store_->space().addPendingImport(ada, ad, PendingImport::kUpdate);
  }
  {
    const FromChange later(times(), 200);
    store_->space().addPendingImport(ada, ad, PendingImport::kUpdate);
  }
  EXPECT_EQ(times().current(), 0);
  const auto pending = store_->space().pendingImports(ad, {}, 10);
  ASSERT_EQ(pending.size(), 1U);
  EXPECT_EQ(pending.front().changed_at, 100);
  Exports& exports = store_->exports();
  {
    const FromChange change(times(), pending.front().changed_at);
    exports.setPending(ada, ad, PendingOperation::kUpdate);
    exports.setReference(ada, {directory::AttributeId(3), ada});
  }
  exports.setPending(ada, ad, PendingOperation::kUpdate);  // looked at again, from no change
  const auto row = exports.listPending(ad, PendingOperation::kUpdate, {}, 10).front();
  EXPECT_EQ(row.changed_at, 100);
  EXPECT_EQ(exports.references(ada).front().changed_at, 100);
  {
    const FromChange change(times(), row.changed_at);
    exports.setUnconfirmed(ada, PendingOperation::kUpdate, "delta", 300);
  }
  EXPECT_EQ(exports.unconfirmed(ada)->changed_at, 100);
  EXPECT_TRUE(store_->database().takeError().ok());
}

}  // namespace
}  // namespace tandem::store
