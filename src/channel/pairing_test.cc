// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "channel/join.h"
#include "channel/pairing_code.h"
#include "channel/pairing_desk.h"
#include "channel/pairing_messages.h"
#include "channel/partner.h"
#include "channel/transport.h"
#include "channel/two_homes_for_test.h"
#include "platform/files.h"

namespace tandem::channel {
namespace {

using ::testing::HasSubstr;

TEST(PairingCode, HasGroupsToReadAloud) {
  const std::string code = newPairingCode();
  ASSERT_EQ(code.size(), 19U);
  EXPECT_EQ(code[4], '-');
  EXPECT_EQ(code.find_first_of("ILOU"), std::string::npos);
  EXPECT_NE(code, newPairingCode());
}

TEST(PairingCode, ForgivesHowItIsTyped) {
  const std::string key = keyOfPairingCode("01AB-CDEF-GHJK-MNPQ").value();
  EXPECT_EQ(keyOfPairingCode(" o1ab cdefghjk-mnpq\n").value(), key);
  EXPECT_EQ(keyOfPairingCode("OLABCDEFGHJKMNPQ").value(), key);
  EXPECT_NE(keyOfPairingCode("01AB-CDEF-GHJK-MNPR").value(), key);
}

TEST(PairingCode, RefusesWhatIsNone) {
  for (const char* wrong : {"", "01AB", "01AB-CDEF-GHJK-MNPU", "01AB-CDEF-GHJK-MNPQ-R", "äöü"}) {
    EXPECT_FALSE(keyOfPairingCode(wrong).ok()) << wrong;
  }
}

class Pairing : public HomesTest {
 protected:
  PairingDesk desk() { return PairingDesk(ChannelFiles(home("old")), identity("old"), clock_); }
  std::optional<Partner> partnerOf(const std::string& name) {
    return readPartner(ChannelFiles(home(name))).value();
  }
  // A connection to the desk on which the inviter sees seen_by_inviter and the joiner shown.
  JoinExchange exchange(PairingDesk& to, const std::string& seen_by_inviter) {
    return [this, &to, seen_by_inviter](std::string_view path, std::string_view body) {
      sent_.emplace_back(body);
      return path == kJoinStartPath ? to.start(body, peer(seen_by_inviter))
                                    : to.prove(body, peer(seen_by_inviter));
    };
  }
  JoinRequest request(const std::string& code, const std::string& shown = "old") {
    return {identity("new"),
            "https://new.example.com:8853",
            keyOfPairingCode(code).value(),
            "https://old.example.com:8853",
            identity(shown).certificate};
  }
  static std::string otherCode(std::string code) {
    code[0] = code[0] == '7' ? '8' : '7';
    return code;
  }

  std::vector<std::string> sent_;
};

TEST_F(Pairing, BothKnowEachOtherAfterwards) {
  PairingDesk old = desk();
  const OpenInvitation open = old.invite("https://old.example.com:8853").value();
  const auto joined = join(request(open.code), 17, exchange(old, "new"));
  ASSERT_TRUE(joined.ok()) << joined.error().message();
  EXPECT_EQ(joined.value().id, home("old").settings().server_id);
  EXPECT_EQ(joined.value().url, "https://old.example.com:8853");
  EXPECT_EQ(joined.value().fingerprint, identity("old").fingerprint);
  const std::optional<Partner> partner = partnerOf("old");
  ASSERT_TRUE(partner);
  EXPECT_EQ(partner->id, home("new").settings().server_id);
  EXPECT_EQ(partner->url, "https://new.example.com:8853");
  EXPECT_EQ(partner->fingerprint, identity("new").fingerprint);
  EXPECT_EQ(partner->own_fingerprint, identity("old").fingerprint);
  EXPECT_EQ(platform::fileMode(home("old").resolve("partner.json")).value(), 0600U);
}

TEST_F(Pairing, TheCodeIsKeptNowhere) {
  PairingDesk old = desk();
  const OpenInvitation open = old.invite("").value();
  const std::string kept =
      platform::readFile(ChannelFiles(home("old")).invitation, 100'000).value();
  EXPECT_EQ(kept.find(open.code), std::string::npos);
  EXPECT_EQ(platform::fileMode(ChannelFiles(home("old")).invitation).value(), 0600U);
}

TEST_F(Pairing, AWrongCodeStoresNothing) {
  PairingDesk old = desk();
  const OpenInvitation open = old.invite("").value();
  const auto joined = join(request(otherCode(open.code)), 17, exchange(old, "new"));
  ASSERT_FALSE(joined.ok());
  EXPECT_EQ(joined.error().code(), ErrorCode::kUnauthenticated);
  EXPECT_THAT(joined.error().message(), HasSubstr("4 more tries"));
  EXPECT_FALSE(partnerOf("old"));
  EXPECT_TRUE(join(request(open.code), 17, exchange(old, "new")).ok());
}

TEST_F(Pairing, FiveWrongTriesVoidTheCodeAlsoAcrossARestart) {
  const OpenInvitation open = desk().invite("").value();
  for (int i = 0; i < kWrongTriesMax; ++i) {
    PairingDesk restarted = desk();
    EXPECT_FALSE(join(request(otherCode(open.code)), 17, exchange(restarted, "new")).ok());
  }
  PairingDesk old = desk();
  EXPECT_FALSE(old.isInviting());
  const auto joined = join(request(open.code), 17, exchange(old, "new"));
  ASSERT_FALSE(joined.ok());
  EXPECT_THAT(joined.error().message(), HasSubstr("void after 5 wrong tries"));
  EXPECT_FALSE(partnerOf("old"));
}

TEST_F(Pairing, ACodeRunsOut) {
  PairingDesk old = desk();
  const OpenInvitation open = old.invite("").value();
  clock_.advance(std::chrono::seconds(kInvitationSeconds));
  EXPECT_FALSE(old.isInviting());
  const auto joined = join(request(open.code), 17, exchange(old, "new"));
  ASSERT_FALSE(joined.ok());
  EXPECT_THAT(joined.error().message(), HasSubstr("run out"));
  // Nor does it come back when somebody sets the clock.
  clock_.setWall(clock_.wallNow() - std::chrono::hours(24));
  EXPECT_FALSE(old.isInviting());
}

TEST_F(Pairing, ANewCodeVoidsTheOneBefore) {
  PairingDesk old = desk();
  const OpenInvitation first = old.invite("").value();
  const OpenInvitation second = old.invite("").value();
  EXPECT_FALSE(join(request(first.code), 17, exchange(old, "new")).ok());
  EXPECT_TRUE(join(request(second.code), 17, exchange(old, "new")).ok());
}

// The man in the middle ends TLS on both sides, so each sees his certificate. He passes on every
// message as it is.
TEST_F(Pairing, AManInTheMiddleWhoPassesOnFails) {
  PairingDesk old = desk();
  const OpenInvitation open = old.invite("").value();
  const auto joined = join(request(open.code, "middle"), 17, exchange(old, "middle"));
  ASSERT_FALSE(joined.ok());
  EXPECT_EQ(joined.error().code(), ErrorCode::kUnauthenticated);
  EXPECT_FALSE(partnerOf("old"));
}

// He may also end it on one side alone.
TEST_F(Pairing, AManInTheMiddleOfOneSideFails) {
  PairingDesk old = desk();
  const OpenInvitation open = old.invite("").value();
  EXPECT_FALSE(join(request(open.code, "middle"), 17, exchange(old, "new")).ok());
  EXPECT_FALSE(join(request(open.code), 17, exchange(old, "middle")).ok());
  EXPECT_FALSE(partnerOf("old"));
}

// One who plays the inviter without the code: sends back the proof that he was sent, or none.
TEST_F(Pairing, TheInviterHasToProveItselfToo) {
  PairingDesk old = desk();
  const OpenInvitation open = old.invite("").value();
  for (const bool reflects : {true, false}) {
    const auto joined =
        join(request(open.code), 17, [&](std::string_view path, std::string_view body) {
          if (path == kJoinStartPath) return old.start(body, peer("new"));
          if (reflects) return Result<std::string>(std::string(body));
          Party party = decodeParty(body).value().party;
          return Result<std::string>(encodeParty(party, std::string(kProofBytes, '\0')));
        });
    ASSERT_FALSE(joined.ok());
    EXPECT_THAT(joined.error().message(), HasSubstr("Nothing was stored"));
  }
}

TEST_F(Pairing, AReplayedProofIsOfNoUse) {
  PairingDesk old = desk();
  const OpenInvitation open = old.invite("").value();
  ASSERT_TRUE(join(request(open.code), 17, exchange(old, "new")).ok());
  const std::string proof = sent_.back();
  // By somebody else, who cannot show the joiner's certificate.
  EXPECT_FALSE(old.prove(proof, peer("middle")).ok());
  // Later, when another code is open.
  ASSERT_TRUE(removePartner(ChannelFiles(home("old"))).value());
  EXPECT_FALSE(old.prove(proof, peer("new")).ok());
  ASSERT_TRUE(old.invite("").ok());
  EXPECT_FALSE(old.prove(proof, peer("new")).ok());
  EXPECT_FALSE(partnerOf("old"));
}

TEST_F(Pairing, AnAnswerThatWasLostIsGivenAgain) {
  PairingDesk old = desk();
  const OpenInvitation open = old.invite("").value();
  const auto lost = join(request(open.code), 17, [&](std::string_view path, std::string_view body) {
    if (path == kJoinStartPath) return old.start(body, peer("new"));
    EXPECT_TRUE(old.prove(body, peer("new")).ok());
    return Result<std::string>(Error(ErrorCode::kUnavailable, "cut"));
  });
  ASSERT_FALSE(lost.ok());
  ASSERT_TRUE(partnerOf("old"));
  EXPECT_TRUE(join(request(open.code), 17, exchange(old, "new")).ok());
}

TEST_F(Pairing, ACodeIsForOne) {
  PairingDesk old = desk();
  const OpenInvitation open = old.invite("").value();
  ASSERT_TRUE(join(request(open.code), 17, exchange(old, "new")).ok());
  JoinRequest second = request(open.code);
  second.identity = identity("third");
  const auto joined = join(second, 17, exchange(old, "third"));
  ASSERT_FALSE(joined.ok());
  EXPECT_THAT(joined.error().message(), HasSubstr("has been used"));
  EXPECT_EQ(partnerOf("old")->fingerprint, identity("new").fingerprint);
}

TEST_F(Pairing, WhoHasAPartnerInvitesNobody) {
  PairingDesk old = desk();
  ASSERT_TRUE(join(request(old.invite("").value().code), 17, exchange(old, "new")).ok());
  const auto again = old.invite("");
  ASSERT_FALSE(again.ok());
  EXPECT_THAT(again.error().message(), HasSubstr("tandem pair remove"));
}

TEST_F(Pairing, ACopyOfAHomeIsNoPartner) {
  PairingDesk old = desk();
  JoinRequest copy = request(old.invite("").value().code);
  copy.identity.server_id = identity("old").server_id;
  EXPECT_THAT(join(copy, 17, exchange(old, "new")).error().message(), HasSubstr("its own partner"));
}

TEST_F(Pairing, MessagesAreCheckedFieldByField) {
  const Party party{"11111111-2222-4333-8444-555555555555", "a", "", "", std::string(32, 'n')};
  const std::string good = encodeParty(party, "");
  ASSERT_TRUE(decodeParty(good).ok());
  EXPECT_TRUE(decodeParty(good.substr(0, good.size() - 1) + ",\"later\":{\"x\":1}}").ok());
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string text = good;
    const std::size_t at = text.find(from);
    return text.replace(at, from.size(), to);
  };
  EXPECT_FALSE(decodeParty(with("\"version\":1", "\"version\":2")).ok());
  EXPECT_FALSE(decodeParty(with("\"name\":\"a\"", "\"name\":\"a\\nlog line\"")).ok());
  EXPECT_FALSE(decodeParty(with("\"url\":\"\"", "\"url\":\"http://x:1\"")).ok());
  EXPECT_FALSE(decodeParty(with("\"url\":\"\"", "\"url\":\"https://x:1/path\"")).ok());
  EXPECT_FALSE(decodeParty(with("11111111", "1111111x")).ok());
  EXPECT_FALSE(decodeParty(with("6e6e", "6e")).ok());
  EXPECT_FALSE(decodeParty("[]").ok());
  EXPECT_FALSE(decodeParty(std::string(kPairingMessageMax + 1, ' ')).ok());
}

}  // namespace
}  // namespace tandem::channel
