// SPDX-License-Identifier: Apache-2.0
#include "pair/witness/etcd_witness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pair/pair_for_test.h"
#include "pair/witness/fake_etcd.h"

namespace tandem::pair::witness {
namespace {

using namespace std::chrono_literals;
using testing::FakeEtcd;
using ::testing::HasSubstr;

class EtcdWitnessTest : public ::testing::Test {
 protected:
  std::unique_ptr<EtcdWitness> make(const std::string& server) {
    EtcdSettings settings;
    settings.endpoints = {"https://a:2379/", "https://b:2379", "https://c:2379"};
    if (etcd.wants_token) settings.user = "tandem";
    settings.password = password;
    EtcdWitnessOptions options;
    options.tenant_id = "Contoso.Example";
    options.server_id = server;
    return std::make_unique<EtcdWitness>(std::make_unique<EtcdClient>(settings, etcd.client()),
                                         options);
  }
  static Result<Witnessed> claim(EtcdWitness& witness, const std::string& holder) {
    const Witnessed seen = TRY(witness.read());
    WitnessRecord wanted = seen.record;
    wanted.epoch = seen.record.epoch + 1;
    wanted.holder = holder;
    return witness.replace(seen, wanted);
  }
  static bool is(const platform::HttpRequest& request, const char* path) {
    return request.url.ends_with(path);
  }

  platform::ManualClock clock;
  FakeEtcd etcd{clock};
  std::string password = "right";
  std::unique_ptr<EtcdWitness> a = make("a");
  std::unique_ptr<EtcdWitness> b = make("b");
};

TEST_F(EtcdWitnessTest, NothingIsTheRecordOfNobody) {
  const Witnessed seen = a->read().value();
  EXPECT_EQ(seen.record, WitnessRecord());
  EXPECT_EQ(seen.holder_lives, std::nullopt);
  EXPECT_EQ(seen.told_at, 784'111'777);
  EXPECT_EQ(a->lease(), 9500ms);  // etcd keeps it for 10 s
  EXPECT_EQ(a->describe(), "etcd at https://a:2379, https://b:2379, https://c:2379");
}

TEST_F(EtcdWitnessTest, AClaimWritesBothKeysAtOnce) {
  ASSERT_TRUE(claim(*a, "a").ok());
  EXPECT_TRUE(etcd.values.contains("/tandem/contoso.example/record"));
  EXPECT_EQ(etcd.values["/tandem/contoso.example/alive"].value, "a");
  EXPECT_NE(etcd.values["/tandem/contoso.example/alive"].lease, 0);
  const Witnessed seen = b->read().value();
  EXPECT_EQ(seen.record.holder, "a");
  EXPECT_EQ(seen.holder_lives, true);
}

TEST_F(EtcdWitnessTest, ComparesAndSets) {
  const Witnessed before = b->read().value();
  ASSERT_TRUE(claim(*a, "a").ok());
  WitnessRecord wanted;
  wanted.epoch = 1;
  wanted.holder = "b";
  EXPECT_EQ(b->replace(before, wanted).error().code(), ErrorCode::kConflict);
  EXPECT_EQ(b->read().value().record.holder, "a");
}

TEST_F(EtcdWitnessTest, TheLeaseRunsOutUnlessItIsRenewed) {
  ASSERT_TRUE(claim(*a, "a").ok());
  for (int i = 0; i < 5; ++i) {
    clock.advance(7s);
    EXPECT_EQ(a->renew().value().holder_lives, true);
  }
  clock.advance(9s);
  EXPECT_EQ(b->read().value().holder_lives, true);
  clock.advance(2s);
  EXPECT_EQ(b->read().value().holder_lives, false);
  EXPECT_EQ(b->read().value().record.holder, "a");
}

TEST_F(EtcdWitnessTest, AHolderWhomNobodyReplacedGoesOn) {
  ASSERT_TRUE(claim(*a, "a").ok());
  clock.advance(30s);
  EXPECT_EQ(b->read().value().holder_lives, false);
  EXPECT_EQ(a->renew().value().holder_lives, true);
  EXPECT_EQ(b->read().value().holder_lives, true);
  // A new process of the same server has a lease of its own.
  const auto restarted = make("a");
  EXPECT_EQ(restarted->renew().value().holder_lives, true);
  a.reset();
  clock.advance(9s);
  ASSERT_TRUE(restarted->renew().ok());
  clock.advance(9s);
  EXPECT_EQ(b->read().value().holder_lives, true);
}

TEST_F(EtcdWitnessTest, AChangeByTheHolderCountsLikeARenewal) {
  Witnessed seen = claim(*a, "a").value();
  clock.advance(8s);
  ASSERT_TRUE(a->replace(seen, seen.record).ok());
  clock.advance(8s);
  EXPECT_EQ(b->read().value().holder_lives, true);
}

TEST_F(EtcdWitnessTest, TwoProcessesOfTheHolderKeepItAliveTogether) {
  ASSERT_TRUE(claim(*a, "a").ok());
  auto daemon = make("a");
  for (int i = 0; i < 6; ++i) {
    clock.advance(4s);
    ASSERT_EQ(daemon->renew().value().holder_lives, true);
    ASSERT_EQ(a->renew().value().holder_lives, true);
  }
  a.reset();
  clock.advance(4s);
  ASSERT_TRUE(daemon->renew().ok());
  clock.advance(8s);
  EXPECT_EQ(b->read().value().holder_lives, true);
}

TEST_F(EtcdWitnessTest, WhoIsNotTheHolderRenewsNothing) {
  ASSERT_TRUE(claim(*a, "a").ok());
  clock.advance(30s);
  EXPECT_EQ(b->renew().value().holder_lives, false);
  EXPECT_FALSE(etcd.values.contains("/tandem/contoso.example/alive"));
}

TEST_F(EtcdWitnessTest, ATakeoverFromTheDeadAsksThatHeStillIs) {
  ASSERT_TRUE(claim(*a, "a").ok());
  clock.advance(30s);
  const Witnessed seen = b->read().value();
  ASSERT_EQ(seen.holder_lives, false);
  ASSERT_TRUE(a->renew().ok());  // in the last moment
  WitnessRecord wanted = seen.record;
  wanted.epoch = 2;
  wanted.holder = "b";
  EXPECT_EQ(b->replace(seen, wanted).error().code(), ErrorCode::kConflict);
  clock.advance(30s);
  const Witnessed taken = b->replace(b->read().value(), wanted).value();
  EXPECT_EQ(taken.holder_lives, false);  // about the one who was replaced
  EXPECT_EQ(b->read().value().holder_lives, true);
  EXPECT_EQ(a->renew().value().record.holder, "b");
}

TEST_F(EtcdWitnessTest, AReleaseEndsTheLife) {
  ASSERT_TRUE(claim(*a, "a").ok());
  ASSERT_TRUE(claim(*a, "").ok());
  EXPECT_FALSE(etcd.values.contains("/tandem/contoso.example/alive"));
  EXPECT_EQ(b->read().value().holder_lives, std::nullopt);
  EXPECT_TRUE(claim(*b, "b").ok());
}

TEST_F(EtcdWitnessTest, AThirdWhoRetiresLeavesTheHolderAlone) {
  ASSERT_TRUE(claim(*a, "a").ok());
  const Witnessed seen = b->read().value();
  WitnessRecord wanted = seen.record;
  wanted.retired = {"b"};
  EXPECT_EQ(b->replace(seen, wanted).value().holder_lives, true);
  EXPECT_EQ(etcd.values["/tandem/contoso.example/alive"].value, "a");
}

TEST_F(EtcdWitnessTest, ALeaseThatEtcdForgotIsGrantedAgain) {
  ASSERT_TRUE(claim(*a, "a").ok());
  etcd.forgetLeases();
  EXPECT_EQ(a->renew().value().holder_lives, true);
  etcd.forgetLeases();
  const Witnessed seen = a->read().value();
  EXPECT_TRUE(a->replace(seen, seen.record).ok());
  EXPECT_EQ(b->read().value().holder_lives, true);
}

TEST_F(EtcdWitnessTest, TriesTheNextMember) {
  ASSERT_TRUE(claim(*a, "a").ok());
  etcd.down = {"https://a:2379", "https://b:2379"};
  EXPECT_TRUE(a->renew().ok());
  etcd.requests = 0;
  EXPECT_TRUE(a->renew().ok());
  EXPECT_EQ(etcd.requests, 2);  // it remembers which one answers
  etcd.down.insert("https://c:2379");
  EXPECT_EQ(a->renew().error().code(), ErrorCode::kUnavailable);
}

TEST_F(EtcdWitnessTest, WithoutALeaderNobodyAnswers) {
  etcd.before = [](const auto&) { return FakeEtcd::refuse(503, 14, "etcdserver: no leader"); };
  const Result<Witnessed> seen = a->read();
  EXPECT_EQ(seen.error().code(), ErrorCode::kUnavailable);
  EXPECT_THAT(seen.error().message(), HasSubstr("no leader"));
}

TEST_F(EtcdWitnessTest, AKeepAliveOfALeaderThatWasReplacedIsNotBelieved) {
  ASSERT_TRUE(claim(*a, "a").ok());
  int keep_alives = 0;
  etcd.after = [&](const auto& request, auto&) {
    if (is(request, "/keepalive") && ++keep_alives == 1) ++etcd.term;
  };
  EXPECT_TRUE(a->renew().ok());
  EXPECT_EQ(keep_alives, 2);
  etcd.after = [&](const auto& request, auto&) {
    if (is(request, "/keepalive")) ++etcd.term;
  };
  EXPECT_EQ(a->renew().error().code(), ErrorCode::kUnavailable);
}

TEST_F(EtcdWitnessTest, ALostAnswerOfAWriteIsFoundOut) {
  int lost = 0;
  etcd.after = [&](const auto& request, auto& answer) {
    if (is(request, "/txn") && lost++ == 0) answer = FakeEtcd::lost();
  };
  const Witnessed claimed = claim(*a, "a").value();
  EXPECT_EQ(lost, 2);
  EXPECT_EQ(claimed.version, b->read().value().version);
  EXPECT_EQ(claimed.holder_lives, true);
}

TEST_F(EtcdWitnessTest, SignsInAndAgainWhenTheTokenIsForgotten) {
  etcd.wants_token = true;
  const auto user = make("a");
  ASSERT_TRUE(claim(*user, "a").ok());
  EXPECT_EQ(etcd.tokens, 1);
  etcd.tokens = 7;
  EXPECT_TRUE(user->renew().ok());
  EXPECT_EQ(etcd.tokens, 8);
  password = "wrong-one";
  const Result<Witnessed> refused = make("a")->read();
  EXPECT_EQ(refused.error().code(), ErrorCode::kUnauthenticated);
  EXPECT_THAT(refused.error().message(), ::testing::Not(HasSubstr("wrong-one")));
}

TEST_F(EtcdWitnessTest, WhoMayNotIsToldWhatToGrant) {
  etcd.before = [](const auto&) { return FakeEtcd::refuse(403, 7, "permission denied"); };
  EXPECT_EQ(a->read().error().code(), ErrorCode::kPermissionDenied);
  EXPECT_THAT(a->read().error().message(), HasSubstr("/tandem/"));
}

TEST_F(EtcdWitnessTest, NonsenseIsNeverARecord) {
  ASSERT_TRUE(claim(*a, "a").ok());
  for (const char* body : {"",
                           "<html>",
                           "{",
                           "[]",
                           "null",
                           "{}",
                           R"({"header":{},"kvs":3})",
                           R"({"header":{},"kvs":[{"key":"!"}]})"}) {
    etcd.after = [&](const auto&, auto& answer) { answer = FakeEtcd::respond(200, body); };
    const Result<Witnessed> seen = b->read();
    ASSERT_FALSE(seen.ok()) << body;
    EXPECT_EQ(seen.error().code(), ErrorCode::kUnavailable) << body;
    EXPECT_FALSE(a->renew().ok()) << body;
  }
  etcd.after = nullptr;
  etcd.values["/tandem/contoso.example/record"].value = "hello";
  EXPECT_EQ(b->read().error().code(), ErrorCode::kCorruption);
}

// Whatever single message is lost, refused or truncated: success only when the record is ours.
TEST_F(EtcdWitnessTest, CutAtAnyMessageItNeverClaimsWhatItDoesNotHave) {
  for (int cut = 1; cut < 12; ++cut) {
    for (const int kind : {0, 1, 2, 3}) {
      etcd.values.clear();
      int number = 0;
      bool is_cut = false;
      etcd.before = [&](const auto&) -> std::optional<platform::HttpAnswer> {
        is_cut = is_cut || (kind == 0 && ++number == cut);
        if (is_cut) return FakeEtcd::lost();
        return std::nullopt;
      };
      etcd.after = [&](const auto&, auto& answer) {
        if (kind == 0 || ++number != cut) return;
        if (kind == 1) is_cut = true;
        if (kind == 2) answer = FakeEtcd::refuse(503, 14, "etcdserver: request timed out");
        if (kind == 3) answer = FakeEtcd::respond(200, "{\"header\":");
        if (kind == 1) answer = FakeEtcd::lost();
      };
      const Result<Witnessed> claimed = claim(*a, "a");
      etcd.before = nullptr;
      etcd.after = nullptr;
      const Witnessed seen = make("b")->read().value();
      if (claimed.ok()) {
        EXPECT_EQ(seen.record.holder, "a") << cut << " " << kind;
        EXPECT_EQ(seen.version, claimed.value().version);
        EXPECT_EQ(seen.holder_lives, true);
      } else {
        EXPECT_NE(claimed.error().code(), ErrorCode::kConflict) << cut << " " << kind;
      }
    }
  }
}

TEST_F(EtcdWitnessTest, AStandbyIsActiveWithinTwoLeasesAndTheOldOneIsNot) {
  TestServer old_server("a", *a, clock);
  TestServer new_server("b", *b, clock);
  ASSERT_TRUE(old_server.member.claim({}).ok());
  ASSERT_TRUE(old_server.issuer->beginExport().ok());
  ASSERT_TRUE(old_server.canWrite());
  const auto failed_at = clock.monotonicNow();
  while (b->read().value().holder_lives == true)
    clock.advance(3s);
  ASSERT_TRUE(new_server.member.claim({.kind = ClaimKind::kReplace}).ok());
  EXPECT_LE(clock.monotonicNow() - failed_at, 20s);
  EXPECT_TRUE(new_server.canWrite());
  EXPECT_FALSE(old_server.canWrite());
  EXPECT_EQ(old_server.role(), Role::kStaging);
}

TEST_F(EtcdWitnessTest, AStandbyIsKnownForADayAndNotAsOneOnceItHoldsTheRight) {
  ASSERT_TRUE(claim(*a, "a").ok());
  const Standby standby{"b", "sync02:/var/lib/tandem", "0123"};
  ASSERT_TRUE(b->introduce(standby).ok());
  ASSERT_TRUE(b->introduce(standby).ok());  // each cycle does
  EXPECT_EQ(a->renew().value().standbys, std::vector<Standby>{standby});
  EXPECT_EQ(a->read().value().record.holder, "a");
  clock.advance(25h);
  EXPECT_TRUE(a->read().value().standbys.empty());
  ASSERT_TRUE(b->introduce(standby).ok());
  ASSERT_TRUE(claim(*b, "b").ok());
  EXPECT_TRUE(a->read().value().standbys.empty());
}

TEST_F(EtcdWitnessTest, WhatIsNoStandbyIsLeftOut) {
  etcd.values["/tandem/contoso.example/standby/x"] = {"nonsense", 2, 0};
  EXPECT_TRUE(a->read().value().standbys.empty());
}

}  // namespace
}  // namespace tandem::pair::witness
