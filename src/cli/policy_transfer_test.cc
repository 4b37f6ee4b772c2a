// SPDX-License-Identifier: Apache-2.0
//
// Settings from one server to another: policy export, import and diff, init --import.
#include <gmock/gmock.h>

#include "cli/cli_scene.h"
#include "cli/init_secrets.h"

namespace tandem::cli {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class PolicyTransfer : public CliScene {
 protected:
  std::string file() const { return folder_ + "/settings.json"; }
  // A server with a directory and a tenant, exported to file().
  void exportOne() {
    ASSERT_EQ(run({"init",
                   "--ad",
                   "dc1.corp.example.com",
                   "--account",
                   "t@corp.example.com",
                   "--tenant",
                   "example.onmicrosoft.com",
                   "--client-id",
                   "5f0c0c54-8f4e-4a2b-9b1c-0d1e2f3a4b5c"}),
              0)
        << err_;
    ASSERT_EQ(run({"policy", "export", file(), "--json"}), 0) << err_;
  }
  void edit(const std::string& from, const std::string& to) {
    std::string text = platform::readFile(file(), 1 << 20).value();
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    write(file(), text.replace(at, from.size(), to));
  }
  std::string policyText() { return platform::readFile(home() + "/policy.json", 1 << 20).value(); }
};

TEST_F(PolicyTransfer, AnExportSaysWhereItIsFromAndWhatToBring) {
  exportOne();
  EXPECT_EQ(json()["secrets"].size(), 2U);
  EXPECT_EQ(json()["secrets"][0]["name"], "directory.password");
  EXPECT_THAT(err_,
              HasSubstr("directory.password: the password of t@corp.example.com in "
                        "dc1.corp.example.com (connector corp.example.com)"));
  const auto written = nlohmann::json::parse(platform::readFile(file(), 1 << 20).value());
  EXPECT_EQ(written["exported"]["by"], "ada");
  EXPECT_EQ(written["exported"]["host"], "sync01");
  EXPECT_EQ(written["exported"]["at"], "2023-11-14T22:13:20Z");
  EXPECT_EQ(written["exported"]["serverId"].get<std::string>().size(), 36U);
  EXPECT_EQ(platform::fileMode(file()).value(), 0600U);
  EXPECT_EQ(run({"policy", "export", file()}), 1);  // it is there, and nobody can be asked
  ASSERT_EQ(run({"policy", "export", "--rules-in-full"}), 0);
  EXPECT_GT(json()["standardRules"]["inFull"].size(), 10U);
  EXPECT_EQ(json()["rules"].size(), 0U);
}

TEST_F(PolicyTransfer, ASecondServerHasTheSameSettingsAndIsInStaging) {
  exportOne();
  ASSERT_EQ(run({"policy", "show"}), 0);
  const std::string before = out_;
  home_ = folder_ + "/second";
  ASSERT_EQ(run({"init", "--import", file(), "--json"}), 0) << err_;
  EXPECT_EQ(json()["role"], "staging");
  EXPECT_EQ(json()["exported"]["by"], "ada");
  EXPECT_EQ(json()["secretsToSet"].size(), 2U);
  EXPECT_THAT(err_, HasSubstr("was exported by ada on sync01"));
  ASSERT_EQ(run({"policy", "show"}), 0);
  EXPECT_EQ(out_, before);
}

TEST_F(PolicyTransfer, StandardRulesInFullAreForReading) {
  exportOne();
  ASSERT_EQ(run({"policy", "export", file(), "--rules-in-full", "--yes"}), 0);
  home_ = folder_ + "/second";
  ASSERT_EQ(run({"init", "--import", file()}), 0) << err_;
  EXPECT_THAT(err_, Not(HasSubstr("is not the one of this release")));
  EXPECT_THAT(policyText(), AllOf(Not(HasSubstr("inFull")), Not(HasSubstr("exported"))));
  edit("\"precedence\": 100", "\"precedence\": 99");
  home_ = folder_ + "/third";
  ASSERT_EQ(run({"init", "--import", file()}), 0) << err_;
  EXPECT_THAT(err_, HasSubstr("in the file is not the one of this release"));
}

TEST_F(PolicyTransfer, AnActiveSecondServerIsRefusedWithTheReason) {
  exportOne();
  home_ = folder_ + "/second";
  EXPECT_EQ(run({"init", "--import", file(), "--active"}), 2);
  EXPECT_THAT(err_, HasSubstr("two that write undo each other's work"));
  EXPECT_EQ(run({"init", "--import", file(), "--demo"}), 2);
  EXPECT_EQ(run({"init", "--import", file(), "--tenant", "x"}), 2);
  EXPECT_EQ(run({"init", "--import", file(), "--password-file", "x"}), 2);
  EXPECT_EQ(run({"init", "--import", file(), "--keytab", "x"}), 2);
  EXPECT_THAT(err_, HasSubstr("signs in with a password"));
  EXPECT_EQ(run({"init", "--import", file(), "--ldif", "x"}), 2);
  EXPECT_THAT(err_, HasSubstr("but that has 0"));
  EXPECT_EQ(run({"init", "--secrets-file", "x"}), 2);
  home_ = folder_ + "/home";
  EXPECT_EQ(run({"init", "--import", file()}), 1);
  EXPECT_THAT(err_, HasSubstr("is a home folder already; nothing was changed"));
  home_ = folder_ + "/second";
  EXPECT_FALSE(std::filesystem::exists(home_));
}

TEST_F(PolicyTransfer, WhatIsThisServersOwnCanBeGiven) {
  exportOne();
  home_ = folder_ + "/second";
  ASSERT_EQ(run({"init",
                 "--import",
                 file(),
                 "--connect-address",
                 "192.0.2.7",
                 "--account",
                 "second@corp.example.com",
                 "--ca-file",
                 "/nowhere/ca.pem",
                 "--graph-url",
                 "https://graph.example.com/v1.0"}),
            0)
      << err_;
  EXPECT_THAT(out_, HasSubstr("/nowhere/ca.pem: the authorities that vouch for"));
  EXPECT_THAT(out_, HasSubstr("check preflight"));
  ASSERT_EQ(run({"policy", "show"}), 0);
  EXPECT_EQ(json()["connectors"][0]["connectAddress"], "192.0.2.7");
  EXPECT_EQ(json()["connectors"][0]["bind"]["account"], "second@corp.example.com");
  EXPECT_EQ(json()["connectors"][1]["graph"], "https://graph.example.com/v1.0");
}

TEST_F(PolicyTransfer, SecretsComeFromAFile) {
  exportOne();
  home_ = folder_ + "/second";
  const std::string secrets = folder_ + "/secrets";
  write(secrets, "# both\ndirectory.password = s3cret=with=signs\nother.name=x\n");
  ASSERT_EQ(run({"init", "--import", file(), "--secrets-file", secrets}), 0) << err_;
  EXPECT_THAT(err_, HasSubstr("the policy does not name the secret \"other.name\""));
  EXPECT_THAT(out_, HasSubstr("tandem secret set entra.client-secret"));
  EXPECT_THAT(out_ + err_, Not(HasSubstr("s3cret")));
  const home::Home home = home::Home::open(home_, {}).value();
  EXPECT_EQ(home.secrets().value().get("directory.password").value().reveal(), "s3cret=with=signs");
  EXPECT_THAT(home.secrets().value().names(), ElementsAre("directory.password"));
}

TEST_F(PolicyTransfer, SecretsComeFromTheEnvironmentAndTheTerminal) {
  exportOne();
  home_ = folder_ + "/second";
  variables_["TANDEM_SECRET_ENTRA_CLIENT_SECRET"] = "of-the-environment";
  can_ask_ = true;
  input_ = "typed";
  ASSERT_EQ(run({"init", "--import", file()}), 0) << err_;
  EXPECT_THAT(prompts_, HasSubstr("directory.password, the password of"));
  EXPECT_THAT(prompts_, Not(HasSubstr("entra")));
  const home::Home home = home::Home::open(home_, {}).value();
  EXPECT_EQ(home.secrets().value().get("directory.password").value().reveal(), "typed");
  EXPECT_EQ(home.secrets().value().get("entra.client-secret").value().reveal(),
            "of-the-environment");
}

TEST_F(PolicyTransfer, ABadFileOfSecretsLeavesNoHome) {
  exportOne();
  home_ = folder_ + "/second";
  const std::string secrets = folder_ + "/secrets";
  write(secrets, "directory.password=a\nhunter2\n");
  EXPECT_EQ(run({"init", "--import", file(), "--secrets-file", secrets}), 1);
  EXPECT_THAT(
      err_, AllOf(HasSubstr("secrets:2: this line is not NAME=VALUE"), Not(HasSubstr("hunter2"))));
  std::filesystem::permissions(secrets, std::filesystem::perms(0644));
  EXPECT_EQ(run({"init", "--import", file(), "--secrets-file", secrets}), 1);
  EXPECT_THAT(err_, HasSubstr("chmod 600"));
  EXPECT_EQ(run({"init", "--import", file(), "--secrets-file", folder_ + "/none"}), 1);
  EXPECT_FALSE(std::filesystem::exists(home_));
}

TEST_F(PolicyTransfer, ABadFileIsReportedByLineAndChangesNothing) {
  exportOne();
  edit("\"cycleInterval\": \"00:30:00\"", "\"cycleIntervall\": \"00:30:00\"");
  const std::string before = policyText();
  EXPECT_EQ(run({"policy", "import", file(), "--yes"}), 2);
  EXPECT_THAT(err_, HasSubstr("unknown key \"cycleIntervall\" (did you mean \"cycleInterval\"?)"));
  EXPECT_THAT(err_, HasSubstr("settings.json:"));
  EXPECT_EQ(run({"policy", "import", file(), "--yes", "--json"}), 2);
  EXPECT_EQ(json()["valid"], false);
  EXPECT_EQ(run({"policy", "diff", file()}), 2);
  EXPECT_EQ(policyText(), before);
  home_ = folder_ + "/second";
  EXPECT_EQ(run({"init", "--import", file()}), 2);
  EXPECT_FALSE(std::filesystem::exists(home_));
}

TEST_F(PolicyTransfer, AnImportShowsWhatChangesAsksAndKeepsThePolicySoFar) {
  exportOne();
  edit("\"cycleInterval\": \"00:30:00\"", "\"cycleInterval\": \"00:10:00\"");
  edit("\"attribute\": \"automatic\"", "\"attribute\": \"employeeID\"");
  const std::string before = policyText();
  ASSERT_EQ(run({"policy", "diff", file()}), 0);
  EXPECT_THAT(out_, HasSubstr("changed  scheduler.cycleInterval: 00:30:00 → 00:10:00"));
  EXPECT_THAT(out_, HasSubstr("Warning: the source anchor changes"));
  EXPECT_EQ(run({"policy", "import", file()}), 1);
  EXPECT_THAT(err_, HasSubstr("add --yes"));
  EXPECT_EQ(policyText(), before);
  can_ask_ = true;
  input_ = "n";
  EXPECT_EQ(run({"policy", "import", file()}), 1);
  EXPECT_EQ(policyText(), before);
  input_ = "y";
  ASSERT_EQ(run({"policy", "import", file()}), 0) << err_;
  EXPECT_THAT(err_, HasSubstr("was exported by ada on sync01"));
  EXPECT_THAT(out_, HasSubstr("tandem secret set directory.password"));
  const std::string kept = home() + "/policy.json.before-20231114T221320Z";
  EXPECT_EQ(platform::readFile(kept, 1 << 20).value(), before);
  EXPECT_THAT(policyText(), HasSubstr("00:10:00"));
  ASSERT_EQ(run({"policy", "import", file(), "--json"}), 0);
  EXPECT_EQ(json()["changes"].size(), 0U);
  EXPECT_EQ(json()["kept"], "");
}

TEST_F(PolicyTransfer, TheOneOfTwoFilesIsComparedWithTheOther) {
  exportOne();
  const std::string other = folder_ + "/other.json";
  write(other, platform::readFile(file(), 1 << 20).value());
  edit("\"cycleInterval\": \"00:30:00\"", "\"cycleInterval\": \"00:10:00\"");
  ASSERT_EQ(run({"policy", "diff", other, file(), "--json"}), 0) << err_;
  EXPECT_EQ(json()["changes"].size(), 1U);
  EXPECT_EQ(json()["same"], false);
  ASSERT_EQ(run({"policy", "diff", other, other}), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("They mean the same."));
  EXPECT_EQ(run({"policy", "diff", other, folder_}), 1);
  EXPECT_THAT(err_, HasSubstr("SynchronizationRules"));
}

TEST_F(PolicyTransfer, APolicyIsWrittenAsAnExportAndReadAgain) {
  exportOne();
  const std::string folder = folder_ + "/export";
  EXPECT_EQ(run({"policy", "convert", file(), "--to", "folder"}), 2);
  ASSERT_EQ(run({"policy", "convert", file(), folder, "--to", "folder"}), 0) << err_;
  EXPECT_EQ(run({"policy", "convert", file(), folder, "--to", "folder"}), 1);
  ASSERT_EQ(run({"policy", "diff", file(), folder}), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("They mean the same."));
  ASSERT_EQ(run({"policy", "convert", folder, "--json"}), 0) << err_;
  EXPECT_EQ(json()["format"], "folder");
  EXPECT_EQ(json()["valid"], true);
}

TEST_F(PolicyTransfer, ABrokenPolicyCanBeReplaced) {
  exportOne();
  write(home() + "/policy.json", "{");
  ASSERT_EQ(run({"policy", "import", file(), "--yes"}), 0) << err_;
  EXPECT_THAT(err_, HasSubstr("the present policy.json has errors or is missing"));
  EXPECT_EQ(run({"policy", "check"}), 0);
}

TEST_F(PolicyTransfer, PreflightNamesWhatIsMissing) {
  exportOne();
  EXPECT_EQ(run({"check", "preflight"}), 1);
  EXPECT_THAT(out_, HasSubstr("refused  secret directory.password"));
  EXPECT_THAT(out_, HasSubstr("Repair what is refused"));
  EXPECT_EQ(run({"check", "preflight", "--json"}), 1);
  EXPECT_EQ(json()["ok"], false);
}

TEST(SecretVariables, AreNamedAfterTheSecret) {
  EXPECT_EQ(variableFor("directory.password"), "TANDEM_SECRET_DIRECTORY_PASSWORD");
  EXPECT_EQ(variableFor("Entra-key_2"), "TANDEM_SECRET_ENTRA_KEY_2");
}

TEST(SecretsFile, MayBeJson) {
  std::string path = ::testing::TempDir() + "tandem-secrets.json";
  ASSERT_TRUE(platform::writeFileDurably(path, R"({"a": " b\nc ", "d": "e"})", 0600).ok());
  const auto values = readSecretsFile(path);
  ASSERT_TRUE(values.ok()) << values.error().message();
  EXPECT_EQ(values.value().at("a").reveal(), " b\nc ");
  for (const char* bad : {R"({"a": 1})", "{", "=x", "no sign"}) {
    ASSERT_TRUE(platform::writeFileDurably(path, bad, 0600).ok());
    EXPECT_FALSE(readSecretsFile(path).ok()) << bad;
  }
  std::filesystem::remove(path);
}

TEST(SecretsFile, TwoNamesOfOneVariableAreRefused) {
  Session session;
  EXPECT_TRUE(gatherSecrets(session, {{"a.b", "", ""}, {"a.c", "", ""}}, "").ok());
  const auto both = gatherSecrets(session, {{"a.b", "", ""}, {"a-b", "", ""}}, "");
  ASSERT_FALSE(both.ok());
  EXPECT_THAT(both.error().message(), HasSubstr("TANDEM_SECRET_A_B"));
}

}  // namespace
}  // namespace tandem::cli
