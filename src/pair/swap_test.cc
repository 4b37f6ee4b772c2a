// SPDX-License-Identifier: Apache-2.0
#include "pair/swap.h"

#include <set>

#include <gtest/gtest.h>

#include "pair/pair_for_test.h"
#include "pair/peer_message.h"

namespace tandem::pair {
namespace {

using namespace std::chrono_literals;

// A server whose work takes a second each, and whose answers can get lost at any call.
class TestPeer final : public Peer {
 public:
  TestPeer(std::string id, Witness& witness, platform::ManualClock& clock)
      : server(std::move(id), witness, clock), clock_(&clock) {}

  Result<PeerReport> report() override {
    PeerReport report;
    report.identity = server.identity;
    report.version = "1";
    report.state = readPairState(*server.store);
    report.swap = readSwapMark(*server.store);
    report.policy_digest = policy_digest;
    report.now =
        std::chrono::duration_cast<std::chrono::seconds>(clock_->wallNow().time_since_epoch())
            .count();
    report.connectors = {{"corp", 10, report.now, 0, 0, 0}};
    return report;
  }
  Result<void> begin(const SwapMark& mark) override { return beginSwap(*server.store, mark); }
  Result<PeerCycle> prepare() override { return work("prepare"); }
  Result<std::chrono::milliseconds> quiesce(const std::string&) override {
    TRY(server.member.quiesce("swap"));
    TRY(atLeast(SwapStep::kQuiesced));
    return 0ms;
  }
  Result<PeerCycle> settle(const std::string&) override {
    ++settled;
    PeerCycle cycle = TRY(work("settle"));
    TRY(atLeast(SwapStep::kSettled));
    return cycle;
  }
  Result<void> release(const std::string&, const std::string& successor) override {
    TRY(server.member.release(successor));
    return atLeast(SwapStep::kReleased);
  }
  Result<std::string> handOver(const std::string&) override { return std::string("{}"); }
  Result<void> take(const std::string&, const std::string& document) override {
    taken = document;
    ++took;
    return atLeast(SwapStep::kHandedOver);
  }
  Result<void> claim(const std::string&, ClaimKind kind) override {
    TRY(server.member.claim({.kind = kind, .reason = "swap"}));
    return atLeast(SwapStep::kClaimed);
  }
  Result<PeerCycle> cycle(const std::string&) override {
    EXPECT_TRUE(server.canWrite());
    PeerCycle cycle = TRY(work("cycle"));
    if (!cycle.failure.empty()) return cycle;
    TRY(atLeast(SwapStep::kCycled));
    return cycle;
  }
  Result<void> takeBack(const std::string&) override { return server.member.takeBack(); }
  Result<void> end(const std::string&, const std::string& outcome) override {
    SwapMark mark = readSwapMark(*server.store).value();
    mark.step = SwapStep::kEnded;
    mark.outcome = outcome;
    return writeSwapMark(*server.store, mark);
  }

  TestServer server;
  std::string policy_digest = "same";
  std::string taken;
  int settled = 0, took = 0;
  std::string failing;  // this piece of work fails

 private:
  Result<PeerCycle> work(const std::string& what) {
    clock_->advance(1s);
    PeerCycle cycle;
    if (what == failing) cycle.failure = "the directory does not answer";
    return cycle;
  }
  Result<void> atLeast(SwapStep step) {
    SwapMark mark = readSwapMark(*server.store).value();
    mark.step = std::max(mark.step, step);
    return writeSwapMark(*server.store, mark);
  }
  platform::ManualClock* clock_;
};

class SwapTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(old_server.server.member.claim({}).ok()); }

  // Calls to both servers as messages; the nth fails, before or after it was carried out.
  std::unique_ptr<Peer> connect(TestPeer& peer) {
    return makePeerClient([this, &peer](std::string_view request) -> Result<std::string> {
      ++calls;
      if (calls == cut_at && !cut_after) return Error(ErrorCode::kUnavailable, "cut");
      std::string answer = answerPeerMessage(peer, request);
      if (calls == cut_at) return Error(ErrorCode::kUnavailable, "cut");
      return answer;
    });
  }
  Result<SwapReport> swapOnce(TestPeer& here, TestPeer& there, bool back = false) {
    const std::unique_ptr<Peer> a = connect(here);
    const std::unique_ptr<Peer> b = connect(there);
    Swap swap(*a, *b, clock);
    const SwapPlan plan = TRY(swap.plan(back));
    return swap.run(plan, {"here", "there", nullptr});
  }
  static bool isOpenMark(TestPeer& peer) {
    const std::optional<SwapMark> mark = readSwapMark(*peer.server.store);
    return mark && mark->isOpen();
  }
  void restartBoth() {
    old_server.server.restart();
    new_server.server.restart();
  }

  tandem::testing::FakeWitness witness;
  platform::ManualClock clock;
  TestPeer old_server{"old", witness, clock};
  TestPeer new_server{"new", witness, clock};
  int calls = 0;
  int cut_at = 0;
  bool cut_after = false;
};

TEST_F(SwapTest, FromEitherSideTheRightGoesOverOnce) {
  for (const bool from_new : {true, false}) {
    TestPeer& active = new_server.server.canWrite() ? new_server : old_server;
    TestPeer& standby = &active == &old_server ? new_server : old_server;
    const Result<SwapReport> report =
        from_new ? swapOnce(standby, active) : swapOnce(active, standby);
    ASSERT_TRUE(report.ok()) << report.error().message();
    EXPECT_EQ(report.value().downtime, 1s);  // the last import
    EXPECT_FALSE(active.server.canWrite());
    EXPECT_TRUE(standby.server.canWrite());
  }
  EXPECT_EQ(witness.record.epoch, 3u);
}

TEST_F(SwapTest, ACutAtAnyMessageIsGoneOnFromEitherSide) {
  ASSERT_TRUE(swapOnce(old_server, new_server).ok());
  const int calls_max = calls;
  for (int at = 1; at <= calls_max; ++at) {
    for (const bool after : {false, true}) {
      TestPeer& giving = new_server.server.canWrite() ? new_server : old_server;
      TestPeer& taking = &giving == &old_server ? new_server : old_server;
      calls = 0;
      cut_at = at;
      cut_after = after;
      const bool done = swapOnce(giving, taking).ok();
      cut_at = 0;
      restartBoth();
      EXPECT_FALSE(giving.server.canWrite() && taking.server.canWrite()) << at;
      if (!done && (isOpenMark(giving) || isOpenMark(taking))) {
        const Result<SwapReport> again = swapOnce(taking, giving);
        ASSERT_TRUE(again.ok()) << at << again.error().message();
      } else if (!done && giving.server.canWrite()) {
        ASSERT_TRUE(swapOnce(giving, taking).ok()) << at;
      }
      EXPECT_TRUE(taking.server.canWrite()) << at << after;
      EXPECT_FALSE(giving.server.canWrite()) << at << after;
    }
  }
}

TEST_F(SwapTest, ACutAtAnyMessageCanBeUndone) {
  ASSERT_TRUE(swapOnce(old_server, new_server).ok());
  const int calls_max = calls;
  for (int at = 1; at <= calls_max; ++at) {
    TestPeer& giving = new_server.server.canWrite() ? new_server : old_server;
    TestPeer& taking = &giving == &old_server ? new_server : old_server;
    calls = 0;
    cut_at = at;
    const bool done = swapOnce(giving, taking).ok();
    cut_at = 0;
    ASSERT_FALSE(done);
    restartBoth();
    if (!isOpenMark(giving) && !isOpenMark(taking)) continue;
    const Result<SwapReport> back = swapOnce(taking, giving, /*back=*/true);
    ASSERT_TRUE(back.ok()) << at << back.error().message();
    EXPECT_TRUE(giving.server.canWrite()) << at;
    EXPECT_FALSE(taking.server.canWrite()) << at;
    EXPECT_FALSE(isOpenMark(giving)) << at;
    EXPECT_FALSE(isOpenMark(taking)) << at;
  }
}

TEST_F(SwapTest, ANewServerThatCannotImportChangesNothing) {
  new_server.failing = "prepare";
  EXPECT_EQ(swapOnce(old_server, new_server).error().code(), ErrorCode::kStoppedByGuard);
  EXPECT_TRUE(old_server.server.canWrite());
}

TEST_F(SwapTest, WritesThatCannotBeConfirmedStopTheSwapAndCanBeUndone) {
  old_server.failing = "settle";
  EXPECT_EQ(swapOnce(old_server, new_server).error().code(), ErrorCode::kStoppedByGuard);
  EXPECT_FALSE(old_server.server.canWrite());
  EXPECT_FALSE(new_server.server.canWrite());
  ASSERT_TRUE(swapOnce(old_server, new_server, /*back=*/true).ok());
  EXPECT_TRUE(old_server.server.canWrite());
}

TEST_F(SwapTest, WhatCannotBeReadAfterTheClaimIsNotCalledLost) {
  new_server.failing = "cycle";
  EXPECT_EQ(swapOnce(old_server, new_server).error().code(), ErrorCode::kStoppedByGuard);
  EXPECT_TRUE(new_server.server.canWrite());
  EXPECT_TRUE(isOpenMark(new_server));
  new_server.failing.clear();
  ASSERT_TRUE(swapOnce(old_server, new_server).ok());
  EXPECT_FALSE(isOpenMark(new_server));
}

TEST_F(SwapTest, BackFromANewServerThatCannotReadIsASwapOfItsOwn) {
  new_server.failing = "cycle";
  ASSERT_FALSE(swapOnce(old_server, new_server).ok());
  ASSERT_TRUE(swapOnce(new_server, old_server, /*back=*/true).ok());
  EXPECT_TRUE(old_server.server.canWrite());
  EXPECT_FALSE(isOpenMark(new_server));
  EXPECT_FALSE(isOpenMark(old_server));
}

TEST_F(SwapTest, AnOldServerThatHasWrittenAgainIsSettledAgain) {
  ASSERT_TRUE(swapOnce(old_server, new_server).ok());  // to count its calls
  const int calls_max = calls;
  for (int at = 1; at <= calls_max; ++at) {
    TestPeer& giving = new_server.server.canWrite() ? new_server : old_server;
    TestPeer& taking = &giving == &old_server ? new_server : old_server;
    calls = 0;
    cut_at = at;
    ASSERT_FALSE(swapOnce(giving, taking).ok()) << at;
    cut_at = 0;
    restartBoth();
    if (giving.server.role() == Role::kStaging) {
      // The administrator makes the old one write again, by another way than --back.
      ASSERT_TRUE(giving.server.member.claim({.kind = ClaimKind::kReplace}).ok()) << at;
    } else {
      ASSERT_TRUE(giving.server.member.claim({}).ok()) << at;
    }
    ASSERT_TRUE(giving.server.canWrite()) << at;
    giving.settled = taking.took = 0;
    ASSERT_TRUE(swapOnce(giving, taking).ok()) << at;
    EXPECT_EQ(giving.settled, 1) << at;
    EXPECT_EQ(taking.took, 1) << at;
  }
}

TEST_F(SwapTest, ServersThatCannotSwapAreTold) {
  EXPECT_FALSE(swapOnce(old_server, old_server).ok());  // itself
  TestPeer third("third", witness, clock);
  EXPECT_FALSE(swapOnce(new_server, third).ok());  // none is active
  old_server.failing = "settle";
  EXPECT_FALSE(swapOnce(old_server, new_server).ok());
  EXPECT_NE(swapOnce(old_server, third).error().message().find("new.example.com"),
            std::string::npos);  // another swap is open
}

TEST_F(SwapTest, ThePlanSaysWhatDiffers) {
  new_server.policy_digest = "other";
  Swap swap(old_server, new_server, clock);
  const SwapPlan plan = swap.plan(false).value();
  ASSERT_EQ(plan.warnings.size(), 1u);
  EXPECT_NE(plan.warnings[0].find("policies differ"), std::string::npos);
}

TEST_F(SwapTest, WhateverAPartnerSendsIsAnswered) {
  for (const char* message : {"",
                              "[]",
                              "{}",
                              "{\"version\":1}",
                              "{\"version\":9,\"verb\":\"report\"}",
                              "{\"version\":1,\"verb\":\"sing\"}",
                              "{\"version\":1,\"verb\":\"begin\",\"mark\":\"{}\"}",
                              "{\"version\":1,\"verb\":\"release\"}"}) {
    EXPECT_NE(answerPeerMessage(old_server, message).find("\"error\""), std::string::npos)
        << message;
  }
  EXPECT_TRUE(old_server.server.canWrite());
}

TEST_F(SwapTest, ReplacingAServerCannotBeAskedForFromAfar) {
  EXPECT_NE(answerPeerMessage(new_server, R"({"version":1,"verb":"claim","kind":"replaceAtOnce"})")
                .find("\"error\""),
            std::string::npos);
  EXPECT_FALSE(new_server.server.canWrite());
}

}  // namespace
}  // namespace tandem::pair
