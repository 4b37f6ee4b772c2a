// SPDX-License-Identifier: Apache-2.0
//
// Accounts, and what leaves its line in the audit log.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "access/accounts.h"
#include "cli/cli_scene.h"

namespace tandem::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class AccessCommands : public CliScene {
 protected:
  void SetUp() override {
    CliScene::SetUp();
    ASSERT_EQ(run({"init", "--demo", "--people", "10"}), 0) << err_;
    input_ = "correct horse battery";
  }
  // "act on outcome", newest first.
  std::vector<std::string> acts(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"audit", "list", "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    EXPECT_EQ(run(arguments), 0) << err_;
    std::vector<std::string> found;
    const nlohmann::json page = json();
    for (const auto& entry : page["entries"]) {
      found.push_back(entry["act"].get<std::string>() + " | " + entry["on"].get<std::string>() +
                      " | " + entry["outcome"].get<std::string>());
    }
    return found;
  }
};

TEST_F(AccessCommands, AccountsAreAddedChangedAndRemoved) {
  ASSERT_EQ(run({"account", "list"}), 0);
  EXPECT_THAT(out_, HasSubstr("There are no accounts"));
  ASSERT_EQ(run({"account", "add", "ada", "--role", "administrator"}), 0) << err_;
  EXPECT_EQ(out_, "\"ada\" may sign in as administrator.\n");
  EXPECT_EQ(run({"account", "add", "ADA", "--role", "viewer"}), 1);
  EXPECT_THAT(err_, HasSubstr("there is an account \"ada\" already"));
  EXPECT_EQ(run({"account", "add", "bob", "--role", "king"}), 1);
  EXPECT_EQ(run({"account", "add", "bob"}), 2);
  write(folder_ + "/password", "another good password\n");
  ASSERT_EQ(
      run({"account", "add", "bob", "--role", "viewer", "--password-file", folder_ + "/password"}),
      0);
  access::PasswordHasher hasher;
  access::Accounts accounts(home() + "/access.json", hasher);
  const auto signsIn = [&](const char* name, std::string_view password) {
    return accounts.authenticate(name, platform::SecretText(password), "a", {}).ok();
  };
  EXPECT_TRUE(signsIn("ada", "correct horse battery"));
  EXPECT_TRUE(signsIn("bob", "another good password"));

  ASSERT_EQ(
      run({"account", "set", "bob", "--role", "operator", "--disable", "--oidc-subject", "7"}), 0);
  EXPECT_EQ(out_, "\"bob\" is operator and disabled.\n");
  EXPECT_FALSE(signsIn("bob", "another good password"));
  ASSERT_EQ(run({"account", "set", "bob", "--oidc-email", "b@example.com", "--json"}), 0);
  EXPECT_EQ(json()["oidcSubject"], "7");
  EXPECT_EQ(json()["oidcEmail"], "b@example.com");
  ASSERT_EQ(run({"account", "set", "bob", "--oidc-subject", "", "--enable", "--json"}), 0);
  EXPECT_EQ(json()["oidcSubject"], "");
  EXPECT_EQ(json()["disabled"], false);
  EXPECT_EQ(run({"account", "set", "bob"}), 2);
  EXPECT_EQ(run({"account", "set", "ada", "--role", "viewer"}), 1);
  EXPECT_THAT(err_, HasSubstr("the last administrator"));

  input_ = "a third good password";
  ASSERT_EQ(run({"account", "password", "ada"}), 0) << err_;
  EXPECT_TRUE(signsIn("ada", "a third good password"));
  EXPECT_EQ(run({"account", "password", "nobody"}), 1);
  input_ = "short";
  EXPECT_EQ(run({"account", "password", "ada"}), 1);
  EXPECT_THAT(err_, HasSubstr("12 characters"));

  EXPECT_EQ(run({"account", "remove", "bob"}), 1);  // nobody to ask
  ASSERT_EQ(run({"account", "remove", "bob", "--yes"}), 0);
  EXPECT_EQ(run({"account", "remove", "bob", "--yes"}), 1);
  EXPECT_EQ(run({"account", "remove", "ada", "--yes"}), 1);
  EXPECT_EQ(run({"account", "remove", "ada", "--yes", "--force"}), 0);
}

TEST_F(AccessCommands, TokensAreShownOnceAndRevoked) {
  ASSERT_EQ(run({"account", "add", "ci", "--role", "operator", "--no-password"}), 0) << err_;
  ASSERT_EQ(run({"account", "token", "ci"}), 0);
  EXPECT_THAT(out_, StartsWith("tdm_"));
  const std::string token = out_.substr(0, out_.size() - 1);
  access::PasswordHasher hasher;
  access::Accounts accounts(home() + "/access.json", hasher);
  EXPECT_TRUE(accounts.authenticateToken(token, "a").ok());
  ASSERT_EQ(run({"account", "list"}), 0);
  EXPECT_THAT(out_, HasSubstr("token \"api\" (…" + token.substr(token.size() - 4) + ")"));
  EXPECT_THAT(out_, Not(HasSubstr(token)));
  ASSERT_EQ(run({"account", "token", "ci", "--revoke", "api"}), 0);
  EXPECT_FALSE(accounts.authenticateToken(token, "a").ok());
  ASSERT_EQ(run({"account", "list", "--json"}), 0);
  EXPECT_EQ(json()["accounts"][0]["tokens"].size(), 0U);
}

TEST_F(AccessCommands, EveryActLeavesItsLines) {
  EXPECT_EQ(acts(), (std::vector<std::string>{"init | --demo --people 10 | done"}));
  ASSERT_EQ(run({"secret", "set", "a.b"}), 0);
  ASSERT_EQ(run({"scheduler", "set", "--interval", "00:40:00"}), 0) << err_;
  ASSERT_EQ(run({"status"}), 0);
  EXPECT_EQ(run({"secret", "remove", "nothing", "--yes"}), 1);
  EXPECT_EQ(run({"threshold", "disable"}), 1);
  const std::vector<std::string> found = acts();
  ASSERT_EQ(found.size(), 9U);
  EXPECT_THAT(found[0], StartsWith("threshold.disable |  | failed: this needs a confirmation"));
  EXPECT_EQ(found[1], "threshold.disable |  | begun");
  EXPECT_THAT(found[2], StartsWith("secret.remove | nothing | failed: "));
  EXPECT_EQ(found[4], "scheduler.set | --interval 00:40:00 | done");
  EXPECT_EQ(found[5], "scheduler.set | --interval 00:40:00 | begun");
  EXPECT_EQ(found[6], "secret.set | a.b | done");
  EXPECT_EQ(json()["entries"][6]["who"], "ada");
  EXPECT_EQ(json()["entries"][6]["door"], "command line");
  EXPECT_EQ(json()["entries"][6]["from"], "sync01");
  EXPECT_EQ(json()["entries"][6]["at"], "2023-11-14T22:13:20.000Z");
  EXPECT_THAT(platform::readFile(home() + "/audit.log", 1 << 20).value(),
              Not(HasSubstr("correct horse")));
  EXPECT_EQ(acts({"--act", "secret"}).size(), 4U);
  EXPECT_EQ(acts({"--who", "eve"}).size(), 0U);
  EXPECT_EQ(acts({"--text", "CONFIRMATION"}).size(), 1U);
  EXPECT_EQ(acts({"--limit", "2"}).size(), 2U);
  const std::string before = std::to_string(json()["before"].get<std::uint64_t>());
  EXPECT_EQ(acts({"--limit", "2", "--before", before})[0], found[2]);
}

TEST_F(AccessCommands, ThePairingCodeIsNotRecorded) {
  EXPECT_EQ(run({"pair", "accept", "https://192.0.2.1:1", "SECRET-CODE"}), 1);
  EXPECT_THAT(acts()[1], StartsWith("pair.accept | https://192.0.2.1:1 | begun"));
  EXPECT_THAT(platform::readFile(home() + "/audit.log", 1 << 20).value(),
              Not(HasSubstr("SECRET-CODE")));
}

TEST_F(AccessCommands, WhatCannotBeRecordedIsNotDone) {
  std::filesystem::remove(home() + "/audit.log");
  std::filesystem::create_directory(home() + "/audit.log");
  EXPECT_EQ(run({"secret", "set", "a.b"}), 1);
  EXPECT_THAT(err_, HasSubstr("nothing was done, because it cannot be recorded"));
  EXPECT_EQ(run({"secret", "list", "--json"}), 0);
  EXPECT_THAT(out_, Not(HasSubstr("a.b")));
}

TEST_F(AccessCommands, VerifyFindsWhatWasChanged) {
  ASSERT_EQ(run({"secret", "set", "a.b"}), 0);
  ASSERT_EQ(run({"audit", "verify", "--json"}), 0) << out_;
  EXPECT_EQ(json()["lines"], 3);
  EXPECT_EQ(json()["problem"], nullptr);
  ASSERT_EQ(run({"audit", "verify"}), 0);
  EXPECT_THAT(out_, HasSubstr("All 3 acts are as they were written.\nLast hash: "));
  std::string text = platform::readFile(home() + "/audit.log", 1 << 20).value();
  text.replace(text.find("a.b"), 3, "a.c");
  write(home() + "/audit.log", text);
  EXPECT_EQ(run({"audit", "verify", "--json"}), 1);
  EXPECT_EQ(json()["problem"]["line"], 2);
  EXPECT_EQ(run({"audit", "verify"}), 1);
  EXPECT_THAT(out_, HasSubstr("audit.log:2: the line was changed"));
  EXPECT_EQ(run({"audit", "verify", "--file", home() + "/audit.log"}), 1);
}

}  // namespace
}  // namespace tandem::cli
