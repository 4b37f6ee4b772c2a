// SPDX-License-Identifier: Apache-2.0
#include "policy/policy_reader.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/duration.h"
#include "policy/policy_writer.h"
#include "policy/sample_policy.h"

namespace tandem::policy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// All problems as lines "12:5 message".
std::vector<std::string> problemsOf(const std::string& text) {
  std::vector<std::string> lines;
  for (const Problem& problem : readPolicy(text, "p.json").problems) {
    lines.push_back(problem.where.substr(std::string("p.json:").size()) + " " + problem.message);
  }
  return lines;
}

TEST(PolicyReader, ReadsTheSample) {
  const ReadPolicy read = readPolicy(kSamplePolicy, "p.json");
  ASSERT_TRUE(read.document) << read.problems.front().message;
  EXPECT_THAT(read.problems, IsEmpty());
  const PolicyDocument& document = *read.document;
  EXPECT_EQ(document.identity.tenant, "example.onmicrosoft.com");
  EXPECT_EQ(document.sign_in, SignInMethod::kPasswordHashSync);
  ASSERT_EQ(document.connectors.size(), 4U);
  const ConnectorPolicy& corp = document.connectors[0];
  EXPECT_EQ(corp.kind, ConnectorKind::kActiveDirectory);
  EXPECT_EQ(corp.ldap.connect_address, "192.0.2.10");
  EXPECT_EQ(corp.ldap.delta, DeltaMethod::kDirSync);
  EXPECT_EQ(corp.ldap.page_size, 500U);
  EXPECT_THAT(corp.partitions[0].exclude,
              ElementsAre("OU=Guests,OU=People,DC=corp,DC=example,DC=com"));
  EXPECT_EQ(document.connectors[1].ldap.bind, BindMethod::kGssapi);
  EXPECT_EQ(document.connectors[2].ldif.folder, "forest");
  EXPECT_EQ(document.connectors[3].entra.graph, "https://graph.microsoft.com/v1.0");
  EXPECT_THAT(document.secretNames(), ElementsAre("corp.password", "entra.secret"));
  ASSERT_EQ(document.rules.size(), 1U);
  EXPECT_EQ(document.rules[0].where, "p.json:58:5");
  EXPECT_THAT(document.run_profiles[0].steps,
              ElementsAre(RunStep::kFullImport, RunStep::kFullSynchronization));
  EXPECT_EQ(document.scheduler.cycle_interval, std::chrono::minutes(30));
  EXPECT_EQ(document.retention.run_history, std::chrono::hours(168));
}

TEST(PolicyReader, DefaultsAreTheDocumentedOnes) {
  const ReadPolicy read = readPolicy(R"({"version": 1, "connectors": []})", "p.json");
  ASSERT_TRUE(read.document);
  EXPECT_EQ(read.document->thresholds.deletions.count, 500U);
  EXPECT_EQ(read.document->thresholds.deletions.percent, 10U);
  EXPECT_EQ(read.document->thresholds.deletions.percent_applies_above, 100U);
  EXPECT_TRUE(read.document->standard_rules.include);
  EXPECT_THAT(read.problems[0].message, HasSubstr("nothing will be synchronized"));
}

TEST(PolicyReader, WritingAndReadingLosesNothing) {
  const ReadPolicy first = readPolicy(kSamplePolicy, "p.json");
  const std::string text = writePolicy(*first.document);
  const ReadPolicy second = readPolicy(text, "p.json");
  ASSERT_TRUE(second.document) << second.problems.front().message;
  EXPECT_EQ(writePolicy(*second.document), text);
  EXPECT_THAT(text, HasSubstr("\"keytab\": \"/etc/tandem.keytab\""));
  EXPECT_THAT(text, HasSubstr("\"expression\": \"Trim([company])\""));
  EXPECT_THAT(text, HasSubstr("\"sourceAnchor\": {\n    \"attribute\": \"automatic\"\n  }"));
}

TEST(PolicyReader, AnUnknownKeyIsAnErrorWithASuggestion) {
  const std::string text = sampleWith("\"pageSize\": 500", "\"pagesize\": 500");
  EXPECT_THAT(problemsOf(text),
              ElementsAre("21:7 unknown key \"pagesize\" (did you mean \"pageSize\"?)"));
  EXPECT_FALSE(readPolicy(text, "p.json").document);
}

TEST(PolicyReader, ReportsAllProblemsInTheOrderOfTheFile) {
  std::string text = sampleWith("\"cycleInterval\": \"00:30:00\"", "\"cycleInterval\": \"30 min\"");
  text.replace(text.find("\"port\": 636"), 11, "\"port\": 70000");
  text.replace(text.find("\"kind\": \"ldif\""), 14, "\"kind\": \"LDIF\"");
  text.replace(text.find("\"precedence\": 50"), 16, "\"precedence\": 120");
  const auto problems = problemsOf(text);
  ASSERT_GE(problems.size(), 4U);
  EXPECT_THAT(problems[0],
              HasSubstr("\"port\" should be a whole number from 1 to 65535, but it is "
                        "70000"));
  EXPECT_THAT(problems[1], HasSubstr("no value of \"kind\" (did you mean \"ldif\"?)"));
  EXPECT_THAT(problems[problems.size() - 2],
              HasSubstr("66:21 the precedence of a custom rule is 0"));
  EXPECT_THAT(problems.back(), HasSubstr("time span like \"00:30:00\""));
}

TEST(PolicyReader, WithoutStandardRulesAllPrecedencesAreFree) {
  const std::string high = "\"precedence\": 100";
  EXPECT_FALSE(readPolicy(sampleWith("\"precedence\": 50", high), "p.json").document);
  std::string text = sampleWith("\"precedence\": 50", high);
  const std::string included = "\"include\": true";
  ASSERT_NE(text.find(included), std::string::npos);
  text.replace(text.find(included), included.size(), "\"include\": false");
  EXPECT_TRUE(readPolicy(text, "p.json").document);
}

TEST(PolicyReader, ProblemsInRulesCarryTheirLine) {
  EXPECT_THAT(problemsOf(sampleWith("\"destination\": \"department\"", "\"destinaton\": \"x\"")),
              ElementsAre(HasSubstr("69:9 \"destination\" is missing"),
                          HasSubstr("69:25 unknown key \"destinaton\"")));
  EXPECT_THAT(problemsOf(sampleWith("\"connector\": \"files\",\n      \"direction\"",
                                    "\"connector\": \"flies\",\n      \"direction\"")),
              ElementsAre("61:20 there is no connector \"flies\""));
}

TEST(PolicyReader, ARepeatedKeyIsAnError) {
  EXPECT_THAT(problemsOf(sampleWith("\"port\": 636", "\"port\": 636, \"port\": 637")),
              ElementsAre(HasSubstr("\"port\" stands here again")));
}

TEST(PolicyReader, WrongTypesAreNamed) {
  EXPECT_THAT(problemsOf(sampleWith("\"port\": 636", "\"port\": \"636\"")),
              ElementsAre(HasSubstr("\"port\" should be a number, but it is a string")));
  EXPECT_THAT(problemsOf(sampleWith("[\"user\", \"group\"]", "\"user\"")),
              ElementsAre(HasSubstr("should be an array, but it is a string")));
}

TEST(PolicyReader, ASyntaxErrorHasItsPlace) {
  const auto problems = problemsOf("{\n  \"version\": 1,\n}");
  EXPECT_THAT(problems, ElementsAre(HasSubstr("2:15 no comma before '}'")));
}

TEST(PolicyReader, AnotherVersionSaysWhatToDo) {
  EXPECT_THAT(problemsOf(sampleWith("\"version\": 1", "\"version\": 2")),
              ElementsAre(HasSubstr("this program reads version 1")));
}

TEST(PolicyReader, SecretsAndWaysInAreRequired) {
  EXPECT_THAT(problemsOf(sampleWith(",\n        \"passwordSecret\": \"corp.password\"", "")),
              ElementsAre(HasSubstr("tandem secret set NAME")));
  EXPECT_THAT(problemsOf(sampleWith("{ \"clientSecret\": \"entra.secret\" }", "{}")),
              ElementsAre(HasSubstr("give either \"clientSecret\"")));
}

TEST(PolicyReader, APlainPasswordIsRefused) {
  EXPECT_THAT(problemsOf(sampleWith("\"mode\": \"ldaps\"", "\"mode\": \"none\"")),
              ElementsAre(HasSubstr("sends the password in the clear")));
  const ReadPolicy allowed = readPolicy(
      sampleWith("\"mode\": \"ldaps\"", "\"mode\": \"none\", \"allowPlainPassword\": true"), "p");
  EXPECT_TRUE(allowed.document);
  EXPECT_EQ(allowed.problems.size(), 1U);
}

TEST(PolicyReader, ContainersLieInTheirPartition) {
  EXPECT_THAT(problemsOf(sampleWith("OU=Guests,OU=People,DC=corp", "OU=Guests,DC=other")),
              ElementsAre(HasSubstr("is not under the partition")));
  EXPECT_THAT(problemsOf(sampleWith("OU=Guests,OU=People,DC=corp", "ou=people,DC=corp")),
              ElementsAre(HasSubstr("both included and excluded")));
  EXPECT_THAT(problemsOf(sampleWith("\"OU=Guests,OU=People,DC=corp", "\"Guests,DC=corp")),
              ::testing::SizeIs(1));
}

TEST(PolicyReader, NamesAreUnique) {
  EXPECT_THAT(problemsOf(sampleWith("\"name\": \"files\"", "\"name\": \"ENTRA\"")),
              ::testing::Contains(HasSubstr("name \"entra\" is used in line 40 already")));
  EXPECT_THAT(problemsOf(sampleWith("0b7f6c1e-6c6f-4d53-9f0e-3f8f0b6a1c02",
                                    "0B7F6C1E-6C6F-4D53-9F0E-3F8F0B6A1C01")),
              ElementsAre(HasSubstr("is used in line 7 already")));
}

TEST(PolicyReader, DeltaMethodsFitTheDirectory) {
  EXPECT_THAT(problemsOf(sampleWith("\"dirSync\"", "\"syncRepl\"")),
              ElementsAre(HasSubstr("does not exist in Active Directory")));
}

TEST(PolicyReader, AnAnchorThatChangesIsRefused) {
  EXPECT_THAT(problemsOf(sampleWith("\"automatic\"", "\"userPrincipalName\"")),
              ElementsAre(HasSubstr("must never change")));
}

TEST(PolicyReader, AFeatureThatDoesNothingYetIsAWarning) {
  const ReadPolicy read = readPolicy(
      sampleWith("\"connectors\": [",
                 "\"optionalFeatures\": { \"deviceWriteback\": true },\n  \"connectors\": ["),
      "p.json");
  ASSERT_TRUE(read.document);
  ASSERT_EQ(read.problems.size(), 1U);
  EXPECT_EQ(read.problems[0].severity, Problem::Severity::kWarning);
}

TEST(PolicyReader, StandardRunProfilesKeepTheirNames) {
  EXPECT_THAT(problemsOf(sampleWith("\"Import and Sync\"", "\"export\"")),
              ElementsAre(HasSubstr("one of the five run profiles")));
}

TEST(PolicyReader, OnlyAttributeChecksThatThereAreCanBeIgnored) {
  const auto with = [](const std::string& id) {
    return sampleWith("\"version\": 1,",
                      "\"version\": 1, \"attributeChecks\": {\"ignored\": [\"" + id + "\"]},");
  };
  EXPECT_TRUE(readPolicy(with("alias-duplicate"), "p.json").document);
  EXPECT_THAT(problemsOf(with("alias-duplicat")),
              ElementsAre(::testing::AllOf(HasSubstr("there is no attribute check"),
                                           HasSubstr("alias-duplicate"))));
}

TEST(TimeSpan, ReadsAndWritesTheCmdletsForm) {
  EXPECT_EQ(parseTimeSpan("00:30:00"), std::chrono::minutes(30));
  EXPECT_EQ(parseTimeSpan("7.00:00:01"), std::chrono::hours(168) + std::chrono::seconds(1));
  for (const char* wrong : {"",
                            "30",
                            "00:30",
                            "24:00:00",
                            "00:60:00",
                            "0:30:00",
                            "-1.00:00:00",
                            "00:30:00:00",
                            "x.00:30:00",
                            "00:+3:00"}) {
    EXPECT_FALSE(parseTimeSpan(wrong)) << wrong;
  }
  EXPECT_EQ(formatTimeSpan(std::chrono::hours(25)), "1.01:00:00");
  EXPECT_EQ(formatTimeSpan(std::chrono::seconds(3661)), "01:01:01");
}

}  // namespace
}  // namespace tandem::policy
