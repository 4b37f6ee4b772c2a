// SPDX-License-Identifier: Apache-2.0
#include "pair/member.h"

#include <gtest/gtest.h>

#include "pair/pair_for_test.h"

namespace tandem::pair {
namespace {

using namespace std::chrono_literals;

class MemberTest : public ::testing::Test {
 protected:
  // The first server holds the right.
  void SetUp() override {
    ASSERT_TRUE(old_server.member.claim({.source_anchor = "objectGUID"}).ok());
    ASSERT_TRUE(old_server.canWrite());
  }
  void handOver(TestServer& from, TestServer& to) {
    ASSERT_TRUE(from.member.quiesce("swap").ok());
    ASSERT_TRUE(from.member.release(to.identity.id).ok());
    ASSERT_TRUE(to.member.claim({.reason = "swap"}).ok());
  }

  tandem::testing::FakeWitness witness;
  platform::ManualClock clock;
  TestServer old_server{"old", witness, clock};
  TestServer new_server{"new", witness, clock};
};

TEST_F(MemberTest, WhatNobodyHasEverHeldIsHadWithoutAWait) {
  EXPECT_EQ(witness.record.epoch, 1u);
  EXPECT_EQ(witness.record.holder, "old");
  EXPECT_EQ(witness.record.source_anchor, "objectGUID");
  EXPECT_EQ(clock.monotonicNow(), platform::ManualClock().monotonicNow());
}

TEST_F(MemberTest, ASecondServerIsRefusedWithTheHoldersName) {
  const Result<void> claimed = new_server.member.claim({});
  EXPECT_EQ(claimed.error().code(), ErrorCode::kStoppedByGuard);
  EXPECT_NE(claimed.error().message().find("old.example.com"), std::string::npos);
  EXPECT_EQ(new_server.role(), Role::kStaging);
  EXPECT_TRUE(old_server.canWrite());
}

TEST_F(MemberTest, AHandOverWaitsForNothing) {
  const auto start = clock.monotonicNow();
  handOver(old_server, new_server);
  EXPECT_EQ(clock.monotonicNow(), start);
  EXPECT_FALSE(old_server.canWrite());
  EXPECT_TRUE(new_server.canWrite());
  EXPECT_EQ(new_server.member.state().epoch, 2u);
}

TEST_F(MemberTest, NobodyWritesBetweenQuiesceAndClaim) {
  ASSERT_TRUE(old_server.member.quiesce("swap").ok());
  EXPECT_FALSE(old_server.canWrite());
  EXPECT_FALSE(new_server.canWrite());
  ASSERT_TRUE(old_server.member.release("new").ok());
  EXPECT_FALSE(old_server.canWrite());
  EXPECT_FALSE(new_server.canWrite());
}

TEST_F(MemberTest, QuiescingIsTakenBackAsLongAsTheWitnessHasNotHeard) {
  ASSERT_TRUE(old_server.member.quiesce("swap").ok());
  ASSERT_TRUE(old_server.member.takeBack().ok());
  EXPECT_TRUE(old_server.canWrite());
}

TEST_F(MemberTest, AReleaseWhoseAnswerGotLostCannotBeTakenBack) {
  ASSERT_TRUE(old_server.member.quiesce("swap").ok());
  witness.loses_answers = true;
  EXPECT_FALSE(old_server.member.release("new").ok());
  witness.loses_answers = false;
  EXPECT_EQ(old_server.member.takeBack().error().code(), ErrorCode::kStoppedByGuard);
  EXPECT_EQ(old_server.role(), Role::kStaging);
  EXPECT_TRUE(new_server.member.claim({}).ok());
}

TEST_F(MemberTest, AReleaseThatArrivesLateAfterATakeBackChangesNothing) {
  ASSERT_TRUE(old_server.member.quiesce("swap").ok());
  const Witnessed seen = witness.read().value();
  ASSERT_TRUE(old_server.member.takeBack().ok());
  WitnessRecord released = seen.record;
  released.holder.clear();
  EXPECT_EQ(witness.replace(seen, released).error().code(), ErrorCode::kConflict);
}

TEST_F(MemberTest, WhatIsReservedForOneIsRefusedToAThird) {
  TestServer third("third", witness, clock);
  ASSERT_TRUE(old_server.member.quiesce("swap").ok());
  ASSERT_TRUE(old_server.member.release("new").ok());
  EXPECT_EQ(third.member.claim({}).error().code(), ErrorCode::kStoppedByGuard);
  EXPECT_EQ(old_server.member.claim({}).error().code(), ErrorCode::kStoppedByGuard);
  EXPECT_TRUE(old_server.member.claim({.kind = ClaimKind::kTakeBack}).ok());
  EXPECT_EQ(new_server.member.claim({}).error().code(), ErrorCode::kStoppedByGuard);
}

TEST_F(MemberTest, AClaimWhoseAnswerGotLostGoesOn) {
  ASSERT_TRUE(old_server.member.quiesce("swap").ok());
  ASSERT_TRUE(old_server.member.release("new").ok());
  witness.loses_answers = true;
  EXPECT_EQ(new_server.member.claim({}).error().code(), ErrorCode::kUnavailable);
  EXPECT_EQ(new_server.role(), Role::kActivating);
  EXPECT_FALSE(new_server.canWrite());
  witness.loses_answers = false;
  const auto start = clock.monotonicNow();
  ASSERT_TRUE(new_server.member.claim({}).ok());
  EXPECT_EQ(clock.monotonicNow(), start);  // it had been released: nothing to wait for
  EXPECT_EQ(new_server.member.state().epoch, 2u);
}

TEST_F(MemberTest, OfTwoClaimsInOneMomentTheSecondLoses) {
  TestServer third("third", witness, clock);
  ASSERT_TRUE(old_server.member.quiesce("by hand").ok());
  ASSERT_TRUE(old_server.member.release("").ok());
  witness.before_replace = [&] { ASSERT_TRUE(third.member.claim({}).ok()); };
  EXPECT_EQ(new_server.member.claim({}).error().code(), ErrorCode::kStoppedByGuard);
  EXPECT_EQ(new_server.role(), Role::kStaging);
  EXPECT_TRUE(third.canWrite());
}

TEST_F(MemberTest, AFailoverWritesOnlyAfterALeaseAndAHalf) {
  const auto start = clock.monotonicNow();
  bool old_could = true;
  const ClaimOptions options{.kind = ClaimKind::kReplace,
                             .waiting = [&](std::chrono::milliseconds) {
                               EXPECT_FALSE(new_server.canWrite());
                               old_could = old_server.canWrite();
                               return true;
                             }};
  ASSERT_TRUE(new_server.member.claim(options).ok());
  EXPECT_EQ(clock.monotonicNow() - start, 90s);
  EXPECT_FALSE(old_could);
  EXPECT_TRUE(new_server.canWrite());
}

TEST_F(MemberTest, ACrashInTheWaitBeginsTheWaitAnew) {
  ClaimOptions options{.kind = ClaimKind::kReplace,
                       .waiting = [](std::chrono::milliseconds left) { return left > 30s; }};
  EXPECT_EQ(new_server.member.claim(options).error().code(), ErrorCode::kCancelled);
  EXPECT_EQ(new_server.role(), Role::kActivating);
  new_server.restart();
  options.waiting = nullptr;
  const auto start = clock.monotonicNow();
  ASSERT_TRUE(new_server.member.claim(options).ok());
  EXPECT_EQ(clock.monotonicNow() - start, 90s);
}

TEST_F(MemberTest, ALeaseThatTheWitnessSawRunOutLeavesHalfALeaseToWait) {
  witness.holder_lives = false;
  const auto start = clock.monotonicNow();
  ASSERT_TRUE(new_server.member.claim({.kind = ClaimKind::kReplace}).ok());
  EXPECT_EQ(clock.monotonicNow() - start, 30s);
}

TEST_F(MemberTest, WhoTakesOverByItselfReplacesOnlyWhoIsGone) {
  const ClaimOptions options{.kind = ClaimKind::kReplaceGone};
  for (const std::optional<bool> lives : {std::optional<bool>(), std::optional<bool>(true)}) {
    witness.holder_lives = lives;
    const Result<void> claimed = new_server.member.claim(options);
    EXPECT_EQ(claimed.error().code(), ErrorCode::kStoppedByGuard);
    EXPECT_EQ(new_server.role(), Role::kStaging);
    EXPECT_TRUE(old_server.canWrite());
  }
  witness.holder_lives = false;
  EXPECT_TRUE(new_server.member.claim(options).ok());
}

TEST_F(MemberTest, WhoTakesOverByItselfLeavesWhatWasReleasedOnPurpose) {
  ASSERT_TRUE(old_server.member.quiesce("by hand").ok());
  ASSERT_TRUE(old_server.member.release("").ok());
  EXPECT_EQ(new_server.member.claim({.kind = ClaimKind::kReplaceGone}).error().code(),
            ErrorCode::kStoppedByGuard);
  EXPECT_TRUE(witness.record.holder.empty());
}

TEST_F(MemberTest, AWaitThatIsGivenUpIsGivenBack) {
  ClaimOptions options{.kind = ClaimKind::kReplace,
                       .waiting = [](std::chrono::milliseconds) { return false; }};
  EXPECT_FALSE(new_server.member.claim(options).ok());
  ASSERT_TRUE(new_server.member.release("").ok());
  EXPECT_EQ(new_server.role(), Role::kStaging);
  EXPECT_TRUE(witness.record.holder.empty());
}

TEST_F(MemberTest, WithoutCompareAndSetAClaimOfWhatWasReleasedWaitsTooUnlessItIsTheSuccessor) {
  witness.kept_promise = WitnessPromise::kWriteThenVerify;
  auto start = clock.monotonicNow();
  handOver(old_server, new_server);
  EXPECT_EQ(clock.monotonicNow(), start);
  ASSERT_TRUE(new_server.member.quiesce("by hand").ok());
  ASSERT_TRUE(new_server.member.release("").ok());
  ASSERT_TRUE(old_server.member.claim({}).ok());
  EXPECT_EQ(clock.monotonicNow() - start, 90s);
}

// An export that was killed with a request under way, at this moment.
class KilledExport : public MemberTest {
 protected:
  void SetUp() override {
    MemberTest::SetUp();
    ASSERT_TRUE(old_server.issuer->beginExport().ok());
    const auto now =
        std::chrono::floor<std::chrono::seconds>(clock.wallNow().time_since_epoch()).count();
    old_server.store->exports().journalIntent(
        1, store::ConnectorObjectId(1), store::PendingOperation::kAdd, 1, now, "");
    old_server.restart();
  }
  std::chrono::nanoseconds releaseTakes() {
    EXPECT_TRUE(old_server.member.quiesce("swap").ok());
    const auto start = clock.monotonicNow();
    EXPECT_TRUE(old_server.member.release("new").ok());
    return clock.monotonicNow() - start;
  }
};

TEST_F(KilledExport, AReleaseWaitsForWhatMayBeUnderWay) {
  clock.advance(10s);
  EXPECT_GE(releaseTakes(), 20s);
  EXPECT_TRUE(witness.record.holder.empty());
}

TEST_F(KilledExport, AfterHalfALeaseNothingIsUnderWayThoughNoAnswerEverCame) {
  clock.advance(31s);
  EXPECT_EQ(releaseTakes(), 0s);
}

TEST_F(KilledExport, AClockThatWasSetSinceIsNotBelieved) {
  clock.setWall(clock.wallNow() + 10min);
  EXPECT_EQ(releaseTakes(), 30s);
}

TEST_F(KilledExport, NorIsOneThatWasSetBack) {
  clock.setWall(clock.wallNow() - 10min);
  EXPECT_EQ(releaseTakes(), 30s);
}

TEST_F(MemberTest, AnotherSourceAnchorThanTheTenantsIsRefused) {
  ASSERT_TRUE(old_server.member.quiesce("swap").ok());
  ASSERT_TRUE(old_server.member.release("new").ok());
  const Result<void> claimed = new_server.member.claim({.source_anchor = "employeeID"});
  EXPECT_EQ(claimed.error().code(), ErrorCode::kStoppedByGuard);
  EXPECT_NE(claimed.error().message().find("objectGUID"), std::string::npos);
}

TEST_F(MemberTest, ADecommissionedServerCanNeverClaimAgainNorCanItsCopy) {
  EXPECT_FALSE(old_server.member.retire().ok());  // it holds the right
  handOver(old_server, new_server);
  ASSERT_TRUE(old_server.member.retire().ok());
  EXPECT_FALSE(old_server.member.claim({.kind = ClaimKind::kReplaceAtOnce}).ok());
  TestServer copy("old", witness, clock);
  EXPECT_FALSE(copy.member.claim({.kind = ClaimKind::kReplaceAtOnce}).ok());
  EXPECT_TRUE(new_server.canWrite());
}

}  // namespace
}  // namespace tandem::pair
