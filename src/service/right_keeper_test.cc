// SPDX-License-Identifier: Apache-2.0
#include "service/right_keeper.h"

#include <filesystem>

#include <fmt/format.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "pair/pair_state.h"
#include "testing/fake_witness.h"

namespace tandem::service {
namespace {

class RightKeeperTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder = std::filesystem::temp_directory_path() / fmt::format("right_keeper_{}", getpid());
    home::NewHome wanted;
    wanted.settings.server_id = "11111111-1111-1111-1111-111111111111";
    wanted.settings.witness.kind = home::WitnessKind::kEtcd;
    wanted.settings.witness.endpoints = {"http://127.0.0.1:1"};
    wanted.settings.witness.failover = home::Failover::kAutomatic;
    auto made = home::Home::create(folder.string(), wanted, {});
    ASSERT_TRUE(made.ok()) << made.error().message();
    store = std::move(store::Store::open(made.value().databasePath())).value();
    auto fake = std::make_unique<tandem::testing::FakeWitness>();
    witness = fake.get();
    keeper = std::make_unique<RightKeeper>(
        made.value(), std::move(fake), [this](const pair::WitnessRecord& gone) -> Result<void> {
          taken_from = gone.holder_name;
          return {};
        });
    witness->record.holder = "22222222-2222-2222-2222-222222222222";
    witness->record.holder_name = "old.example.com";
  }
  void TearDown() override { std::filesystem::remove_all(folder); }
  void become(std::initializer_list<pair::Role> roles) {
    pair::PairState state;
    for (const pair::Role role : roles) {
      state.role = role;
      ASSERT_TRUE(pair::writePairState(*store, state).ok());
    }
  }

  std::filesystem::path folder;
  std::unique_ptr<store::Store> store;
  tandem::testing::FakeWitness* witness = nullptr;
  std::unique_ptr<RightKeeper> keeper;
  std::string taken_from;
};

TEST_F(RightKeeperTest, AStandbyTakesOverWhenTheHoldersLeaseHasRunOut) {
  witness->holder_lives = true;
  keeper->onTick();
  EXPECT_EQ(taken_from, "");
  witness->holder_lives = false;
  keeper->onTick();
  EXPECT_EQ(taken_from, "old.example.com");
}

TEST_F(RightKeeperTest, WhereNobodyCanTellWhetherTheHolderLivesNothingHappensByItself) {
  witness->holder_lives = std::nullopt;
  keeper->onTick();
  EXPECT_EQ(taken_from, "");
}

TEST_F(RightKeeperTest, WhatWasReleasedOnPurposeIsNotTaken) {
  witness->record.holder.clear();
  witness->holder_lives = false;
  keeper->onTick();
  EXPECT_EQ(taken_from, "");
}

TEST_F(RightKeeperTest, AnActiveServerRenewsAndTakesNothing) {
  become({pair::Role::kActivating, pair::Role::kActive});
  witness->holder_lives = false;
  keeper->onTick();
  EXPECT_EQ(witness->reads, 1);
  EXPECT_EQ(taken_from, "");
}

TEST_F(RightKeeperTest, AWitnessThatDoesNotAnswerIsNoReasonToTakeOver) {
  witness->holder_lives = false;
  witness->is_cut = true;
  keeper->onTick();
  EXPECT_EQ(taken_from, "");
}

}  // namespace
}  // namespace tandem::service
