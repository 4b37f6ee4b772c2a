// SPDX-License-Identifier: Apache-2.0
#include "service/right_keeper.h"

#include <filesystem>

#include <fmt/format.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "pair/pair_state.h"
#include "pair/swap_mark.h"
#include "testing/fake_witness.h"

namespace tandem::service {
namespace {

constexpr const char* kMyId = "11111111-1111-1111-1111-111111111111";

class RightKeeperTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder = std::filesystem::temp_directory_path() / fmt::format("right_keeper_{}", getpid());
    home::NewHome wanted;
    wanted.settings.server_id = kMyId;
    wanted.settings.witness.kind = home::WitnessKind::kEtcd;
    wanted.settings.witness.endpoints = {"http://127.0.0.1:1"};
    wanted.settings.witness.failover = home::Failover::kAutomatic;
    auto made = home::Home::create(folder.string(), wanted, {});
    ASSERT_TRUE(made.ok()) << made.error().message();
    store = std::move(store::Store::open(made.value().databasePath())).value();
    auto fake = std::make_unique<tandem::testing::FakeWitness>();
    witness = fake.get();
    keeper = std::make_unique<RightKeeper>(
        made.value(),
        std::move(fake),
        RightKeeper::Consequences{[this] { ++reconciled; }, [this] { ++taken_over; }});
    witness->record.holder = "22222222-2222-2222-2222-222222222222";
    witness->record.holder_name = "old.example.com";
  }
  void TearDown() override { std::filesystem::remove_all(folder); }
  void become(std::initializer_list<pair::Role> roles) {
    pair::PairState state;
    state.epoch = 7;
    state.claim_waits = true;
    for (const pair::Role role : roles) {
      state.role = role;
      ASSERT_TRUE(pair::writePairState(*store, state).ok());
    }
  }
  void hold(std::uint64_t epoch) {
    witness->record.holder = kMyId;
    witness->record.epoch = epoch;
  }

  std::filesystem::path folder;
  std::unique_ptr<store::Store> store;
  tandem::testing::FakeWitness* witness = nullptr;
  std::unique_ptr<RightKeeper> keeper;
  int reconciled = 0;
  int taken_over = 0;
};

TEST_F(RightKeeperTest, AStandbyTakesOverWhenTheHoldersLeaseHasRunOut) {
  witness->holder_lives = true;
  keeper->onTick();
  EXPECT_EQ(taken_over, 0);
  witness->holder_lives = false;
  keeper->onTick();
  EXPECT_EQ(taken_over, 1);
}

TEST_F(RightKeeperTest, WhereNobodyCanTellWhetherTheHolderLivesNothingHappensByItself) {
  witness->holder_lives = std::nullopt;
  keeper->onTick();
  EXPECT_EQ(taken_over, 0);
}

TEST_F(RightKeeperTest, WhatWasReleasedOnPurposeIsNotTaken) {
  witness->record.holder.clear();
  witness->holder_lives = false;
  keeper->onTick();
  EXPECT_EQ(taken_over, 0);
}

TEST_F(RightKeeperTest, AnActiveServerRenewsAndTakesNothing) {
  become({pair::Role::kActivating, pair::Role::kActive});
  hold(7);
  witness->holder_lives = false;
  keeper->onTick();
  EXPECT_EQ(witness->renewals, 1);
  EXPECT_EQ(taken_over, 0);
  EXPECT_EQ(reconciled, 0);
}

TEST_F(RightKeeperTest, AnActiveServerThatWasReplacedIsToldSoWithoutWaitingForItsNextExport) {
  become({pair::Role::kActivating, pair::Role::kActive});
  keeper->onTick();
  EXPECT_EQ(reconciled, 1);
  hold(9);  // a copy of it has claimed
  keeper->onTick();
  EXPECT_EQ(reconciled, 2);
  EXPECT_EQ(taken_over, 0);
}

TEST_F(RightKeeperTest, AServerThatIsAboutToReleaseKeepsItsLease) {
  become({pair::Role::kActivating, pair::Role::kActive, pair::Role::kDeactivating});
  hold(7);
  keeper->onTick();
  EXPECT_EQ(witness->renewals, 1);
}

TEST_F(RightKeeperTest, AClaimWhoseProcessWasKilledGoesOn) {
  become({pair::Role::kActivating});
  witness->holder_lives = true;
  keeper->onTick();  // the witness has not heard of it, and the holder lives
  EXPECT_EQ(taken_over, 0);
  hold(8);
  keeper->onTick();
  EXPECT_EQ(taken_over, 1);
  EXPECT_EQ(witness->renewals, 2);
}

TEST_F(RightKeeperTest, AServerThatWasSetUpToBeActiveWaitsForItsFirstCycle) {
  pair::PairState state;
  state.role = pair::Role::kActivating;
  ASSERT_TRUE(pair::writePairState(*store, state).ok());
  witness->holder_lives = false;
  keeper->onTick();
  EXPECT_EQ(taken_over, 0);
}

TEST_F(RightKeeperTest, ASwapInProgressIsLeftToWhoeverRunsIt) {
  pair::SwapMark mark;
  mark.id = "s1";
  mark.step = pair::SwapStep::kQuiesced;
  ASSERT_TRUE(pair::writeSwapMark(*store, mark).ok());
  witness->holder_lives = false;
  keeper->onTick();
  EXPECT_EQ(taken_over, 0);
}

TEST_F(RightKeeperTest, AStandbyAsksTwiceAsOftenAsAnActiveServer) {
  keeper->onTick();
  const auto standby = keeper->interval();
  become({pair::Role::kActivating, pair::Role::kActive});
  keeper->onTick();
  EXPECT_EQ(keeper->interval(), 2 * standby);
  EXPECT_EQ(keeper->interval(), witness->lease() / 3);
}

TEST_F(RightKeeperTest, AWitnessThatDoesNotAnswerIsNoReasonToTakeOver) {
  witness->holder_lives = false;
  witness->is_cut = true;
  keeper->onTick();
  EXPECT_EQ(taken_over, 0);
}

}  // namespace
}  // namespace tandem::service
