// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>

#include "policy/policy_check.h"
#include "rule_test/report.h"

namespace tandem::rule_test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const std::string kFolder = TANDEM_SOURCE_DIR "/tests/rules/";

std::string readAll(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string problemText(const Problems& problems) {
  std::string text;
  for (const Problem& problem : problems)
    text += problem.where + ": " + problem.message + "\n";
  return text;
}

policy::PolicyDocument policyIn(const std::string& name) {
  policy::ReadPolicy read = policy::checkPolicy(readAll(kFolder + name), name);
  EXPECT_TRUE(read.document) << problemText(read.problems);
  return std::move(*read.document);
}

TestReport run(std::string_view text, const std::string& policy_name = "ad.policy.json") {
  ReadTests read = readTests(text, "t.toml");
  if (!read.document) return {"t.toml", {}, read.problems};
  const policy::PolicyDocument policy = policyIn(policy_name);
  return runTests(policy, *read.document);
}

std::string problemsOf(std::string_view text) {
  return problemText(run(text).problems);
}

// ---- the standard rules

std::vector<std::string> testFiles() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() == ".toml") files.push_back(entry.path().filename().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

class StandardRules : public testing::TestWithParam<std::string> {};

TEST_P(StandardRules, DoWhatTheirTestsSay) {
  const ReadTests read = readTests(readAll(kFolder + GetParam()), GetParam());
  ASSERT_TRUE(read.document) << problemText(read.problems);
  ASSERT_TRUE(read.document->policy);
  const policy::PolicyDocument policy = policyIn(read.document->policy->text);
  const TestReport report = runTests(policy, *read.document);
  EXPECT_THAT(report.problems, IsEmpty()) << problemText(report.problems);
  EXPECT_EQ(report.failed(), 0U) << reportText(report);
  EXPECT_THAT(report.tests, SizeIs(read.document->tests.size()));
}

std::string nameOf(const testing::TestParamInfo<std::string>& file) {
  std::string name = file.param.substr(0, file.param.find('.'));
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}
INSTANTIATE_TEST_SUITE_P(All, StandardRules, testing::ValuesIn(testFiles()), nameOf);

// ---- what a failure says

constexpr std::string_view kAnn =
    "[[test]]\n"
    "name = \"Ann\"\n"
    "[test.given.corp.ann]\n"
    "type = \"user\"\n"
    "sAMAccountName = \"ann\"\n"
    "userAccountControl = 514\n";

std::vector<Failure> failuresOf(const std::string& expectations) {
  const TestReport report = run(std::string(kAnn) + expectations);
  EXPECT_THAT(report.problems, IsEmpty()) << problemText(report.problems);
  EXPECT_THAT(report.tests, SizeIs(1));
  return report.tests.empty() ? std::vector<Failure>() : report.tests[0].failures;
}

TEST(Failure, OfAValueNamesPlaceAttributeBothValuesAndTheRule) {
  const auto failures = failuresOf(
      "[test.expect.metaverse.ann]\naccountEnabled = true\n"
      "[test.expect.entra.ann]\nexport = \"add\"\nalias = \"lee\"\n");
  ASSERT_THAT(failures, SizeIs(2));
  EXPECT_EQ(failures[0].at.line, 8U);
  EXPECT_EQ(failures[0].subject, "metaverse, ann, accountEnabled");
  EXPECT_EQ(failures[0].expected, "True");
  EXPECT_EQ(failures[0].got, "False");
  EXPECT_EQ(failures[0].why, "by rule \"In from AD - User Common\"");
  EXPECT_EQ(failures[1].subject, "entra, ann, alias");
  EXPECT_EQ(failures[1].why, "by rule \"Out to Entra - User Identity\"");
}

TEST(Failure, OfAValueThatShouldBeAbsentShowsIt) {
  const auto failures =
      failuresOf("[test.expect.entra.ann]\nabsent = [\"alias\"]\ntype = \"group\"\n");
  ASSERT_THAT(failures, SizeIs(2));
  EXPECT_EQ(failures[0].subject, "entra, ann, type");
  EXPECT_EQ(failures[1].expected, "no value");
  EXPECT_EQ(failures[1].got, "ann");
}

TEST(Failure, OfALinkSaysWhichConditionKeptTheObjectAway) {
  const auto failures = failuresOf(
      "isCriticalSystemObject = true\n[test.expect.corp.ann]\nlink = \"projected\"\n"
      "[test.expect.entra.ann]\nexport = \"add\"\n");
  ASSERT_THAT(failures, SizeIs(2));
  EXPECT_EQ(failures[0].got, "none");
  EXPECT_THAT(failures[0].why,
              AllOf(HasSubstr("In from AD - User Join"), HasSubstr("isCriticalSystemObject")));
  EXPECT_EQ(failures[1].got, "nothing");
  EXPECT_THAT(failures[1].why, HasSubstr("isCriticalSystemObject"));
}

TEST(Failure, OfAnObjectThatTheTargetRulesRefuseSaysWhy) {
  const auto failures =
      failuresOf("msExchRecipientTypeDetails = 2\n[test.expect.entra.ann]\nalias = \"ann\"\n");
  ASSERT_THAT(failures, SizeIs(1));
  EXPECT_EQ(failures[0].got, "none");
  EXPECT_THAT(failures[0].why, HasSubstr("Out to Entra - User Join"));
}

TEST(Failure, OfAValueThatIsNeverExportedSaysSo) {
  const auto failures = failuresOf(
      "targetAddress = \"SMTP:a@b\"\n[test.expect.entra.ann]\ntargetAddress = \"SMTP:a@b\"\n");
  ASSERT_THAT(failures, SizeIs(1));
  EXPECT_EQ(failures[0].got, "no value");
  EXPECT_EQ(failures[0].why, "entra has no place for targetAddress: it is never exported");
}

TEST(Failure, AnExportThatTheTestDoesNotNameIsOne) {
  const auto failures = failuresOf("[test.expect.entra]\n");
  ASSERT_THAT(failures, SizeIs(1));
  EXPECT_EQ(failures[0].subject, "entra, ann");
  EXPECT_EQ(failures[0].got, "add");
  EXPECT_THAT(failuresOf("[test.expect.corp.ann]\nlink = \"projected\"\n"), IsEmpty());
}

TEST(Failure, OfARuleAndOfAnErrorShowWhatCameInstead) {
  const auto failures = failuresOf(
      "[test.expect.corp.ann]\nrule = \"Mine\"\nerror = \"no anchor\"\n"
      "[test.expect.metaverse.ann]\nrules = { accountEnabled = \"Mine\" }\n");
  ASSERT_THAT(failures, SizeIs(3));
  EXPECT_EQ(failures[0].got, "no error");
  EXPECT_EQ(failures[1].got, "In from AD - User Join");
  EXPECT_EQ(failures[2].got, "by rule \"In from AD - User Common\"");
}

// A rule of one's own, beside the standard ones.
constexpr std::string_view kRandomRule = R"json(,
  "rules": [
    { "name": "Mine", "id": "9a7d9a39-6f35-4d8a-9d3b-000000000009", "connector": "entra",
      "direction": "Outbound", "sourceObjectType": "person", "targetObjectType": "user",
      "linkType": "Join", "precedence": 50,
      "attributeFlowMappings": [
        { "destination": "extensionAttribute1", "expression": "Guid()" } ] }
  ]
})json";

TEST(Failure, ARuleThatExportsInEveryCycleIsOne) {
  std::string text = readAll(kFolder + "ad.policy.json");
  text.replace(text.rfind('}'), std::string::npos, kRandomRule);
  const policy::ReadPolicy policy = policy::checkPolicy(text, "mine.json");
  ASSERT_TRUE(policy.document) << problemText(policy.problems);
  EXPECT_THAT(problemText(policy.problems), HasSubstr("set \"executeOnce\" to keep the first"));
  const ReadTests read = readTests(std::string(kAnn) + "[test.expect.entra.ann]\n", "t.toml");
  const TestReport report = runTests(*policy.document, *read.document);
  ASSERT_THAT(report.tests, SizeIs(1));
  ASSERT_THAT(report.tests[0].failures, SizeIs(1)) << reportText(report);
  EXPECT_EQ(report.tests[0].failures[0].subject, "a second cycle");
  EXPECT_EQ(report.tests[0].failures[0].got, "again: ann");
}

TEST(Report, HasALineForEachTestAndFourForAFailure) {
  const TestReport report = run(std::string(kAnn) + "[test.expect.entra.ann]\nalias = \"lee\"\n");
  EXPECT_EQ(report.failed(), 1U);
  EXPECT_EQ(reportText(report),
            "FAILED  Ann (t.toml:1)\n"
            "        t.toml:8:9: entra, ann, alias\n"
            "            expected  lee\n"
            "            got       ann\n"
            "            because   by rule \"Out to Entra - User Identity\"\n");
}

// ---- what is wrong with a file

TEST(Document, EveryMistakeIsNamedWithItsPlace) {
  const ReadTests read = readTests(
      "polices = \"x\"\n"
      "[[test]]\n"
      "name = 7\n"
      "[test.given.corp.ann]\n"
      "title = 1.5\n"
      "[test.given.hr.ann]\n"
      "type = \"user\"\n"
      "deleted = \"yes\"\n"
      "[test.expect.entra.anne]\n"
      "export = \"create\"\n"
      "absent = \"title\"\n",
      "t.toml");
  EXPECT_FALSE(read.document);
  EXPECT_EQ(
      problemText(read.problems),
      "t.toml:1:1: unknown key \"polices\" (did you mean \"policy\"?); here may stand policy, "
      "parameters, test\n"
      "t.toml:3:8: \"name\" should be a text in quotes\n"
      "t.toml:4:18: \"ann\" has no \"type\", such as \"user\"\n"
      "t.toml:5:9: the value of \"title\" should be a text in quotes, a whole number, true or "
      "false, or a list of these\n"
      "t.toml:6:16: \"ann\" is an object of corp already; give this one another name\n"
      "t.toml:8:11: \"deleted\" is true or false\n"
      "t.toml:9:20: \"anne\" is not given in this test (did you mean \"ann\"?); an object of "
      "entra is called as the object it was made of\n"
      "t.toml:10:10: \"create\" is no value of \"export\"; it is one of add, update, delete, "
      "nothing\n"
      "t.toml:11:10: \"absent\" is a list: [\"title\", \"mail\"]\n");
}

TEST(Document, NeedsATestWithSomethingGivenAndExpected) {
  EXPECT_THAT(problemsOf(""), HasSubstr("there is no test in this file"));
  EXPECT_THAT(problemsOf("[[test]]\n"),
              AllOf(HasSubstr("t.toml:1:1: this test has no \"name\""),
                    HasSubstr("nothing is given"),
                    HasSubstr("nothing is expected")));
  EXPECT_THAT(problemsOf("[test]\nname = \"x\"\n"), HasSubstr("a test begins with [[test]]"));
  EXPECT_THAT(problemsOf("[[test]]\nname = \n"), HasSubstr("t.toml:2:"));
}

TEST(Document, NamesThatThePolicyDoesNotHaveAreProblemsNotFailures) {
  EXPECT_THAT(problemsOf(std::string(kAnn) + "titel = \"x\"\n[test.expect.entra.ann]\n"),
              HasSubstr("t.toml:7:9: corp has no attribute \"titel\" (did you mean \"title\"?)"));
  EXPECT_THAT(
      problemsOf(std::string(kAnn) + "[test.expect.entra.ann]\naliass = \"x\"\n"),
      HasSubstr("t.toml:8:10: entra has no attribute \"aliass\" (did you mean \"alias\"?)"));
  EXPECT_THAT(problemsOf(std::string(kAnn) + "[test.expect.entre.ann]\n"),
              HasSubstr("the policy has no connector \"entre\" (did you mean \"entra\"?)"));
  EXPECT_THAT(problemsOf(std::string(kAnn) + "[test.given.crop.bob]\ntype = \"user\"\n"
                                             "[test.expect.entra.ann]\n"),
              HasSubstr("the policy has no connector \"crop\" (did you mean \"corp\"?)"));
  EXPECT_THAT(problemsOf(std::string(kAnn) + "manager = \"bob\"\n[test.expect.entra.ann]\n"),
              HasSubstr("\"bob\" is no object of corp in this test, and no distinguished name"));
  EXPECT_THAT(
      problemsOf(std::string(kAnn) + "objectGUID = \"x\"\n[test.expect.entra.ann]\n"),
      HasSubstr("\"x\" is no value of \"objectGUID\", which is binary: write a GUID, a SID"));
  EXPECT_THAT(
      problemsOf("[parameters.hr]\nx = \"y\"\n" + std::string(kAnn) + "[test.expect.entra.ann]\n"),
      HasSubstr("[parameters] names \"hr\""));
}

TEST(Document, WhatAConnectorHasNoWordForIsRefused) {
  EXPECT_THAT(problemsOf(std::string(kAnn) + "[test.expect.corp.ann]\ntitle = \"x\"\n"),
              HasSubstr("corp is where values come from"));
  EXPECT_THAT(problemsOf(std::string(kAnn) + "[test.expect.entra.ann]\nlink = \"joined\"\n"),
              HasSubstr("\"link\" says nothing of entra"));
  EXPECT_THAT(problemsOf(std::string(kAnn) + "[test.expect.metaverse.ann]\nexport = \"add\"\n"),
              HasSubstr("\"export\" says nothing of metaverse"));
}

}  // namespace
}  // namespace tandem::rule_test
