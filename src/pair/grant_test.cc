// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "pair/pair_for_test.h"

namespace tandem::pair {
namespace {

using namespace std::chrono_literals;

class GrantTest : public ::testing::Test {
 protected:
  void activate(TestServer& server) { ASSERT_TRUE(server.member.claim({}).ok()); }

  tandem::testing::FakeWitness witness;
  platform::ManualClock clock;
  TestServer old_server{"old", witness, clock};
  TestServer new_server{"new", witness, clock};
};

TEST_F(GrantTest, AServerWithoutARoleCannotWrite) {
  EXPECT_EQ(old_server.role(), Role::kStaging);
  EXPECT_EQ(old_server.issuer->issue().error().code(), ErrorCode::kStoppedByGuard);
}

TEST_F(GrantTest, ARoleThatIsNotKnownIsStaging) {
  old_server.store->setSetting("role", "emperor");
  EXPECT_EQ(old_server.role(), Role::kStaging);
}

TEST_F(GrantTest, TheStoreAloneGivesNoRight) {
  PairState state;
  for (const Role role : {Role::kActivating, Role::kActive}) {
    state.role = role;
    state.epoch = 1;
    ASSERT_TRUE(writePairState(*old_server.store, state).ok());
  }
  EXPECT_FALSE(old_server.canWrite());  // the witness has never heard of it
  EXPECT_EQ(old_server.role(), Role::kStaging);
}

TEST_F(GrantTest, TheWitnessIsAskedAgainWhenHalfTheLeaseIsOver) {
  activate(old_server);
  ASSERT_TRUE(old_server.canWrite());
  const int reads = witness.reads;
  clock.advance(29s);
  ASSERT_TRUE(old_server.canWrite());
  EXPECT_EQ(witness.reads, reads);
  clock.advance(2s);
  ASSERT_TRUE(old_server.canWrite());
  EXPECT_EQ(witness.reads, reads + 1);
}

TEST_F(GrantTest, AWitnessThatIsAwayEndsTheRightWithTheLeaseAndNotBefore) {
  activate(old_server);
  ASSERT_TRUE(old_server.canWrite());
  witness.is_cut = true;
  clock.advance(59s);
  EXPECT_TRUE(old_server.canWrite());
  clock.advance(2s);
  EXPECT_EQ(old_server.issuer->issue().error().code(), ErrorCode::kUnavailable);
  EXPECT_EQ(old_server.role(), Role::kActive);  // nobody has replaced it, as far as is known
  witness.is_cut = false;
  EXPECT_TRUE(old_server.canWrite());
}

TEST_F(GrantTest, AGrantInUseEndsWhenAnotherServerHasTheRight) {
  activate(old_server);
  const connectors::ExportGrant grant = old_server.issuer->issue().value();
  ASSERT_TRUE(new_server.member.claim({.kind = ClaimKind::kReplace}).ok());
  EXPECT_FALSE(grant.isValid());
  EXPECT_EQ(old_server.role(), Role::kStaging);
  EXPECT_NE(old_server.member.state().reason.find("new.example.com"), std::string::npos);
  EXPECT_TRUE(new_server.canWrite());
}

TEST_F(GrantTest, AMachineThatSleptAsksBeforeItWrites) {
  activate(old_server);
  const connectors::ExportGrant grant = old_server.issuer->issue().value();
  witness.is_cut = true;
  clock.suspend(10min);
  EXPECT_FALSE(grant.isValid());
}

TEST_F(GrantTest, AMachineWhoseClocksStoodStillLearnsItFromTheFirstAnswer) {
  witness.told_at = 5000;
  activate(old_server);
  const connectors::ExportGrant grant = old_server.issuer->issue().value();
  ASSERT_TRUE(grant.isValid());
  witness.is_cut = true;
  grant.sawTime(5000 + 61);
  EXPECT_FALSE(grant.isValid());
}

TEST_F(GrantTest, EachExportHasAGenerationThatBothKnow) {
  activate(old_server);
  ASSERT_TRUE(old_server.issuer->beginExport().ok());
  ASSERT_TRUE(old_server.issuer->beginExport().ok());
  EXPECT_EQ(witness.record.generation, 2u);
  EXPECT_EQ(old_server.member.state().generation, 2u);
}

TEST_F(GrantTest, AnotherPolicyIsNewsUntilTheWitnessHasIt) {
  activate(old_server);
  ASSERT_TRUE(old_server.canWrite());
  EXPECT_FALSE(old_server.issuer->hasNews());
  old_server.identity.policy_digest = "another";
  old_server.restart();
  EXPECT_FALSE(old_server.issuer->hasNews());  // not known yet
  ASSERT_TRUE(old_server.canWrite());
  EXPECT_TRUE(old_server.issuer->hasNews());
  ASSERT_TRUE(old_server.issuer->beginExport().ok());
  EXPECT_FALSE(old_server.issuer->hasNews());
  EXPECT_EQ(witness.record.policy_digest, "another");
}

TEST_F(GrantTest, AnExportWhoseAnnouncementGotLostIsNotTakenForARestore) {
  activate(old_server);
  witness.loses_answers = true;
  EXPECT_FALSE(old_server.issuer->beginExport().ok());
  witness.loses_answers = false;
  witness.is_cut = true;
  EXPECT_FALSE(old_server.issuer->beginExport().ok());
  witness.is_cut = false;
  old_server.restart();
  EXPECT_TRUE(old_server.issuer->beginExport().ok());
  EXPECT_EQ(old_server.role(), Role::kActive);
}

TEST_F(GrantTest, AServerRestoredFromABackupWritesNothingAndAsksForAFullImport) {
  activate(old_server);
  const PairState backup = old_server.member.state();
  ASSERT_TRUE(old_server.issuer->beginExport().ok());
  ASSERT_TRUE(writePairState(*old_server.store, backup).ok());
  old_server.restart();
  const Result<void> begun = old_server.issuer->beginExport();
  EXPECT_EQ(begun.error().code(), ErrorCode::kStoppedByGuard);
  EXPECT_NE(begun.error().message().find("restored from a backup"), std::string::npos);
  EXPECT_EQ(old_server.role(), Role::kStaging);
  EXPECT_TRUE(old_server.member.state().needs_full_import);
  EXPECT_EQ(old_server.member.claim({}).error().code(), ErrorCode::kStoppedByGuard);
  ASSERT_TRUE(old_server.member.everythingImported().ok());
  EXPECT_TRUE(old_server.member.claim({}).ok());
}

TEST_F(GrantTest, AServerThatWasReplacedByOneThatHasReleasedSinceIsNotTakenForARestoredOne) {
  activate(old_server);
  ASSERT_TRUE(new_server.member.claim({.kind = ClaimKind::kReplace}).ok());
  ASSERT_TRUE(new_server.member.quiesce("staging was switched on").ok());
  ASSERT_TRUE(new_server.member.release("").ok());
  old_server.restart();
  const Result<connectors::ExportGrant> refused = old_server.issuer->issue();
  EXPECT_EQ(refused.error().code(), ErrorCode::kStoppedByGuard);
  EXPECT_NE(refused.error().message().find("another server has had the right to write since"),
            std::string::npos)
      << refused.error().message();
  EXPECT_EQ(refused.error().message().find("restored"), std::string::npos);
  EXPECT_FALSE(old_server.member.state().needs_full_import);
  EXPECT_TRUE(old_server.member.claim({}).ok());
}

TEST_F(GrantTest, ARecordThatWasRemovedIsSaidToBeSo) {
  activate(old_server);
  witness.record = {};
  ++witness.version;
  old_server.restart();
  const Result<connectors::ExportGrant> refused = old_server.issuer->issue();
  EXPECT_EQ(refused.error().code(), ErrorCode::kStoppedByGuard);
  EXPECT_NE(refused.error().message().find("its record was removed"), std::string::npos)
      << refused.error().message();
  EXPECT_FALSE(old_server.member.state().needs_full_import);
}

TEST_F(GrantTest, ACopyOfAnActiveServerStopsOneOfTheTwo) {
  activate(old_server);
  TestServer copy("old", witness, clock);
  PairState same = old_server.member.state();
  same.role = Role::kActivating;
  ASSERT_TRUE(writePairState(*copy.store, same).ok());
  same.role = Role::kActive;
  ASSERT_TRUE(writePairState(*copy.store, same).ok());
  ASSERT_TRUE(copy.issuer->beginExport().ok());
  ASSERT_TRUE(copy.issuer->beginExport().ok());
  EXPECT_FALSE(old_server.issuer->beginExport().ok());
  EXPECT_EQ(old_server.role(), Role::kStaging);
}

}  // namespace
}  // namespace tandem::pair
