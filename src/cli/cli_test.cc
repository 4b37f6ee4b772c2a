// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/cli_scene.h"
#include "cli/command.h"
#include "platform/files.h"

namespace tandem::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Cli : public CliScene {};

TEST_F(Cli, HelpTeaches) {
  EXPECT_EQ(run({"--help"}), 0);
  EXPECT_THAT(out_, HasSubstr("tandem init --demo"));
  EXPECT_THAT(out_, HasSubstr("Exit codes: 0 done, 1 failed, 2 wrong use, 3 stopped by a guard"));
  for (const CommandEntry& entry : allCommands()) {
    std::vector<std::string> arguments{std::string(entry.noun)};
    if (!entry.verb.empty()) arguments.emplace_back(entry.verb);
    arguments.emplace_back("--help");
    EXPECT_EQ(run(arguments), 0) << entry.noun;
    EXPECT_THAT(out_, HasSubstr("Examples:")) << entry.noun << " " << entry.verb;
  }
}

TEST_F(Cli, WrongUseIsExitCode2) {
  EXPECT_EQ(run({}), 2);
  EXPECT_EQ(run({"stauts"}), 2);
  EXPECT_THAT(err_, HasSubstr("there is no command \"stauts\" (did you mean \"status\"?)"));
  EXPECT_EQ(run({"status", "--colour"}), 2);
  EXPECT_EQ(run({"cycle", "weekly"}), 2);
  EXPECT_EQ(run({"policy"}), 2);
  EXPECT_EQ(run({"Get-ADSyncNothing"}), 2);
}

TEST_F(Cli, WithoutAHomeSaysHowToMakeOne) {
  EXPECT_EQ(run({"status"}), 1);
  EXPECT_THAT(err_, HasSubstr("run 'tandem init"));
  EXPECT_EQ(run({"status", "--json"}), 1);
  EXPECT_EQ(json()["error"]["code"], "not_found");
}

TEST_F(Cli, InitMakesADemo) {
  ASSERT_EQ(run({"init", "--demo", "--people", "50"}), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("50 people"));
  EXPECT_EQ(run({"init", "--demo"}), 1);
  EXPECT_THAT(err_, HasSubstr("is a home folder already; nothing was changed"));
  EXPECT_EQ(run({"policy", "check"}), 0) << out_ << err_;
}

TEST_F(Cli, InitWritesAPolicyForADirectoryAndATenant) {
  ASSERT_EQ(run({"init",
                 "--ad",
                 "dc1.corp.example.com",
                 "--account",
                 "t@corp.example.com",
                 "--tenant",
                 "example.onmicrosoft.com",
                 "--client-id",
                 "5f0c0c54-8f4e-4a2b-9b1c-0d1e2f3a4b5c",
                 "--json"}),
            0)
      << err_;
  EXPECT_EQ(json()["role"], "staging");
  EXPECT_EQ(json()["secretsToSet"].size(), 2U);
  ASSERT_EQ(run({"connector", "list", "--json"}), 0);
  EXPECT_EQ(json()["connectors"][0]["Name"], "corp.example.com");
  EXPECT_EQ(json()["connectors"][1]["Type"], "entra");
}

TEST_F(Cli, InitRefusesContradictions) {
  EXPECT_EQ(run({"init", "--demo", "--ldif", "/x"}), 2);
  EXPECT_EQ(run({"init", "--ad", "dc1"}), 2);
  EXPECT_THAT(err_, HasSubstr("--account is missing"));
  EXPECT_EQ(run({"init", "--ad", "a", "--openldap", "b"}), 2);
  EXPECT_FALSE(std::filesystem::exists(home()));
}

TEST_F(Cli, PolicyCheckReportsEveryLine) {
  const std::string file = folder_ + "/p.json";
  ASSERT_TRUE(platform::writeFileDurably(file,
                                         "{\n  \"version\": 1,\n  \"conectors\": [],\n"
                                         "  \"scheduler\": { \"cycleInterval\": \"soon\" }\n}\n",
                                         0600)
                  .ok());
  EXPECT_EQ(run({"policy", "check", file}), 1);
  EXPECT_THAT(out_, HasSubstr("p.json:1:1: \"connectors\" is missing"));
  EXPECT_THAT(out_,
              HasSubstr("p.json:3:3: unknown key \"conectors\" (did you mean \"connectors\"?)"));
  EXPECT_THAT(out_, HasSubstr("p.json:4:35: \"cycleInterval\" should be a time span"));
  EXPECT_THAT(out_, HasSubstr("3 errors"));
  EXPECT_EQ(run({"policy", "check", file, "--json"}), 1);
  EXPECT_EQ(json()["valid"], false);
  EXPECT_EQ(json()["problems"].size(), 3U);
}

TEST_F(Cli, PolicyTestRunsTheTestsOfTheStandardRules) {
  const std::string folder = std::string(TANDEM_SOURCE_DIR) + "/tests/rules";
  EXPECT_EQ(run({"policy", "test", folder}), 0) << out_ << err_;
  EXPECT_THAT(out_, HasSubstr("ok      A user arrives with identity and address book ("));
  EXPECT_THAT(out_, HasSubstr(" tests passed, 0 failed."));
}

TEST_F(Cli, PolicyTestTellsFailuresFromFilesThatCannotBeRun) {
  const std::string folder = std::string(TANDEM_SOURCE_DIR) + "/tests/rules";
  const std::string file = folder_ + "/mine.toml";
  const std::string test =
      "[[test]]\nname = \"Mine\"\n[test.given.corp.ann]\ntype = \"user\"\n"
      "sAMAccountName = \"ann\"\nuserAccountControl = 512\n[test.expect.entra.ann]\n";
  const auto write = [&](const std::string& text) {
    ASSERT_TRUE(platform::writeFileDurably(file, text, 0600).ok());
  };
  write(test + "alias = \"lee\"\n");
  EXPECT_EQ(run({"policy", "test", file, "--policy", folder + "/ad.policy.json"}), 1);
  EXPECT_THAT(out_, HasSubstr("FAILED  Mine ("));
  EXPECT_THAT(out_, HasSubstr("mine.toml:8:9: entra, ann, alias\n            expected  lee\n"));
  EXPECT_EQ(run({"policy", "test", file, "--policy", folder + "/ad.policy.json", "--json"}), 1);
  EXPECT_EQ(json()["failed"], 1);
  EXPECT_EQ(json()["files"][0]["tests"][0]["failures"][0]["got"], "ann");
  write(test + "alais = \"lee\"\n");
  EXPECT_EQ(run({"policy", "test", file, "--policy", folder + "/ad.policy.json"}), 2);
  EXPECT_THAT(err_, HasSubstr("mine.toml:8:9: entra has no attribute \"alais\" (did you mean"));
  EXPECT_EQ(run({"policy", "test", folder_ + "/none.toml"}), 2);
  EXPECT_EQ(run({"policy", "test"}), 2);
}

TEST_F(Cli, PolicyShowAndSchemaAreJson) {
  ASSERT_EQ(run({"init", "--demo", "--people", "20"}), 0);
  ASSERT_EQ(run({"policy", "show"}), 0);
  EXPECT_EQ(json()["thresholds"]["deletions"]["count"], 500);
  ASSERT_EQ(run({"policy", "show", "--rules"}), 0);
  EXPECT_TRUE(json()["rules"].is_array());
  ASSERT_EQ(run({"policy", "schema"}), 0);
  EXPECT_EQ(json()["$schema"], "https://json-schema.org/draft/2020-12/schema");
}

TEST_F(Cli, SecretsAreNeverPrinted) {
  ASSERT_EQ(run({"init", "--ad", "dc1.corp.example.com", "--account", "t@corp.example.com"}), 0);
  EXPECT_EQ(run({"secret", "list"}), 0);
  EXPECT_THAT(out_, HasSubstr("directory.password  missing"));
  input_ = "Tr0ub4dor";
  ASSERT_EQ(run({"secret", "set", "directory.password"}), 0) << err_;
  EXPECT_THAT(out_ + err_, Not(HasSubstr("Tr0ub4dor")));
  EXPECT_EQ(run({"secret", "list", "--json"}), 0);
  EXPECT_EQ(json()["secrets"][0]["set"], true);
  EXPECT_THAT(out_, Not(HasSubstr("Tr0ub4dor")));
  EXPECT_EQ(run({"secret", "remove", "directory.password"}), 1);  // nobody to ask
  EXPECT_THAT(err_, HasSubstr("add --yes"));
  EXPECT_EQ(run({"secret", "remove", "directory.password", "--yes"}), 0);
  EXPECT_EQ(run({"secret", "remove", "directory.password", "--yes"}), 1);
  input_ = "";
  EXPECT_EQ(run({"secret", "set", "directory.password"}), 1);
  EXPECT_THAT(err_, HasSubstr("is empty"));
}

TEST_F(Cli, StatusBeforeTheFirstRunSaysWhatIsMissing) {
  ASSERT_EQ(run({"init", "--ad", "dc1.corp.example.com", "--account", "t@corp.example.com"}), 0);
  EXPECT_EQ(run({"status"}), 0);
  EXPECT_THAT(out_, HasSubstr("tandem secret set directory.password"));
  EXPECT_THAT(out_, HasSubstr("Next: tandem cycle initial"));
  EXPECT_EQ(run({"runs"}), 1);
  EXPECT_THAT(err_, HasSubstr("nothing has been imported yet"));
}

TEST_F(Cli, TheThresholdCanBeMovedUnderItsCmdletNames) {
  ASSERT_EQ(run({"init", "--demo", "--people", "20"}), 0);
  ASSERT_EQ(run({"Enable-ADSyncExportDeletionThreshold", "-DeletionThreshold", "42"}), 0) << err_;
  ASSERT_EQ(run({"Get-ADSyncExportDeletionThreshold", "--json"}), 0);
  EXPECT_EQ(json()["ThresholdCount"], 42);
  EXPECT_EQ(json()["DeletionPrevention"], 1);
  ASSERT_EQ(run({"Disable-ADSyncExportDeletionThreshold", "--yes"}), 0);
  ASSERT_EQ(run({"threshold", "show", "--json"}), 0);
  EXPECT_EQ(json()["DeletionPrevention"], 0);
}

TEST_F(Cli, TheSchedulerCanBeChanged) {
  ASSERT_EQ(run({"init", "--demo", "--people", "20"}), 0);
  ASSERT_EQ(run({"Set-ADSyncScheduler", "-SyncCycleEnabled", "$false", "--json"}), 0) << err_;
  EXPECT_EQ(json()["SyncCycleEnabled"], false);
  ASSERT_EQ(run({"scheduler", "set", "--interval", "01:00:00"}), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("CurrentlyEffectiveSyncCycleInterval : 01:00:00"));
  EXPECT_THAT(out_, HasSubstr("SyncCycleEnabled                    : False"));
  EXPECT_EQ(run({"scheduler", "set", "--interval", "hourly"}), 2);
}

TEST_F(Cli, TheSchedulerShowsTheCanaryAndAlertsWhoIsTold) {
  ASSERT_EQ(run({"init", "--demo", "--people", "20"}), 0);
  ASSERT_EQ(run({"scheduler", "show", "--json"}), 0) << err_;
  EXPECT_TRUE(json()["canary"].is_null());
  ASSERT_EQ(run({"alerts", "--json"}), 0) << err_;
  EXPECT_TRUE(json()["ways"].empty());
  const std::string settings = home() + "/server.toml";
  write(settings,
        platform::readFile(settings, 1 << 20).value() +
            "\n[canary]\ninterval_minutes = 60\narguments = [\"--user\", \"ada\"]\n"
            "[alerts]\nignore = [\"pair-drift\"]\n[alerts.webhook]\nurl = \"https://h/x\"\n"
            "key_secret = \"hook\"\n");
  ASSERT_EQ(run({"scheduler", "show", "--json"}), 0) << err_;
  EXPECT_EQ(json()["canary"]["intervalMinutes"], 60);
  EXPECT_EQ(json()["canary"]["arguments"][1], "ada");
  EXPECT_TRUE(json()["canary"]["last"].is_null());
  ASSERT_EQ(run({"alerts", "--json"}), 0) << err_;
  EXPECT_EQ(json()["ways"], nlohmann::json::array({"webhook"}));
  EXPECT_EQ(json()["ignored"], nlohmann::json::array({"pair-drift"}));
}

TEST_F(Cli, TheDemoCanBeChanged) {
  ASSERT_EQ(run({"init", "--demo", "--people", "30"}), 0);
  ASSERT_EQ(run({"demo", "hire", "Ada Lovelace", "--json"}), 0) << err_;
  EXPECT_EQ(json()["userPrincipalName"], "ada.lovelace@corp.example.com");
  const std::string dn = json()["dn"];
  ASSERT_EQ(run({"demo", "hire", "--json"}), 0) << err_;
  EXPECT_NE(json()["dn"], dn);
  ASSERT_EQ(run({"demo", "set", dn, "title", "Countess"}), 0) << err_;
  ASSERT_EQ(run({"demo", "remove", dn}), 0) << err_;
  EXPECT_EQ(run({"demo", "remove", dn}), 1);
  EXPECT_EQ(run({"demo", "hire", "Ada"}), 1);
}

TEST_F(Cli, DemoForestIsWritten) {
  ASSERT_EQ(run({"demo", "forest", folder_ + "/f", "--people", "40", "--json"}), 0) << err_;
  EXPECT_EQ(json()["people"], 40);
  EXPECT_TRUE(std::filesystem::exists(folder_ + "/f"));
}

TEST_F(Cli, CanaryNeedsSomethingToStartFrom) {
  ASSERT_EQ(run({"init", "--demo", "--people", "20"}), 0);
  EXPECT_EQ(run({"canary"}), 1);
  EXPECT_THAT(err_, HasSubstr("run 'tandem cycle initial' first"));
  EXPECT_EQ(run({"canary", "--change", "title"}), 2);
  EXPECT_EQ(run({"canary", "--json"}), 1);
  EXPECT_EQ(json()["error"]["code"], "not_found");
}

TEST_F(Cli, RulesAreListed) {
  ASSERT_EQ(run({"init", "--demo", "--people", "20"}), 0);
  ASSERT_EQ(run({"rule", "list", "--json"}), 0) << err_;
  EXPECT_TRUE(json()["rules"].is_array());
}

TEST_F(Cli, EveryCommandHasAPageAndATest) {
  const std::string root = TANDEM_SOURCE_DIR;
  std::string covered;
  for (const char* const file : {"cli_test.cc", "access_commands_test.cc"})
    covered += platform::readFile(root + "/src/cli/" + file, 1 << 20).value();
  for (const char* const folder : {"/tests/functional/cli", "/tests/functional/channel"}) {
    for (const auto& file : std::filesystem::directory_iterator(root + folder)) {
      if (file.path().extension() == ".py")
        covered += platform::readFile(file.path().string(), 1 << 20).value();
    }
  }
  for (const CommandEntry& entry : allCommands()) {
    const std::string name =
        std::string(entry.noun) + (entry.verb.empty() ? "" : "-") + std::string(entry.verb);
    EXPECT_TRUE(platform::fileExists(root + "/docs/reference/cli/" + name + ".md")) << name;
    const std::string call = "\"" + std::string(entry.noun) + "\"" +
                             (entry.verb.empty() ? "" : ", \"" + std::string(entry.verb) + "\"");
    EXPECT_NE(covered.find(call), std::string::npos) << "no test runs " << name;
  }
}

}  // namespace
}  // namespace tandem::cli
