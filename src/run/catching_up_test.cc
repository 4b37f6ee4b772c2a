// SPDX-License-Identifier: Apache-2.0
//
// A server that takes over reads everything before it writes anything.
#include "run/catching_up.h"

#include <filesystem>

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/runner.h"
#include "testing/fake_witness.h"
#include "testing/idle_connector.h"

namespace tandem::run {
namespace {

using tandem::testing::FakeWitness;
using tandem::testing::IdleConnector;
using ::testing::HasSubstr;

// The record outlives the server's own witness.
class SharedWitness final : public pair::Witness {
 public:
  explicit SharedWitness(FakeWitness& shared) : shared_(&shared) {}
  Result<pair::Witnessed> read() override { return shared_->read(); }
  Result<pair::Witnessed> replace(const pair::Witnessed& seen,
                                  const pair::WitnessRecord& wanted) override {
    return shared_->replace(seen, wanted);
  }
  pair::WitnessPromise promise() const override { return shared_->promise(); }
  std::chrono::milliseconds lease() const override { return shared_->lease(); }
  std::string describe() const override { return shared_->describe(); }

 private:
  FakeWitness* shared_;
};

policy::ConnectorPolicy named(const char* name, const char* id, policy::ConnectorKind kind) {
  policy::ConnectorPolicy connector;
  connector.name = name;
  connector.id = id;
  connector.kind = kind;
  return connector;
}

rules::SyncRule writeBack(const char* connector, const char* type, int precedence) {
  rules::SyncRule rule;
  rule.id = "44444444-4444-4444-4444-4444444444" + std::to_string(precedence);
  rule.name = std::string("Out to ") + connector;
  rule.connector = connector;
  rule.direction = rules::Direction::kOutbound;
  rule.source_type = "person";
  rule.target_type = type;
  rule.precedence = precedence;
  return rule;
}

class CatchingUp : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(::testing::TempDir()) / ("catch" + std::to_string(getpid()));
    std::filesystem::remove_all(folder_);
    home::NewHome wanted;
    wanted.policy.standard_rules.include = false;
    wanted.policy.connectors = {
        named("corp", "11111111-1111-1111-1111-111111111111", policy::ConnectorKind::kLdif),
        named("entra", "22222222-2222-2222-2222-222222222222", policy::ConnectorKind::kEntra)};
    wanted.policy.connectors[0].ldif.folder = folder_.string();
    wanted.policy.rules = {writeBack("corp", "user", 10), writeBack("entra", "user", 11)};
    auto& entra = wanted.policy.connectors[1].entra;
    entra.tenant_id = "lab.onmicrosoft.test";
    entra.client_id = "33333333-3333-3333-3333-333333333333";
    entra.client_secret = "entra";
    auto created = home::Home::create((folder_ / "home").string(), wanted, {});
    ASSERT_TRUE(created.ok()) << created.error().message();
    ServerParts parts;
    parts.clock = &clock_;
    parts.make_witness = [this]() -> Result<std::unique_ptr<pair::Witness>> {
      return std::unique_ptr<pair::Witness>(std::make_unique<SharedWitness>(witness_));
    };
    parts.make_connector = [](const policy::ConnectorPolicy& one,
                              store::Names&) -> Result<std::unique_ptr<connectors::Connector>> {
      return std::unique_ptr<connectors::Connector>(
          std::make_unique<IdleConnector>(!one.isSource()));
    };
    auto server = Server::open(created.value(), parts);
    ASSERT_TRUE(server.ok()) << server.error().message();
    server_ = std::move(server).value();
    witness_.record.epoch = 4;  // another server has written, and has released
  }
  void TearDown() override {
    server_.reset();
    std::filesystem::remove_all(folder_);
  }

  IdleConnector& corp() {
    return static_cast<IdleConnector&>(*server_->connectors().front().connector);
  }
  void claim() { ASSERT_TRUE(server_->member().claim({}).ok()); }
  RunSummary exportOf(const CycleSummary& cycle) {
    EXPECT_FALSE(cycle.runs.empty());
    EXPECT_EQ(cycle.runs.back().profile, "Export");
    return cycle.runs.back();
  }
  CycleSummary cycle() {
    auto summary = Runner(*server_).cycle(CyclePolicy::kDelta, {});
    EXPECT_TRUE(summary.ok()) << summary.error().message();
    return std::move(summary).value();
  }
  RunSummary run(std::size_t connector, policy::RunStep step) {
    auto summary = Runner(*server_).run(server_->connectors()[connector], step, {});
    EXPECT_TRUE(summary.ok()) << summary.error().message();
    return std::move(summary).value();
  }

  std::filesystem::path folder_;
  platform::ManualClock clock_;
  FakeWitness witness_;
  std::unique_ptr<Server> server_;
};

TEST_F(CatchingUp, ADirectoryThatCannotBeReadAfterTheClaimStopsTheFirstExport) {
  cycle();  // in staging everything could be read
  claim();
  corp().is_down = true;
  const RunSummary refused = exportOf(cycle());
  EXPECT_EQ(refused.result, "stopped-not-caught-up");
  EXPECT_EQ(refused.exitCode(), 3);
  EXPECT_THAT(refused.message, HasSubstr("corp has not been read to its end"));
  EXPECT_THAT(refused.message, HasSubstr("epoch 5"));
  corp().is_down = false;
  EXPECT_EQ(exportOf(cycle()).result, "completed-no-objects");
  corp().is_down = true;  // from then on it is an outage like any other
  EXPECT_EQ(exportOf(cycle()).result, "completed-no-objects");
}

TEST_F(CatchingUp, AnIncompleteReadingDoesNotCount) {
  claim();
  corp().is_complete = false;
  EXPECT_EQ(exportOf(cycle()).result, "stopped-not-caught-up");
}

TEST_F(CatchingUp, WhatWasReadHasToBeSynchronizedToo) {
  claim();
  for (const std::size_t connector : {0U, 1U})
    run(connector, policy::RunStep::kFullImport);
  const RunSummary refused = run(1, policy::RunStep::kExport);
  EXPECT_EQ(refused.result, "stopped-not-caught-up");
  EXPECT_THAT(refused.message, HasSubstr("corp has not been synchronized"));
  for (const std::size_t connector : {0U, 1U})
    run(connector, policy::RunStep::kDeltaSynchronization);
  EXPECT_EQ(run(1, policy::RunStep::kExport).result, "completed-no-objects");
}

TEST_F(CatchingUp, EachTakeOverAsksForItAnew) {
  claim();
  EXPECT_EQ(exportOf(cycle()).result, "completed-no-objects");
  ASSERT_TRUE(server_->member().quiesce("by hand").ok());
  ASSERT_TRUE(server_->member().release("").ok());
  claim();
  EXPECT_EQ(run(1, policy::RunStep::kExport).result, "stopped-not-caught-up");
}

TEST_F(CatchingUp, ACycleOfAServerThatIsToBeActiveClaimsBeforeItReads) {
  pair::PairState state = server_->pairState();
  state.role = pair::Role::kActivating;
  ASSERT_TRUE(pair::writePairState(server_->store(), state).ok());
  EXPECT_EQ(exportOf(cycle()).result, "completed-no-objects");
  EXPECT_EQ(server_->pairState().epoch, 5U);
}

// Their values would wait for ever, and be read back in place of the directory's own meanwhile.
TEST_F(CatchingUp, RulesOutToADirectoryThatIsNeverWrittenToDoNothing) {
  const auto engine = server_->engine();
  ASSERT_TRUE(engine.ok()) << engine.error().message();
  EXPECT_FALSE(engine.value().connectors[0].has_outbound_rules);
  EXPECT_TRUE(engine.value().connectors[1].has_outbound_rules);
}

TEST_F(CatchingUp, WhereNobodyHasWrittenBeforeNothingCanBeUndone) {
  witness_.record.epoch = 0;
  claim();
  EXPECT_EQ(run(1, policy::RunStep::kExport).result, "completed-no-objects");
}

}  // namespace
}  // namespace tandem::run
