// SPDX-License-Identifier: Apache-2.0
#include "run/clock_check.h"

#include <filesystem>

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/runner.h"
#include "testing/idle_connector.h"

namespace tandem::run {
namespace {

using ::testing::HasSubstr;

class ClockCheck : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(::testing::TempDir()) / ("clock" + std::to_string(getpid()));
    std::filesystem::remove_all(folder_);
    home::NewHome wanted;
    wanted.policy.standard_rules.include = false;
    policy::ConnectorPolicy entra;
    entra.name = "entra";
    entra.id = "22222222-2222-2222-2222-222222222222";
    entra.kind = policy::ConnectorKind::kEntra;
    entra.entra.tenant_id = "lab.onmicrosoft.test";
    entra.entra.client_id = "33333333-3333-3333-3333-333333333333";
    entra.entra.client_secret = "entra";
    policy::ConnectorPolicy corp;
    corp.name = "corp";
    corp.id = "11111111-1111-1111-1111-111111111111";
    corp.kind = policy::ConnectorKind::kLdif;
    corp.ldif.folder = folder_.string();
    wanted.policy.connectors = {entra, corp};
    auto created = home::Home::create((folder_ / "home").string(), wanted, {});
    ASSERT_TRUE(created.ok()) << created.error().message();
    auto secrets = created.value().secrets();
    ASSERT_TRUE(secrets.value().set("entra", platform::SecretText("not a secret")).ok());
    auto server = Server::open(created.value());
    ASSERT_TRUE(server.ok()) << server.error().message();
    server_ = std::move(server).value();
  }
  void TearDown() override {
    server_.reset();
    std::filesystem::remove_all(folder_);
  }

  ServerConnector& entra() { return server_->connectors().front(); }
  ServerConnector& corp() { return server_->connectors().back(); }
  std::string note(std::optional<std::int64_t> ahead) { return note(entra(), ahead); }
  std::string note(ServerConnector& connector, std::optional<std::int64_t> ahead) {
    auto clock = std::make_unique<tandem::testing::IdleConnector>(&connector == &entra());
    clock->ahead = ahead;
    connector.connector = std::move(clock);
    return noteClock(server_->store(), connector);
  }
  std::string whyNot() { return whyClockForbidsExport(*server_, entra()); }

  std::filesystem::path folder_;
  std::unique_ptr<Server> server_;
};

TEST_F(ClockCheck, SecondsAreNoNews) {
  EXPECT_EQ(note(std::nullopt), "");
  EXPECT_EQ(note(59), "");
  EXPECT_EQ(note(-59), "");
  EXPECT_EQ(whyNot(), "");
}

TEST_F(ClockCheck, AMinuteIsAWarning) {
  EXPECT_THAT(note(-61), HasSubstr("of entra are 61 s apart (entra is behind)"));
  EXPECT_EQ(whyNot(), "");
}

TEST_F(ClockCheck, FiveMinutesForbidTheExportUntilAnImportFindsThemGone) {
  EXPECT_THAT(note(300), HasSubstr("NTP"));
  EXPECT_THAT(whyNot(), HasSubstr("tandem cycle delta"));
  const auto run = Runner(*server_).run(entra(), policy::RunStep::kExport, {});
  ASSERT_TRUE(run.ok()) << run.error().message();
  EXPECT_EQ(run.value().result, "stopped-clock-skew");
  EXPECT_EQ(run.value().exitCode(), 3);
  EXPECT_EQ(note(0), "");
  EXPECT_EQ(whyNot(), "");
}

TEST_F(ClockCheck, ADirectoryThatIsOnlyReadIsAWarningAndForbidsNothing) {
  EXPECT_THAT(note(corp(), 4000), HasSubstr("of corp are 4000 s apart (corp is ahead)"));
  EXPECT_EQ(note(2), "");
  EXPECT_EQ(whyNot(), "");
  const auto run = Runner(*server_).run(entra(), policy::RunStep::kExport, {});
  ASSERT_TRUE(run.ok()) << run.error().message();
  EXPECT_EQ(run.value().result, "stopped-export-disabled");  // it is in staging: the next check
}

}  // namespace
}  // namespace tandem::run
