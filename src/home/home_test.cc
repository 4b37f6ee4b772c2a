// SPDX-License-Identifier: Apache-2.0
#include "home/home.h"

#include <filesystem>
#include <string>

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/files.h"
#include "policy/policy_writer.h"

namespace tandem::home {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kServerId = "11111111-2222-4333-8444-555555555555";

class HomeFolder : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "tandem-home-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string path() const { return folder_ + "/home"; }
  Result<Home> create() const { return Home::create(path(), {}, {}); }

  std::string folder_;
};

TEST_F(HomeFolder, CreateMakesEverythingPrivate) {
  ASSERT_TRUE(create().ok());
  const Home home = Home::open(path(), {}).value();
  EXPECT_EQ(platform::fileMode(home.folder()).value(), 0700U);
  EXPECT_EQ(platform::fileMode(home.settingsPath()).value(), 0600U);
  EXPECT_EQ(platform::fileMode(home.keyPath()).value(), 0600U);
  EXPECT_EQ(home.settings().initial_role, InitialRole::kStaging);
  EXPECT_EQ(home.settings().server_id.size(), 36U);
  EXPECT_EQ(home.databasePath(), path() + "/tandem.db");
  ASSERT_TRUE(home.secrets().value().set("a", platform::SecretText("b")).ok());
  EXPECT_THAT(home.secrets().value().names(), ElementsAre("a"));
}

TEST_F(HomeFolder, CreateNeverChangesAHomeThatIsThere) {
  ASSERT_TRUE(create().ok());
  const std::string before = platform::readFile(path() + "/server.toml", 10000).value();
  const auto again = create();
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code(), ErrorCode::kConflict);
  EXPECT_EQ(platform::readFile(path() + "/server.toml", 10000).value(), before);
}

TEST_F(HomeFolder, OpenSaysHowToMakeOne) {
  EXPECT_THAT(Home::open(path(), {}).error().message(), HasSubstr("tandem init --home"));
}

TEST_F(HomeFolder, OneProcessAtATime) {
  const Home home = create().value();
  const auto first = home.lock();
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(home.lock().error().code(), ErrorCode::kConflict);
}

TEST_F(HomeFolder, TheKeyMayLieElsewhere) {
  const std::string credentials = folder_ + "/credentials";
  ASSERT_TRUE(platform::makeFolder(credentials, 0700).ok());
  ASSERT_TRUE(platform::SealingKey::create(credentials + "/tandem-secrets-key").ok());
  ASSERT_TRUE(platform::SealingKey::create(folder_ + "/own.key").ok());
  ASSERT_TRUE(create().ok());
  Environment environment;
  EXPECT_EQ(Home::open(path(), environment).value().keyPath(), path() + "/secrets.key");
  environment.credentials_folder = credentials;
  EXPECT_EQ(Home::open(path(), environment).value().keyPath(), credentials + "/tandem-secrets-key");
  environment.key_file_override = folder_ + "/own.key";
  EXPECT_EQ(Home::open(path(), environment).value().keyPath(), folder_ + "/own.key");
}

TEST_F(HomeFolder, APolicyWithErrorsIsNotUsable) {
  const Home home = create().value();
  ASSERT_TRUE(platform::writeFileDurably(home.policyPath(), "{\n\"version\": 1,\n}", 0600).ok());
  const auto policy = home.usablePolicy();
  ASSERT_FALSE(policy.ok());
  EXPECT_THAT(policy.error().message(), HasSubstr("policy.json:2:13: no comma before '}'"));
}

TEST_F(HomeFolder, APolicyThatWasChangedIsReadAnew) {
  const Home home = create().value();
  const Home copy = home;
  policy::PolicyDocument changed = home.usablePolicy().value();
  changed.identity.name = "Another";
  ASSERT_TRUE(
      platform::writeFileDurably(home.policyPath(), policy::writePolicy(changed), 0600).ok());
  EXPECT_EQ(home.usablePolicy().value().identity.name, "Another");
  EXPECT_EQ(copy.usablePolicy().value().identity.name, "Another");
}

TEST(ServerSettings, WhatIsWrittenReadsTheSame) {
  ServerSettings settings;
  settings.server_id = kServerId;
  settings.initial_role = InitialRole::kActive;
  settings.key_path = "/run/keys/tandem";
  settings.log_level = LogLevel::kDebug;
  settings.channel = {"0.0.0.0:8853", "https://old.example.com:8853"};
  const auto read = readServerSettings(writeServerSettings(settings), "server.toml");
  ASSERT_TRUE(read.settings) << listProblems(read.problems);
  EXPECT_EQ(read.settings->server_id, kServerId);
  EXPECT_EQ(read.settings->initial_role, InitialRole::kActive);
  EXPECT_EQ(read.settings->key_path, "/run/keys/tandem");
  EXPECT_EQ(read.settings->log_level, LogLevel::kDebug);
  EXPECT_EQ(read.settings->channel.listen, "0.0.0.0:8853");
  EXPECT_EQ(read.settings->channel.url, "https://old.example.com:8853");
}

TEST(ServerSettings, AWitnessInEtcdReadsAsItWasWritten) {
  ServerSettings settings;
  settings.server_id = kServerId;
  settings.witness.kind = WitnessKind::kEtcd;
  settings.witness.lease_seconds = 5;
  settings.witness.endpoints = {"https://a.example:2379", "https://b.example:2379"};
  settings.witness.ca_file = "etcd-ca.pem";
  settings.witness.certificate_file = "etcd.pem";
  settings.witness.key_file = "etcd.key";
  settings.witness.user = "tandem";
  settings.witness.password_secret = "etcd";
  const auto read = readServerSettings(writeServerSettings(settings), "server.toml");
  ASSERT_TRUE(read.settings) << listProblems(read.problems);
  const WitnessSettings& witness = read.settings->witness;
  EXPECT_EQ(witness.kind, WitnessKind::kEtcd);
  EXPECT_EQ(witness.leaseSeconds(), 5);
  EXPECT_THAT(witness.endpoints, ElementsAre("https://a.example:2379", "https://b.example:2379"));
  EXPECT_EQ(witness.ca_file, "etcd-ca.pem");
  EXPECT_EQ(witness.certificate_file, "etcd.pem");
  EXPECT_EQ(witness.key_file, "etcd.key");
  EXPECT_EQ(witness.user, "tandem");
  EXPECT_EQ(witness.password_secret, "etcd");
}

TEST(ServerSettings, TheWitnessIsTheTenantUnlessToldOtherwise) {
  const auto read =
      readServerSettings("server_id = \"" + std::string(kServerId) + "\"\n", "server.toml");
  ASSERT_TRUE(read.settings);
  EXPECT_EQ(read.settings->witness.kind, WitnessKind::kTenant);
  EXPECT_EQ(read.settings->witness.leaseSeconds(), 60);
}

TEST(ServerSettings, ProblemsOfTheWitnessHaveTheirLines) {
  const std::string start = "server_id = \"" + std::string(kServerId) + "\"\n[witness]\n";
  const auto problems = [&](const std::string& text) {
    return listProblems(readServerSettings(start + text, "s").problems);
  };
  EXPECT_EQ(problems("kind = \"paper\"\n"),
            "s:3:8: \"paper\" is no value of \"kind\"; it is one of tenant, etcd");
  EXPECT_EQ(problems("lease_seconds = 3\n"),
            "s:3:17: \"lease_seconds\" should be a number from 15 to 3600");
  EXPECT_EQ(problems("kind = \"etcd\"\nlease_seconds = \"9\"\nendpoints = [\"http://a\"]\n"),
            "s:4:17: \"lease_seconds\" should be a number from 2 to 3600");
  EXPECT_EQ(problems("user = \"u\"\n"),
            "s:3:8: \"user\" is for kind = \"etcd\"; how the tenant is reached stands in "
            "policy.json");
  EXPECT_EQ(problems("kind = \"etcd\"\n"),
            "s:2:1: \"endpoints\" is missing: it lists etcd's members, "
            "[\"https://a.example:2379\"]");
  EXPECT_EQ(problems("kind = \"etcd\"\nendpoints = [\"a:1\", 2]\nkey_file = \"k\"\nuser = \"u\"\n"),
            "s:4:13: \"a:1\" is no URL; it looks like https://a.example:2379\n"
            "s:4:21: \"endpoints\" should hold texts in quotes\n"
            "s:5:12: \"key_file\" needs \"certificate_file\" beside it\n"
            "s:6:8: \"user\" needs \"password_secret\" beside it");
}

TEST(ServerSettings, TheConsoleListensOnLoopbackUnlessToldOtherwise) {
  const auto read =
      readServerSettings("server_id = \"" + std::string(kServerId) + "\"\n", "server.toml");
  ASSERT_TRUE(read.settings);
  EXPECT_EQ(read.settings->console.listen, "127.0.0.1:8443");
  EXPECT_FALSE(read.settings->console.open_metrics);
  EXPECT_FALSE(read.settings->console.oidc.isSet());
}

TEST(ServerSettings, TheConsoleReadsAsItWasWritten) {
  ServerSettings settings;
  settings.server_id = kServerId;
  settings.console.listen = "[::]:8443";
  settings.console.url = "https://sync01.example.com:8443";
  settings.console.certificate_file = "console.pem";
  settings.console.key_file = "console.key";
  settings.console.open_metrics = true;
  OidcSettings& oidc = settings.console.oidc;
  oidc.issuer = "https://login.example.com/realms/main";
  oidc.client_id = "tandem";
  oidc.client_secret_secret = "console.oidc";
  oidc.ca_file = "login-ca.pem";
  oidc.role_claim = "groups";
  oidc.roles = {{"CN=Sync \"Admins\",DC=corp", "administrator"}, {"helpdesk", "viewer"}};
  oidc.scopes = {"profile", "groups"};
  const auto read = readServerSettings(writeServerSettings(settings), "server.toml");
  ASSERT_TRUE(read.settings) << listProblems(read.problems);
  const ConsoleSettings& console = read.settings->console;
  EXPECT_EQ(console.listen, "[::]:8443");
  EXPECT_EQ(console.url, "https://sync01.example.com:8443");
  EXPECT_EQ(console.certificate_file, "console.pem");
  EXPECT_EQ(console.key_file, "console.key");
  EXPECT_TRUE(console.open_metrics);
  EXPECT_EQ(console.oidc.issuer, oidc.issuer);
  EXPECT_EQ(console.oidc.client_id, "tandem");
  EXPECT_EQ(console.oidc.client_secret_secret, "console.oidc");
  EXPECT_EQ(console.oidc.ca_file, "login-ca.pem");
  EXPECT_EQ(console.oidc.role_claim, "groups");
  EXPECT_THAT(console.oidc.roles, ::testing::UnorderedElementsAreArray(oidc.roles));
  EXPECT_EQ(console.oidc.scopes, oidc.scopes);
}

TEST(ServerSettings, ProblemsOfTheConsoleHaveTheirLines) {
  const std::string start = "server_id = \"" + std::string(kServerId) + "\"\n[console]\n";
  const auto problems = [&](const std::string& text) {
    return listProblems(readServerSettings(start + text, "s").problems);
  };
  EXPECT_EQ(problems("listen = \"off\"\n"), "");
  for (const char* listen : {"8443", "sync01:8443", "0.0.0.0", "0.0.0.0:0", "0.0.0.0:65536"}) {
    EXPECT_THAT(
        problems(std::string("listen = \"") + listen + "\"\n"),
        HasSubstr("s:3:10: \"" + std::string(listen) + "\" is neither \"off\" nor a numeric"));
  }
  for (const char* url : {"http://a", "https://", "https://a/b", "https://u@a"}) {
    EXPECT_THAT(problems(std::string("url = \"") + url + "\"\n"), HasSubstr("s:3:7: \""));
  }
  EXPECT_EQ(problems("certificate_file = \"c\"\nopen_metrics = 1\n"),
            "s:3:20: \"certificate_file\" needs \"key_file\" beside it\n"
            "s:4:16: \"open_metrics\" should be true or false");
  EXPECT_EQ(problems("[console.oidc]\nissuer = \"http://a\"\nrole_claim = \"r\"\n"),
            "s:3:1: \"client_id\" is missing in [console.oidc]\n"
            "s:4:10: \"http://a\" is no issuer: it is an https:// URL, exactly as the provider's "
            "discovery document has it\n"
            "s:5:14: \"role_claim\" needs \"roles\" beside it");
  EXPECT_EQ(problems("[console.oidc]\nissuer = \"https://a\"\nclient_id = \"c\"\n"
                     "role_claim = \"r\"\nclient_secret_secret = \"a b\"\n"
                     "[console.oidc.roles]\nboss = \"king\"\n"),
            "s:7:24: \"client_secret_secret\" is the name of a secret, not the secret: a-z, A-Z, "
            "0-9, \".\", \"_\" and \"-\"\n"
            "s:9:8: the role of \"boss\" should be one of viewer, operator, administrator");
}

TEST(ServerSettings, AlertsAndTheCanaryReadAsTheyWereWritten) {
  ServerSettings settings;
  settings.server_id = kServerId;
  EXPECT_EQ(writeServerSettings(settings).find("[alerts"), std::string::npos);
  settings.alerts.ignore = {"pair-drift"};
  settings.alerts.staging_days = 7;
  settings.alerts.certificate_days = 14;
  settings.alerts.slow_minutes = 60;
  settings.alerts.mail = {"smtp://mail.example.com:587",
                          "tandem@example.com",
                          {"ada@example.com", "grace@example.com"},
                          "tandem",
                          "alerts.mail",
                          "mail-ca.pem"};
  settings.alerts.webhook = {"https://hooks.example.com/x", "alerts.key", "hook-ca.pem"};
  settings.canary = {1440, {"--container", "OU=\"Test\",DC=corp"}};
  const auto read = readServerSettings(writeServerSettings(settings), "server.toml");
  ASSERT_TRUE(read.settings) << listProblems(read.problems);
  const AlertSettings& alerts = read.settings->alerts;
  EXPECT_EQ(alerts.ignore, settings.alerts.ignore);
  EXPECT_EQ(alerts.staging_days, 7);
  EXPECT_EQ(alerts.certificate_days, 14);
  EXPECT_EQ(alerts.slow_minutes, 60);
  EXPECT_EQ(alerts.mail.server, settings.alerts.mail.server);
  EXPECT_EQ(alerts.mail.to, settings.alerts.mail.to);
  EXPECT_EQ(alerts.mail.user, "tandem");
  EXPECT_EQ(alerts.mail.password_secret, "alerts.mail");
  EXPECT_EQ(alerts.webhook.key_secret, "alerts.key");
  EXPECT_EQ(read.settings->canary.interval_minutes, 1440);
  EXPECT_EQ(read.settings->canary.arguments, settings.canary.arguments);
}

TEST(ServerSettings, ProblemsOfAlertsHaveTheirLines) {
  const std::string start = "server_id = \"" + std::string(kServerId) + "\"\n";
  const auto problems = [&](const std::string& text) {
    return listProblems(readServerSettings(start + text, "s").problems);
  };
  EXPECT_EQ(problems("[alerts]\nignore = [\"clok\"]\nslow_minutes = 0\n"),
            "s:3:10: there are no alerts of the kind \"clok\" (did you mean \"clock\"?)\n"
            "s:4:16: \"slow_minutes\" should be a whole number from 1 to 43200");
  EXPECT_THAT(problems("[alerts.mail]\nserver = \"mail\"\nfrom = \"a@b\"\nto = [\"c@d\"]\n"),
              HasSubstr("s:3:10: \"server\" of [alerts.mail] should be smtp://HOST:PORT"));
  EXPECT_THAT(
      problems("[alerts.mail]\nserver = \"smtps://m\"\nfrom = \"a@b\"\nto = [\"c@d, e@f\"]\n"),
      HasSubstr("is no plain mail address"));
  EXPECT_THAT(problems("[alerts.mail]\nserver = \"smtps://m\"\nfrom = \"a@b\"\n"),
              HasSubstr("needs \"from\", an address, and \"to\""));
  EXPECT_THAT(problems("[alerts.webhook]\nurl = \"http://a\"\n"), HasSubstr("should be https://"));
  EXPECT_THAT(problems("[alerts.webhook]\nurl = \"https://a\"\nkey_secret = \"a b\"\n"),
              HasSubstr("is the name of a secret, not the secret"));
  EXPECT_THAT(problems("[canary]\narguments = [\"--keep\"]\n"),
              HasSubstr("\"interval_minutes\" is missing in [canary]"));
  EXPECT_THAT(problems("[canary]\ninterval_minutes = 60\narguments = [\"--keep\"]\n"),
              HasSubstr("s:4:13: --keep cannot be among the arguments"));
}

TEST(ServerSettings, EveryProblemIsReportedWithItsLine) {
  const auto read = readServerSettings(
      "server_id = \"x\"\nroll = \"active\"\n[log]\nlevel = 3\n"
      "[store]\npathh = \"a\"\n",
      "server.toml");
  EXPECT_FALSE(read.settings);
  EXPECT_EQ(listProblems(read.problems),
            "server.toml:1:13: \"x\" is no GUID\n"
            "server.toml:2:1: unknown key \"roll\" (did you mean \"role\"?)\n"
            "server.toml:4:9: \"level\" should be a text in quotes\n"
            "server.toml:6:1: unknown key \"pathh\" in [store] (did you mean \"path\"?)");
}

TEST(ServerSettings, ASyntaxErrorHasItsLine) {
  const auto read = readServerSettings("server_id = \"a\nrole = 1\n", "server.toml");
  ASSERT_EQ(read.problems.size(), 1U);
  EXPECT_THAT(read.problems[0].where, HasSubstr("server.toml:1:"));
}

TEST(ServerSettings, ValuesAreChecked) {
  const auto read =
      readServerSettings("server_id = \"" + std::string(kServerId) + "\"\nrole = \"boss\"\n", "s");
  ASSERT_EQ(read.problems.size(), 1U);
  EXPECT_THAT(read.problems[0].message, HasSubstr("one of staging, active"));
}

}  // namespace
}  // namespace tandem::home
