// SPDX-License-Identifier: Apache-2.0
#include "policy/entra/conversion.h"

#include <gmock/gmock.h>

#include "policy/entra/export_for_test.h"
#include "policy/entra/read_configuration.h"
#include "policy/entra/settings_json.h"
#include "policy/entra/standard_tags.h"
#include "policy/policy_check.h"
#include "policy/policy_writer.h"

namespace tandem::policy::entra {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Conversion converted(std::string_view custom = kCustomRuleXml,
                     std::string_view standard = kStandardRuleXml,
                     const ConvertOptions& options = {}) {
  Problems problems;
  const EntraConfiguration read = readExport(problems, custom, standard);
  EXPECT_EQ(linesOf(problems), "");
  return convert(read, options);
}

std::vector<std::string> linesOf(const Report& report, Outcome outcome) {
  std::vector<std::string> lines;
  for (const ReportLine& line : report) {
    if (line.outcome == outcome) lines.push_back(line.subject + ": " + line.text);
    const bool asks = !line.question.empty() && !line.fallback.empty();
    EXPECT_TRUE(asks || line.outcome != Outcome::kNotCarried) << line.subject;
  }
  return lines;
}

TEST(Conversion, MakesAPolicyThatPassesItsCheck) {
  const Conversion made = converted();
  const ReadPolicy checked = checkPolicy(writePolicy(made.document), "p.json");
  EXPECT_TRUE(checked.document) << entra::linesOf(checked.problems);
  const PolicyDocument& policy = made.document;
  EXPECT_EQ(policy.identity.tenant, "example.onmicrosoft.com");
  EXPECT_EQ(policy.source_anchor.attribute, "");  // automatic is mS-DS-ConsistencyGuid
  EXPECT_EQ(policy.scheduler.cycle_interval, std::chrono::minutes(45));
  EXPECT_EQ(policy.thresholds.deletions.count, 123U);
  ASSERT_THAT(policy.connectors, SizeIs(2));
  const ConnectorPolicy& directory = policy.connectors[0];
  EXPECT_EQ(directory.ldap.host, "dc1.corp.example.com");
  EXPECT_EQ(directory.ldap.account, "MSOL_000000000001@corp.example.com");
  EXPECT_THAT(directory.partitions[0].exclude, ElementsAre("DC=corp,DC=example,DC=com"));
  EXPECT_THAT(directory.object_types, ElementsAre("user"));
  EXPECT_THAT(directory.extra_attributes, ElementsAre("badgeColour"));
  ASSERT_THAT(policy.rules, SizeIs(1));
  EXPECT_EQ(policy.rules[0].precedence, 50);
  EXPECT_EQ(policy.rules[0].connector, "corp.example.com");
}

TEST(Conversion, TheReportSaysWhatBecameOfEach) {
  const Report report = converted().report;
  EXPECT_THAT(linesOf(report, Outcome::kCarried),
              Contains("rule \"In from corp - Title\": precedence 50, 3 flows"));
  EXPECT_THAT(
      linesOf(report, Outcome::kAdapted),
      Contains("rule \"In from AD - User Join\": Microsoft.InfromADUserJoin.006 becomes our "
               "\"In from AD - User Join\" (Tandem.InFromADUserJoin.001)"));
  const auto open = linesOf(report, Outcome::kNotCarried);
  EXPECT_THAT(open, Contains(HasSubstr("Microsoft.AADFilter.ApplicationList")));
  EXPECT_THAT(open, Contains(HasSubstr("user → person: our rules do not set photo")));
}

TEST(Conversion, ADisabledStandardRuleStaysDisabled) {
  const std::string off = replaced(kStandardRuleXml, "<disabled>False", "<disabled>True");
  EXPECT_THAT(converted(kCustomRuleXml, off).document.standard_rules.disabled,
              ElementsAre("In from AD - User Join"));
}

TEST(Conversion, AStandardRuleOfAnUnknownTagIsListed) {
  const std::string other = replaced(
      kStandardRuleXml, "Microsoft.InfromADUserJoin.006", "Microsoft.InfromADFutureJoin.001");
  EXPECT_THAT(linesOf(converted(kCustomRuleXml, other).report, Outcome::kNotCarried),
              Contains(AllOf(HasSubstr("no standard rule for Microsoft.InfromADFutureJoin.001"),
                             HasSubstr("it sets cloudFiltered, photo"))));
}

TEST(Conversion, TheirRulesCanBeTakenInFull) {
  const Conversion made =
      converted(kCustomRuleXml, kStandardRuleXml, {StandardRuleChoice::kTheirs, nullptr});
  EXPECT_FALSE(made.document.standard_rules.include);
  ASSERT_THAT(made.document.rules, SizeIs(2));
  EXPECT_EQ(made.document.rules[1].precedence, 100);
}

TEST(Conversion, FlowsOfUnknownAttributesAreLeftOutAndListed) {
  const std::string own =
      replaced(kCustomRuleXml, "<dest>department</dest>", "<dest>badgeColour</dest>");
  const Conversion made = converted(own);
  EXPECT_THAT(made.document.rules[0].mappings, SizeIs(2));
  EXPECT_THAT(linesOf(made.report, Outcome::kNotCarried),
              Contains(HasSubstr("1 of its flows name attributes that the directory does not have "
                                 "here: badgeColour")));
  EXPECT_TRUE(checkPolicy(writePolicy(made.document), "p.json").document);
  const std::string scoped =
      replaced(kCustomRuleXml, "<csAttribute>title<", "<csAttribute>badgeColour<");
  EXPECT_THAT(converted(scoped).document.rules, IsEmpty());
}

TEST(Conversion, ACustomRuleAboveNinetyNineGetsAFreePrecedence) {
  const std::string high = replaced(kCustomRuleXml, "<precedence>50<", "<precedence>217<");
  const Conversion made = converted(high);
  EXPECT_EQ(made.document.rules[0].precedence, 99);
  EXPECT_THAT(linesOf(made.report, Outcome::kAdapted),
              Contains(HasSubstr("wins over all of them")));
}

TEST(Conversion, AnUnselectedDirectoryIsNotReadAtAll) {
  Problems problems;
  EntraConfiguration read = readExport(problems);
  read.connectors[0].partitions[0].selected = false;
  const PolicyDocument policy = convert(read, {}).document;
  EXPECT_THAT(policy.connectors[0].partitions[0].include, IsEmpty());
  EXPECT_THAT(policy.connectors[0].partitions[0].exclude, ElementsAre("DC=corp,DC=example,DC=com"));
}

// Files of a folder come in the order of their GUIDs; who wins is in the precedences alone.
TEST(Conversion, TheDirectoryWhoseRulesWinComesFirst) {
  Problems problems;
  EntraConfiguration read = readExport(problems);
  EntraConnector winner = read.connectors[0];
  winner.id = guidFor("winner");
  winner.name = winner.forest_name = "winner.example.com";
  read.connectors.push_back(winner);
  EntraRule rule = read.rules[1];
  rule.body.id = guidFor("its rule");
  rule.body.connector = winner.id;
  rule.body.precedence = 10;
  read.rules.push_back(rule);
  const PolicyDocument policy = convert(read, {}).document;
  EXPECT_EQ(policy.connectors[0].name, "winner.example.com");
  EXPECT_EQ(policy.connectors[1].name, "corp.example.com");
}

TEST(Conversion, RulesAloneGoIntoAPolicyThatHasTheirConnector) {
  const PolicyDocument into = converted().document;
  const ReadConfiguration read =
      readConfigurationText(R"([{"Name": "r", "Direction": "Inbound", "Precedence": 50,
        "LinkType": "Join", "Connector": "aaaaaaaa-0000-4000-8000-0000000000ff",
        "SourceObjectType": "user", "TargetObjectType": "person"}])",
                            "r.json")
          .value();
  ASSERT_TRUE(read.configuration);
  const Conversion made = convert(*read.configuration, {StandardRuleChoice::kOurs, &into});
  ASSERT_THAT(made.document.rules, SizeIs(2));
  EXPECT_EQ(made.document.rules[1].connector, "corp.example.com");
  EXPECT_EQ(made.document.rules[1].precedence, 51);  // 50 is taken
  EXPECT_THAT(convert(*read.configuration, {}).document.connectors, SizeIs(1));
}

TEST(Conversion, ThereAndBackIsTheSamePolicy) {
  const std::string policy = writePolicy(converted().document);
  const EntraConfiguration exported = fromPolicy(converted().document);
  EXPECT_EQ(writePolicy(convert(exported, {}).document), policy);
}

TEST(Conversion, AConnectorWithoutAGuidGetsOne) {
  PolicyDocument document = converted().document;
  document.rules[0].id = "../../etc/passwd";
  EXPECT_EQ(fromPolicy(document).rules[0].body.id.size(), 36U);
}

TEST(SettingsJson, KeepsItsRulesAndReferences) {
  Problems problems;
  EntraConfiguration read = readExport(problems);
  const std::string text = writeSettingsJson(read);
  const ReadConfiguration again = readConfigurationText(text, "s.json").value();
  ASSERT_TRUE(again.configuration) << entra::linesOf(again.problems);
  EXPECT_EQ(again.format, Format::kSettingsJson);
  EXPECT_EQ(entra::linesOf(again.problems), "");
  ASSERT_THAT(again.configuration->rules, SizeIs(2));
  read.rules[0].original.reset();
  EXPECT_TRUE(sameRule(again.configuration->rules[0], read.rules[0]));
  EXPECT_TRUE(again.configuration->rules[1].is_reference);
  EXPECT_EQ(again.configuration->rules[1].body.immutable_tag, "Microsoft.InfromADUserJoin.006");
  EXPECT_EQ(again.configuration->metadata.host, "SYNC01");
}

TEST(SettingsJson, GivesBackKeysThatItDoesNotKnow) {
  const std::string text = R"({"PolicyMetadata": {"Author": "CORP\\ada"}, "future": {"n": 12.50},
    "onpremisesDirectoryPolicy": {"FriendlyName": "corp.example.com", "partitionFilters":
      [{"distinguishedName": "DC=corp", "containerInclusions": "OU=A,DC=corp"}]}})";
  const ReadConfiguration read = readConfigurationText(text, "s.json").value();
  ASSERT_TRUE(read.configuration) << entra::linesOf(read.problems);
  EXPECT_THAT(entra::linesOf(read.problems),
              HasSubstr("warning s.json:1:45 the key \"future\" is not known here"));
  EXPECT_THAT(read.configuration->connectors[0].partitions[0].inclusions,
              ElementsAre("OU=A,DC=corp"));
  EXPECT_THAT(writeSettingsJson(*read.configuration), HasSubstr("\"future\""));
}

TEST(SettingsJson, SeveralScopeGroupsStaySeveral) {
  Problems problems;
  EntraConfiguration read = readExport(problems);
  read.rules[0].body.scope.push_back({{"mail", "ISNULL", ""}});
  const ReadConfiguration again = readConfigurationText(writeSettingsJson(read), "s.json").value();
  ASSERT_TRUE(again.configuration);
  EXPECT_THAT(again.configuration->rules[0].body.scope, SizeIs(2));
}

TEST(StandardTags, KnowWhatDoesTheSameWork) {
  EXPECT_EQ(tagStem("Microsoft.InfromADUserJoin.006"), "InfromADUserJoin");
  EXPECT_EQ(ourStem("microsoft.OUTTOAADUserIntune.004"), "OutToEntraUserProfile");
  EXPECT_EQ(ourStem("Tandem.OutToEntraUserJoin.001"), "OutToEntraUserJoin");
  EXPECT_EQ(ourStem("Microsoft.Unknown.001"), "");
}

}  // namespace
}  // namespace tandem::policy::entra
