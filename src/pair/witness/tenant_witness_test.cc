// SPDX-License-Identifier: Apache-2.0
#include "pair/witness/tenant_witness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pair/witness/fake_tenant.h"
#include "pair/witness/stamped_record.h"

namespace tandem::pair::witness {
namespace {

using namespace std::chrono_literals;
using testing::FakeTenant;
using ::testing::HasSubstr;

class TenantWitnessTest : public ::testing::Test {
 protected:
  std::unique_ptr<TenantWitness> make(TenantWitnessOptions options = {}) {
    connectors::graph::GraphSettings settings;
    settings.base_url = "https://graph.test/v1.0";
    settings.login_url = "https://login.test";
    settings.tenant = "lab.example";
    settings.client_id = "app";
    settings.client_secret = "secret";
    return std::make_unique<TenantWitness>(settings, tenant.client(), clock, options);
  }
  static WitnessRecord held(const std::string& holder, std::uint64_t epoch) {
    WitnessRecord record;
    record.epoch = epoch;
    record.holder = holder;
    return record;
  }
  static bool isWrite(const platform::HttpRequest& request) {
    return request.method != "GET" && request.url.find("/oauth2/") == std::string::npos;
  }
  // The other server writes in the moment before our next write arrives.
  void beatNextWrite(std::optional<std::string>& place, const WitnessRecord& record) {
    tenant.before =
        [this, &place, record](const auto& request) -> std::optional<platform::HttpAnswer> {
      if (!isWrite(request)) return std::nullopt;
      tenant.before = nullptr;
      if (tenant.has_etags && place) {
        const auto other = make();
        const Result<Witnessed> seen = other->read();
        EXPECT_TRUE(other->replace(seen.value(), record).ok());
      } else {
        place = encodeStamped({record, "theirs", {}});
      }
      return std::nullopt;
    };
  }
  Result<Witnessed> claim(TenantWitness& one, const std::string& holder) {
    const Witnessed seen = TRY(one.read());
    return one.replace(seen, held(holder, seen.record.epoch + 1));
  }

  platform::ManualClock clock;
  FakeTenant tenant{clock};
  std::unique_ptr<TenantWitness> witness = make();
};

TEST_F(TenantWitnessTest, NothingIsTheRecordOfNobody) {
  const Witnessed seen = witness->read().value();
  EXPECT_EQ(seen.record, WitnessRecord());
  EXPECT_EQ(seen.holder_lives, std::nullopt);
  EXPECT_EQ(witness->describe(), "the tenant lab.example");
}

TEST_F(TenantWitnessTest, TheRecordLivesOnTheOrganization) {
  ASSERT_TRUE(claim(*witness, "a").ok());
  ASSERT_TRUE(tenant.extension.has_value());
  EXPECT_FALSE(tenant.group.has_value());
  const Witnessed seen = make()->read().value();
  EXPECT_EQ(seen.record, held("a", 1));
  EXPECT_EQ(seen.told_at, 784'111'777);
  EXPECT_EQ(witness->promise(), WitnessPromise::kCompareAndSet);
}

TEST_F(TenantWitnessTest, ComparesAndSets) {
  const Witnessed first = claim(*witness, "a").value();
  const Witnessed second = witness->replace(first, held("b", 2)).value();
  EXPECT_NE(first.version, second.version);
  EXPECT_EQ(witness->replace(first, held("c", 2)).error().code(), ErrorCode::kConflict);
  EXPECT_EQ(witness->read().value().record.holder, "b");
}

TEST_F(TenantWitnessTest, WhoComesSecondInTheSameMomentLoses) {
  ASSERT_TRUE(claim(*witness, "a").ok());
  beatNextWrite(tenant.extension, held("b", 2));
  EXPECT_EQ(claim(*witness, "c").error().code(), ErrorCode::kConflict);
  EXPECT_EQ(witness->read().value().record.holder, "b");
}

TEST_F(TenantWitnessTest, OfTwoFirstRecordsTheSecondLoses) {
  beatNextWrite(tenant.extension, held("b", 1));
  EXPECT_EQ(claim(*witness, "a").error().code(), ErrorCode::kConflict);
  EXPECT_EQ(witness->read().value().record.holder, "b");
}

TEST_F(TenantWitnessTest, WithoutEntityTagsItWaitsAndReadsAgain) {
  tenant.has_etags = false;
  const auto start = clock.monotonicNow();
  ASSERT_TRUE(claim(*witness, "a").ok());
  EXPECT_GE(clock.monotonicNow() - start, 5s);
  EXPECT_EQ(witness->promise(), WitnessPromise::kWriteThenVerify);
}

TEST_F(TenantWitnessTest, WithoutEntityTagsWhoFindsAnotherNameHasLost) {
  tenant.has_etags = false;
  ASSERT_TRUE(claim(*witness, "a").ok());
  // The other writes a moment after us; nothing but the second reading can show it.
  int reads_after = -1;
  tenant.before = [&](const auto& request) -> std::optional<platform::HttpAnswer> {
    if (isWrite(request)) reads_after = 0;
    if (reads_after >= 0 && request.method == "GET" && ++reads_after == 2) {
      tenant.extension = encodeStamped({held("b", 2), "theirs", {}});
    }
    return std::nullopt;
  };
  EXPECT_EQ(claim(*witness, "c").error().code(), ErrorCode::kConflict);
  EXPECT_EQ(witness->read().value().record.holder, "b");
}

TEST_F(TenantWitnessTest, WithoutEntityTagsItNeverWritesOverWhatItHasNotSeen) {
  tenant.has_etags = false;
  const Witnessed seen = claim(*witness, "a").value();
  tenant.extension = encodeStamped({held("b", 2), "theirs", {}});
  const int before = tenant.writes;
  EXPECT_EQ(witness->replace(seen, held("c", 2)).error().code(), ErrorCode::kConflict);
  EXPECT_EQ(tenant.writes, before);
}

TEST_F(TenantWitnessTest, WithoutEntityTagsNothingOldIsWrittenUpon) {
  tenant.has_etags = false;
  const Witnessed seen = claim(*witness, "a").value();
  tenant.latency = 1500ms;
  const int before = tenant.writes;
  EXPECT_EQ(witness->replace(seen, held("c", 2)).error().code(), ErrorCode::kUnavailable);
  EXPECT_EQ(tenant.writes, before);
}

TEST_F(TenantWitnessTest, WhereTheOrganizationIsClosedAGroupHoldsTheRecord) {
  tenant.may_write_organization = false;
  ASSERT_TRUE(claim(*witness, "a").ok());
  EXPECT_FALSE(tenant.extension.has_value());
  ASSERT_TRUE(tenant.group.has_value());
  EXPECT_EQ(make()->read().value().record, held("a", 1));
  // A permission that comes later does not move the record: others may not have noticed.
  tenant.may_write_organization = true;
  ASSERT_TRUE(claim(*witness, "b").ok());
  EXPECT_FALSE(tenant.extension.has_value());
  EXPECT_EQ(witness->renew().value().record, held("b", 2));
}

TEST_F(TenantWitnessTest, APermissionThatIsTakenAwayDoesNotMoveTheRecordEither) {
  ASSERT_TRUE(claim(*witness, "a").ok());
  tenant.may_write_organization = false;
  const Result<Witnessed> claimed = claim(*witness, "b");
  EXPECT_EQ(claimed.error().code(), ErrorCode::kPermissionDenied);
  EXPECT_THAT(claimed.error().message(), HasSubstr("Organization.ReadWrite.All"));
  EXPECT_FALSE(tenant.group.has_value());
}

TEST_F(TenantWitnessTest, WhoMayNotReadTheOrganizationIsToldNothing) {
  tenant.before = [](const auto&) {
    return FakeTenant::refuse(403, "Authorization_RequestDenied");
  };
  EXPECT_EQ(witness->read().error().code(), ErrorCode::kPermissionDenied);
}

TEST_F(TenantWitnessTest, TwoRecordsGrantNobodyAnything) {
  ASSERT_TRUE(claim(*witness, "a").ok());
  tenant.group = encodeStamped({held("b", 1), "theirs", {}});
  EXPECT_EQ(witness->read().error().code(), ErrorCode::kCorruption);
}

TEST_F(TenantWitnessTest, OfTwoFirstRecordsInTwoPlacesOneAtMostStands) {
  beatNextWrite(tenant.group, held("b", 1));
  EXPECT_EQ(claim(*witness, "a").error().code(), ErrorCode::kConflict);
  EXPECT_EQ(make()->read().value().record, held("b", 1));
  tenant.group.reset();
  tenant.extension.reset();
  tenant.may_write_organization = false;
  tenant.before = [&](const auto& request) -> std::optional<platform::HttpAnswer> {
    if (isWrite(request) && request.url.find("/groups") != std::string::npos) {
      tenant.before = nullptr;
      tenant.extension = encodeStamped({held("c", 1), "theirs", {}});
    }
    return std::nullopt;
  };
  EXPECT_EQ(claim(*witness, "a").error().code(), ErrorCode::kConflict);
  EXPECT_EQ(make()->read().value().record, held("c", 1));
}

TEST_F(TenantWitnessTest, ALostAnswerOfAWriteIsFoundOut) {
  for (const bool has_etags : {true, false}) {
    tenant.has_etags = has_etags;
    int lost = 0;
    tenant.after = [&](const auto& request, auto& answer) {
      if (isWrite(request) && lost++ == 0) answer = FakeTenant::lost();
    };
    EXPECT_TRUE(claim(*witness, "a").ok());
    EXPECT_EQ(lost, 1);
  }
}

TEST_F(TenantWitnessTest, APageThatSaysItIsDoneIsNotBelieved) {
  for (const char* body : {"<html>", ""}) {
    int pages = 0;
    tenant.before = [&](const auto& request) -> std::optional<platform::HttpAnswer> {
      if (!isWrite(request) || pages++ != 0) return std::nullopt;
      return FakeTenant::respond(200, body);
    };
    EXPECT_TRUE(claim(*witness, "a").ok());
    EXPECT_EQ(pages, 2);
  }
}

TEST_F(TenantWitnessTest, WhatIsNeverAnsweredIsUnknown) {
  ASSERT_TRUE(claim(*witness, "a").ok());
  tenant.after = [&](const auto& request, auto& answer) {
    if (isWrite(request)) answer = FakeTenant::respond(503, "");
  };
  tenant.before = [&](const auto& request) -> std::optional<platform::HttpAnswer> {
    if (isWrite(request)) return FakeTenant::respond(503, "");
    return std::nullopt;
  };
  EXPECT_EQ(claim(*witness, "b").error().code(), ErrorCode::kUnavailable);
}

TEST_F(TenantWitnessTest, AServiceThatIsAwayCostsSeconds) {
  for (const int status : {429, 500, 503, 408}) {
    tenant.before = [&](const auto&) {
      platform::HttpResponse response = FakeTenant::respond(status, "");
      response.headers.emplace_back("Retry-After", "120");
      return response;
    };
    const auto start = clock.monotonicNow();
    EXPECT_EQ(witness->read().error().code(), ErrorCode::kUnavailable);
    EXPECT_LE(clock.monotonicNow() - start, 10s);
  }
}

TEST_F(TenantWitnessTest, AnAbsenceThatGraphDidNotVouchForIsNoAbsence) {
  ASSERT_TRUE(claim(*witness, "a").ok());
  for (const char* body : {"", "<html>", "{}", R"({"error":{"code":"proxy"}})"}) {
    tenant.before = [&](const auto&) { return FakeTenant::respond(404, body); };
    EXPECT_EQ(make()->read().error().code(), ErrorCode::kUnavailable) << body;
  }
}

TEST_F(TenantWitnessTest, NonsenseIsNeverARecord) {
  ASSERT_TRUE(claim(*witness, "a").ok());
  for (const char* body : {"", "<html>", "{", "[]", "null", R"({"id":"x","rec)"}) {
    tenant.after = [&](const auto&, auto& answer) { answer = FakeTenant::respond(200, body); };
    const Result<Witnessed> seen = make()->read();
    ASSERT_FALSE(seen.ok()) << body;
  }
  tenant.after = nullptr;
  for (const char* text : {"{\"epoch\":\"7\"}", "hello", "[]"}) {
    tenant.extension = text;
    EXPECT_EQ(make()->read().error().code(), ErrorCode::kCorruption) << text;
  }
}

TEST_F(TenantWitnessTest, ATokenThatHasRunOutIsRenewed) {
  ASSERT_TRUE(claim(*witness, "a").ok());
  int refusals = 1;
  tenant.before = [&](const auto&) -> std::optional<platform::HttpAnswer> {
    if (refusals-- > 0) return FakeTenant::refuse(401, "InvalidAuthenticationToken");
    return std::nullopt;
  };
  EXPECT_TRUE(witness->read().ok());
}

// Whatever single message is lost, truncated or refused: replace() says success only when the
// record is ours, and never leaves a record that nobody has asked for.
TEST_F(TenantWitnessTest, CutAtAnyMessageItNeverClaimsWhatItDoesNotHave) {
  for (const bool has_etags : {true, false}) {
    for (int cut = 1; cut < 20; ++cut) {
      for (const int kind : {0, 1, 2, 3}) {
        tenant.before = nullptr;
        tenant.after = nullptr;
        tenant.extension.reset();
        tenant.has_etags = has_etags;
        const auto mine = make();
        int number = 0;
        bool is_cut = false;  // from then on: the network is gone
        tenant.before = [&](const auto&) -> std::optional<platform::HttpAnswer> {
          is_cut = is_cut || (kind == 0 && ++number == cut);
          if (is_cut) return FakeTenant::lost();
          return std::nullopt;
        };
        tenant.after = [&](const auto&, auto& answer) {
          if (kind == 0 || ++number != cut) return;
          if (kind == 1) is_cut = true;
          if (kind == 2) answer = FakeTenant::respond(503, "");
          if (kind == 3) answer = FakeTenant::respond(200, "{\"id\":");
          if (kind == 1) answer = FakeTenant::lost();
        };
        const Result<Witnessed> claimed = claim(*mine, "me");
        tenant.before = nullptr;
        tenant.after = nullptr;
        const Witnessed seen = make()->read().value();
        if (claimed.ok()) {
          EXPECT_EQ(seen.record, held("me", 1)) << cut << " " << kind;
          EXPECT_EQ(seen.version, claimed.value().version);
        } else {
          EXPECT_NE(claimed.error().code(), ErrorCode::kConflict) << cut << " " << kind;
        }
      }
    }
  }
}

TEST_F(TenantWitnessTest, AGroupThatIsFullRefusesOneMoreAndKeepsWhatItHas) {
  tenant.may_write_organization = false;
  Witnessed seen = claim(*witness, "a").value();
  for (int i = 0; i < 40; ++i) {
    WitnessRecord wanted = seen.record;
    wanted.retired.push_back(fmt::format("00000000-0000-4000-8000-{:012}", i));
    const Result<Witnessed> replaced = witness->replace(seen, wanted);
    EXPECT_LE(tenant.group->size(), 1024U);
    if (!replaced.ok()) {
      EXPECT_GE(i, 15);
      EXPECT_THAT(replaced.error().message(), HasSubstr("Organization.ReadWrite.All"));
      EXPECT_EQ(witness->read().value().record, seen.record);
      return;
    }
    seen = replaced.value();
  }
  FAIL() << "it was never full";
}

TEST_F(TenantWitnessTest, WhoReplacesAHolderWaitsForTheHoldersLease) {
  ASSERT_TRUE(claim(*witness, "a").ok());
  TenantWitnessOptions shorter;
  shorter.lease = 10s;
  const auto other = make(shorter);
  EXPECT_EQ(other->lease(), 10s);
  const Witnessed replaced = claim(*other, "b").value();
  EXPECT_EQ(other->lease(), 60s);  // still: "a" may believe it that long
  ASSERT_TRUE(other->replace(replaced, replaced.record).ok());
  EXPECT_EQ(other->lease(), 10s);  // nobody else has anything to believe
}

TEST_F(TenantWitnessTest, ALongNameIsCutBecauseItIsForPeopleOnly) {
  tenant.may_write_organization = false;
  WitnessRecord wanted = held("a", 1);
  for (int i = 0; i < 2000; ++i)
    wanted.holder_name += "ø";
  const Witnessed done = witness->replace(witness->read().value(), wanted).value();
  EXPECT_LT(done.record.holder_name.size(), 300U);
  EXPECT_EQ(done.record.holder_name.size() % 2, 0U);  // no half letter
}

}  // namespace
}  // namespace tandem::pair::witness
