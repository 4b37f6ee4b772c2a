// SPDX-License-Identifier: Apache-2.0
#include "service/change_watch.h"

#include <gtest/gtest.h>

namespace tandem::service {
namespace {

class ChangeWatchTest : public ::testing::Test {
 protected:
  ChangeWatchTest() : watch_([this] { return marks_; }, [this] { ++changes_; }) {}
  void set(const std::string& connector, Result<std::string> mark) {
    if (!marks_) marks_.emplace();
    marks_->erase(connector);
    marks_->emplace(connector, std::move(mark));
  }
  int tick() {
    watch_.onTick();
    return changes_;
  }

  std::optional<ChangeWatch::Marks> marks_;
  int changes_ = 0;
  ChangeWatch watch_;
};

TEST_F(ChangeWatchTest, TheFirstMarkIsNoChangeAndEveryOtherIsOne) {
  set("corp", std::string("1"));
  EXPECT_EQ(tick(), 0);
  EXPECT_EQ(tick(), 0);
  set("corp", std::string("2"));
  EXPECT_EQ(tick(), 1);
  EXPECT_EQ(tick(), 1);
}

TEST_F(ChangeWatchTest, TwoDirectoriesThatChangeAreOneReason) {
  set("corp", std::string("1"));
  set("lab", std::string("1"));
  tick();
  set("corp", std::string("2"));
  set("lab", std::string("2"));
  EXPECT_EQ(tick(), 1);
}

TEST_F(ChangeWatchTest, WhatChangedWhileADirectoryWasAwayIsSeenWhenItIsBack) {
  set("corp", std::string("1"));
  tick();
  set("corp", Error(ErrorCode::kUnavailable, "no route to host"));
  EXPECT_EQ(tick(), 0);
  set("corp", std::string("2"));
  EXPECT_EQ(tick(), 1);
}

TEST_F(ChangeWatchTest, SwitchedOnAgainItBeginsAnew) {
  set("corp", std::string("1"));
  tick();
  marks_.reset();
  tick();
  set("corp", std::string("2"));
  EXPECT_EQ(tick(), 0);
}

}  // namespace
}  // namespace tandem::service
