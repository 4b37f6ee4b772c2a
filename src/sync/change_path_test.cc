// SPDX-License-Identifier: Apache-2.0
//
// How long changes take to the cloud, through the whole engine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync/engine_for_test.h"

namespace tandem::sync {
namespace {

using connectors::ReferenceChange;
using store::ChangeStage;

class ChangePath : public testing::Test, public EngineForTest {
 protected:
  ChangePath() {
    engine.now = [this] { return now_; };
    importFull({user("anna"), user("bert"), group("staff", {"anna"})});
    synchronizeAll(corp);
    exportAll();
    confirmAll();
    synchronize(cloud);
  }
  // Import, and ten minutes to each of the following steps.
  void walk(std::vector<connectors::ImportItem> changes) {
    importDelta(std::move(changes));
    now_ += 600;
    synchronize(corp);
    now_ += 600;
    exportAll();
    now_ += 600;
    confirmAll();
  }
  std::int64_t counted(ChangeStage stage = ChangeStage::kConfirmed) {
    return store->changeTimes().between(stage, 0, now_).total();
  }
  double median(ChangeStage stage = ChangeStage::kConfirmed) {
    return store->changeTimes().between(stage, 0, now_).percentile(0.5).value_or(0);
  }

  std::int64_t now_ = 1'700'000'000;
};

TEST_F(ChangePath, AFirstLoadIsNotCounted) {
  EXPECT_EQ(counted(), 0);
  EXPECT_EQ(counted(ChangeStage::kAnswered), 0);
}

TEST_F(ChangePath, AChangeCountsFromItsImportToItsConfirmation) {
  walk({partial("anna", {{"title", "Boss"}})});
  EXPECT_EQ(counted(), 1);
  EXPECT_NEAR(median(), 1800, 90);
  EXPECT_EQ(counted(ChangeStage::kAnswered), 1);
  EXPECT_NEAR(median(ChangeStage::kAnswered), 1200, 60);
  walk({});
  EXPECT_EQ(counted(), 1);
}

TEST_F(ChangePath, TheDirectorysOwnTimeCounts) {
  auto change = partial("anna", {{"title", "Boss"}});
  change.changed_at = now_ - 5400;
  walk({change});
  EXPECT_NEAR(median(), 7200, 360);
}

TEST_F(ChangePath, ADirectoryWhoseClockRunsAheadIsNotBelieved) {
  auto change = partial("anna", {{"title", "Boss"}});
  change.changed_at = now_ + 86400;
  walk({change});
  EXPECT_NEAR(median(), 1800, 90);
}

TEST_F(ChangePath, OfTwoChangesThatGoTogetherTheOlderCounts) {
  importDelta({partial("anna", {{"title", "Boss"}})});
  now_ += 3600;
  walk({partial("anna", {{"title", "Chief"}})});
  EXPECT_EQ(counted(), 1);
  EXPECT_NEAR(median(), 5400, 270);
}

TEST_F(ChangePath, ArrivalsMembersAndDeletionsAreChanges) {
  auto change = partial("staff", {});
  change.references.push_back(memberChange("bert", ReferenceChange::kAdd));
  walk({user("carl"), change});
  EXPECT_EQ(counted(), 2);
  walk({deletion("carl")});
  EXPECT_EQ(counted(), 3);
  EXPECT_NEAR(median(), 1800, 90);
}

TEST_F(ChangePath, WhatAFullSynchronizationFindsIsNotCounted) {
  importFull({user("anna", {{"title", "Boss"}}), user("bert"), group("staff", {"anna"})});
  synchronizeAll(corp);
  EXPECT_EQ(exportAll().size(), 1U);
  confirmAll();
  EXPECT_EQ(counted(), 0);
}

TEST_F(ChangePath, AComparisonThatKnowsTheTimeIsCounted) {
  auto change = user("anna", {{"title", "Boss"}});
  change.changed_at = now_ - 600;
  importFull({change, user("bert"), group("staff", {"anna"})});
  synchronize(corp);
  exportAll();
  confirmAll();
  EXPECT_EQ(counted(), 1);
  EXPECT_NEAR(median(), 600, 30);
}

TEST_F(ChangePath, WhatIsUnderWayIsKnownByItsAge) {
  EXPECT_EQ(store->exports().oldestChange().value_or(0), 0);
  const std::int64_t begun = now_;
  importDelta({partial("anna", {{"title", "Boss"}})});
  now_ += 600;
  synchronize(corp);
  EXPECT_EQ(store->exports().oldestChange(), begun);
  exportAll();
  EXPECT_EQ(store->exports().oldestChange(), begun);
  confirmAll();
  EXPECT_EQ(store->exports().oldestChange().value_or(0), 0);
}

}  // namespace
}  // namespace tandem::sync
