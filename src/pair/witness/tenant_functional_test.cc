// SPDX-License-Identifier: Apache-2.0
//
// The tenant as the witness, against a real tandem-tenant: two servers race, answers get lost, and
// the application may not write the organization.
#include <barrier>
#include <cstdlib>
#include <thread>

#include <fmt/format.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/graph/tenant_process.h"
#include "pair/witness/tenant_witness.h"

namespace tandem::pair::witness {
namespace {

using namespace std::chrono_literals;
using connectors::graph::GraphProfile;
using connectors::graph::GraphSettings;
using connectors::graph::testing::TenantProcess;

class TenantWitnessFunctional : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* program = std::getenv("TANDEM_TENANT");
    if (program == nullptr || ::access(program, X_OK) != 0) {
      GTEST_SKIP() << "TANDEM_TENANT does not name the tandem-tenant program";
    }
    tenant_ = TenantProcess::start(
        program, {"--initial-domain", "lab.onmicrosoft.test", "--throttling", "off"});
    ASSERT_NE(tenant_, nullptr);
    settings_ = tenant_->settings(GraphProfile::kGraph);
  }

  std::unique_ptr<TenantWitness> open(TenantWitnessOptions options = {}) {
    return std::move(TenantWitness::open(settings_, clock_, options)).value();
  }
  static Result<Witnessed> claim(TenantWitness& witness,
                                 const Witnessed& seen,
                                 const std::string& holder) {
    WitnessRecord wanted = seen.record;
    ++wanted.epoch;
    wanted.holder = holder;
    return witness.replace(seen, wanted);
  }
  // An application that may do everything but write the organization.
  void useAnAppThatMayNotWriteTheOrganization() {
    settings_.client_id = "22222222-2222-4222-8222-222222222222";
    settings_.client_secret = "a-secret-of-the-test";
    const std::string made = tenant_->control(
        "PATCH",
        "tenant",
        fmt::format(R"({{"apps":[{{"clientId":"{}","displayName":"limited","secret":"{}",
            "roles":["Group.ReadWrite.All","Organization.Read.All"]}}]}})",
                    settings_.client_id,
                    settings_.client_secret));
    ASSERT_FALSE(made.empty());
  }

  // Both have seen the same and claim in the same moment, again and again. Returns the number of
  // rounds that somebody won.
  int race(int rounds, TenantWitnessOptions options) {
    const auto a = open(options);
    const auto b = open(options);
    int won = 0;
    for (int round = 1; round <= rounds; ++round) {
      const Witnessed seen = a->read().value();
      b->renew().value();  // so that neither has to get a token first
      std::optional<Result<Witnessed>> of_a;
      std::optional<Result<Witnessed>> of_b;
      std::barrier together(2);
      const auto run = [&](TenantWitness& witness, const char* name, auto& result) {
        together.arrive_and_wait();
        result.emplace(claim(witness, seen, name));
      };
      std::thread other([&] { run(*b, "b", of_b); });
      run(*a, "a", of_a);
      other.join();
      EXPECT_FALSE(of_a->ok() && of_b->ok()) << "round " << round;
      for (const auto* result : {&*of_a, &*of_b}) {
        if (result->ok()) continue;
        EXPECT_EQ(result->error().code(), ErrorCode::kConflict) << result->error().message();
      }
      if (of_a->ok() || of_b->ok()) {
        ++won;
        EXPECT_EQ(a->read().value().record.holder, of_a->ok() ? "a" : "b");
      }
    }
    return won;
  }

  platform::SystemClock clock_;
  std::unique_ptr<TenantProcess> tenant_;
  GraphSettings settings_;
};

TEST_F(TenantWitnessFunctional, OfTwoThatRaceExactlyOneWins) {
  EXPECT_EQ(race(200, {}), 200);
  EXPECT_EQ(open()->read().value().record.epoch, 200U);
}

TEST_F(TenantWitnessFunctional, KnowsTheTenantsTimeAndWhatItPromises) {
  const auto witness = open();
  ASSERT_TRUE(claim(*witness, witness->read().value(), "a").ok());
  const Witnessed seen = witness->read().value();
  EXPECT_EQ(witness->promise(), WitnessPromise::kCompareAndSet);
  const auto now =
      std::chrono::duration_cast<std::chrono::seconds>(clock_.wallNow().time_since_epoch());
  ASSERT_TRUE(seen.told_at.has_value());
  EXPECT_NEAR(static_cast<double>(*seen.told_at), static_cast<double>(now.count()), 5.0);
}

TEST_F(TenantWitnessFunctional, LostAnswersAndHiccupsChangeNothing) {
  const auto witness = open();
  for (const char* kind : {"lostAnswer", "unavailable", "serverError", "truncated", "html"}) {
    tenant_->control("PUT",
                     "faults",
                     fmt::format(R"({{"faults":[{{"kind":"{}","count":1,"method":"PATCH"}},
                         {{"kind":"{}","count":1,"method":"GET","pathContains":"extensions"}}]}})",
                                 kind,
                                 kind));
    const Witnessed seen = witness->read().value();
    EXPECT_TRUE(claim(*witness, seen, kind).ok()) << kind;
    EXPECT_EQ(open()->read().value().record.holder, kind);
  }
}

TEST_F(TenantWitnessFunctional, WhereTheOrganizationIsClosedTheyMeetInAGroup) {
  useAnAppThatMayNotWriteTheOrganization();
  TenantWitnessOptions options;
  options.settling = 2s;
  EXPECT_LE(race(5, options), 5);
  const auto witness = open(options);
  const Witnessed seen = witness->read().value();
  EXPECT_EQ(witness->promise(), WitnessPromise::kWriteThenVerify);
  EXPECT_EQ(seen.version.front(), 'g');
  ASSERT_TRUE(claim(*witness, seen, "alone").ok());
  // The application that may write both finds it there.
  settings_ = tenant_->settings(GraphProfile::kGraph);
  EXPECT_EQ(open()->read().value().record.holder, "alone");
}

}  // namespace
}  // namespace tandem::pair::witness
