// SPDX-License-Identifier: Apache-2.0
#include "run/clock_check.h"

#include <filesystem>

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/runner.h"

namespace tandem::run {
namespace {

using ::testing::HasSubstr;

// A tenant that only has a clock.
class OnlyAClock : public connectors::Connector {
 public:
  explicit OnlyAClock(std::optional<std::int64_t> ahead) : ahead_(ahead) {}
  Result<std::vector<std::string>> partitions() override { return std::vector<std::string>{}; }
  Result<directory::Schema> schema() override { return directory::Schema(); }
  Result<std::vector<std::pair<std::string, std::string>>> parameters() override {
    return std::vector<std::pair<std::string, std::string>>{};
  }
  bool canDeltaImport() const override { return true; }
  bool canExport() const override { return true; }
  Result<connectors::ImportOutcome> import(const connectors::ImportRequest&,
                                           connectors::ImportSink&) override {
    return connectors::ImportOutcome();
  }
  Result<void> exportBatch(const connectors::ExportGrant&,
                           std::span<const connectors::ExportItem>,
                           connectors::ExportSink&) override {
    return {};
  }
  connectors::ExportPlan planExport(std::span<const connectors::ExportItem>) const override {
    return {};
  }
  std::vector<connectors::TestFinding> testConnection() override { return {}; }
  std::optional<std::int64_t> clockAhead() const override { return ahead_; }

 private:
  std::optional<std::int64_t> ahead_;
};

class ClockCheck : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) / ("clock" + std::to_string(getpid()));
    std::filesystem::remove_all(folder_);
    home::NewHome wanted;
    policy::ConnectorPolicy entra;
    entra.name = "entra";
    entra.id = "22222222-2222-2222-2222-222222222222";
    entra.kind = policy::ConnectorKind::kEntra;
    entra.entra.tenant_id = "lab.onmicrosoft.test";
    entra.entra.client_id = "33333333-3333-3333-3333-333333333333";
    entra.entra.client_secret = "entra";
    wanted.policy.connectors = {entra};
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

  std::string note(std::optional<std::int64_t> ahead) {
    ServerConnector& entra = server_->connectors().front();
    entra.connector = std::make_unique<OnlyAClock>(ahead);
    return noteClock(server_->store(), entra);
  }

  std::filesystem::path folder_;
  std::unique_ptr<Server> server_;
};

TEST_F(ClockCheck, SecondsAreNoNews) {
  EXPECT_EQ(note(std::nullopt), "");
  EXPECT_EQ(note(59), "");
  EXPECT_EQ(note(-59), "");
  EXPECT_EQ(whyClocksForbidExport(*server_), "");
}

TEST_F(ClockCheck, AMinuteIsAWarning) {
  EXPECT_THAT(note(-61), HasSubstr("of entra are 61 s apart (entra is behind)"));
  EXPECT_EQ(whyClocksForbidExport(*server_), "");
}

TEST_F(ClockCheck, FiveMinutesForbidTheExportUntilAnImportFindsThemGone) {
  EXPECT_THAT(note(300), HasSubstr("NTP"));
  EXPECT_THAT(whyClocksForbidExport(*server_), HasSubstr("tandem cycle delta"));
  const auto run =
      Runner(*server_).run(server_->connectors().front(), policy::RunStep::kExport, {});
  ASSERT_TRUE(run.ok()) << run.error().message();
  EXPECT_EQ(run.value().result, "stopped-clock-skew");
  EXPECT_EQ(run.value().exitCode(), 3);
  EXPECT_EQ(note(0), "");
  EXPECT_EQ(whyClocksForbidExport(*server_), "");
}

}  // namespace
}  // namespace tandem::run
