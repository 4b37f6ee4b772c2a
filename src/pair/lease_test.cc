// SPDX-License-Identifier: Apache-2.0
#include "pair/lease.h"

#include <gtest/gtest.h>

namespace tandem::pair {
namespace {

using namespace std::chrono_literals;

class LeaseTest : public ::testing::Test {
 protected:
  platform::ManualClock clock;
  Lease lease{clock};
};

TEST_F(LeaseTest, IsOverUntilSomebodyAnswered) {
  EXPECT_EQ(lease.left(), 0ms);
}

TEST_F(LeaseTest, CountsFromTheQuestionNotFromTheAnswer) {
  const Lease::Moment asked = lease.now();
  clock.advance(10s);
  lease.extend(asked, 60s, std::nullopt);
  EXPECT_EQ(lease.left(), 50s);
  clock.advance(50s);
  EXPECT_EQ(lease.left(), 0ms);
}

TEST_F(LeaseTest, GoesOnWhileTheMachineSleeps) {
  lease.extend(lease.now(), 60s, std::nullopt);
  clock.suspend(2min);
  EXPECT_EQ(lease.left(), 0ms);
}

TEST_F(LeaseTest, DoesNotMindThatSomebodySetsTheWallClock) {
  lease.extend(lease.now(), 60s, std::nullopt);
  clock.setWall(clock.wallNow() - 24h);
  EXPECT_EQ(lease.left(), 60s);
}

TEST_F(LeaseTest, EndsWhenTheOtherSidesTimeSaysSoThoughOurClocksStoodStill) {
  lease.extend(lease.now(), 60s, 1000);
  lease.sawTime(1059);
  EXPECT_GT(lease.left(), 0ms);
  lease.sawTime(995);  // another machine of the service
  EXPECT_GT(lease.left(), 0ms);
  lease.sawTime(1061);
  EXPECT_EQ(lease.left(), 0ms);
}

}  // namespace
}  // namespace tandem::pair
