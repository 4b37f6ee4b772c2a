// SPDX-License-Identifier: Apache-2.0
//
// The formats that hold rules alone: the rule editor's script, and objects in JSON and YAML.
#include <gmock/gmock.h>

#include "policy/entra/export_for_test.h"
#include "policy/entra/read_configuration.h"

namespace tandem::policy::entra {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr std::string_view kScript = R"(# made by the rule editor
$connector = 'aaaaaaaa-0000-4000-8000-000000000001'
New-ADSyncRule  `
-Name 'In from corp - It''s a title' `
-Identifier 'cccccccc-0000-4000-8000-000000000002' `
-Description "two ""quotes"" and `$5" `
-Direction 'Inbound' `
-Precedence 51 `
-PrecedenceAfter '00000000-0000-0000-0000-000000000000' `
-PrecedenceBefore '00000000-0000-0000-0000-000000000000' `
-SourceObjectType 'user' -TargetObjectType 'person' `
-Connector $connector `
-LinkType 'Join' `
-SoftDeleteExpiryInterval 0 `
-ImmutableTag '' `
-EnablePasswordSync `
-OutVariable syncRule

Add-ADSyncAttributeFlowMapping -SynchronizationRule $syncRule[0] `
-Source @('title','cn') -Destination 'title' -FlowType 'Expression' -ValueMergeType 'Update' `
-Expression 'IIF(IsPresent([title]),"x",[cn])' -OutVariable syncRule | Out-Null
Add-ADSyncAttributeFlowMapping -SynchronizationRule $syncRule[0] -Source @('User') `
-Destination 'company' -FlowType 'Constant' -ValueMergeType 'Update' -ExecuteOnce `
-OutVariable syncRule
Add-ADSyncAttributeFlowMapping -SynchronizationRule $syncRule[0] -Destination 'info' `
-FlowType Expression `
-Expression @'
"a" &
"b"
'@ -OutVariable syncRule

New-Object -TypeName 'Microsoft.IdentityManagement.PowerShell.ObjectModel.ScopeCondition' `
-ArgumentList 'title','','ISNOTNULL' -OutVariable condition0
$second = New-Object 'Microsoft.IdentityManagement.PowerShell.ObjectModel.ScopeCondition' `
-ArgumentList 'company', "Example", 'EQUAL'
Add-ADSyncScopeConditionGroup -SynchronizationRule $syncRule[0] `
-ScopeConditions @($condition0[0],$second) -OutVariable syncRule
New-Object -TypeName 'Microsoft.IdentityManagement.PowerShell.ObjectModel.JoinCondition' `
-ArgumentList 'mail','mail',$false -OutVariable condition0
Add-ADSyncJoinConditionGroup -SynchronizationRule $syncRule[0] `
-JoinConditions @($condition0[0]) -OutVariable syncRule
<# a comment
   of two lines #>
Add-ADSyncRule -SynchronizationRule $syncRule[0]
Get-ADSyncRule -Identifier $syncRule[0].Identifier
)";

constexpr std::string_view kYaml = R"(# of the DSC module
Rules:
  - Name: In from corp - Title
    ConnectorName: corp.example.com
    Direction: Inbound
    Precedence: 7
    SourceObjectType: user
    TargetObjectType: person
    LinkType: Join
    Disabled: false
    ScopeFilter:
      - ScopeConditionList:
          - &title {Attribute: title, ComparisonValue: '', ComparisonOperator: ISNOTNULL}
      - ScopeConditionList:
          - *title
          - {Attribute: company, ComparisonValue: 50, ComparisonOperator: GREATERTHAN}
    AttributeFlowMappings:
      - {Source: title, Destination: title, FlowType: Direct, ExecuteOnce: true}
      - Destination: info
        FlowType: Expression
        Expression: |-
          Trim(
          [title])
)";

ReadConfiguration readText(const std::string& text) {
  Result<ReadConfiguration> read = readConfigurationText(text, "file");
  EXPECT_TRUE(read.ok());
  return read.ok() ? std::move(read).value() : ReadConfiguration();
}

std::string problemsOf(const std::string& text) {
  return linesOf(readText(text).problems);
}

TEST(RuleScript, IsRead) {
  const ReadConfiguration read = readText(std::string(kScript));
  ASSERT_TRUE(read.configuration) << linesOf(read.problems);
  EXPECT_EQ(read.format, Format::kRuleScript);
  ASSERT_THAT(read.configuration->rules, SizeIs(1));
  const EntraRule& rule = read.configuration->rules[0];
  EXPECT_EQ(rule.body.name, "In from corp - It's a title");
  EXPECT_EQ(rule.body.description, "two \"quotes\" and $5");
  EXPECT_EQ(rule.body.connector, "aaaaaaaa-0000-4000-8000-000000000001");
  EXPECT_EQ(rule.body.precedence, 51);
  EXPECT_TRUE(rule.body.password_sync);
  EXPECT_FALSE(rule.body.disabled);
  EXPECT_EQ(rule.soft_delete_expiry, "00:00:00");
  ASSERT_THAT(rule.body.mappings, SizeIs(3));
  EXPECT_THAT(rule.sources[0], ElementsAre("title", "cn"));
  EXPECT_EQ(rule.body.mappings[0].source, "IIF(IsPresent([title]),\"x\",[cn])");
  EXPECT_EQ(rule.body.mappings[1].source, "User");
  EXPECT_TRUE(rule.body.mappings[1].execute_once);
  EXPECT_EQ(rule.body.mappings[2].source, "\"a\" &\n\"b\"");
  ASSERT_THAT(rule.body.scope, SizeIs(1));
  EXPECT_EQ(rule.body.scope[0][1].value, "Example");
  EXPECT_THAT(rule.body.join, SizeIs(1));
}

TEST(RuleScript, AnythingElseIsRefusedWithItsLine) {
  const auto problemsWith = [](std::string_view from, std::string_view to) {
    return problemsOf(replaced(kScript, from, to));
  };
  EXPECT_THAT(problemsWith("Get-ADSyncRule", "Invoke-Expression"),
              AllOf(HasSubstr("file:45:1"), HasSubstr("remove the line; it is read, not run")));
  EXPECT_THAT(problemsWith("'ISNOTNULL'", "'ISNOTNUL'"), HasSubstr("did you mean \"ISNOTNULL\""));
  EXPECT_THAT(problemsWith("-Connector $connector", "-Connector $other"),
              HasSubstr("the variable $other has no value yet"));
  EXPECT_THAT(
      problemsWith("'Constant' -ValueMergeType 'Update'", "'Constant' -ValueMergeType 'Mix'"),
      HasSubstr("it is one of Update, Replace"));
  EXPECT_THAT(problemsWith("-Direction 'Inbound'", "-Direction 'Inbound"), HasSubstr("file:"));
  EXPECT_THAT(problemsWith("\"Example\"", "\"$(Get-Date)\""), HasSubstr("in double quotes"));
  EXPECT_THAT(problemsWith("Add-ADSyncRule -Synch", "# Add-ADSyncRule -Synch"),
              HasSubstr("is made and never added"));
  EXPECT_THAT(problemsWith("$condition0[0],$second", "$syncRule[0]"),
              HasSubstr("holds something that is no condition"));
}

TEST(RuleScript, ValuesThatDoubleAreBounded) {
  std::string script = "$a = 'x','y'\n";
  for (int i = 0; i < 64; ++i)
    script += "$a = $a, $a\n";
  EXPECT_THAT(problemsOf(script + "New-ADSyncRule -Name $a"),
              HasSubstr("more values than any rule"));
  script = "$a = 'xxxxxxxx'\n";
  for (int i = 0; i < 64; ++i)
    script += "$a = \"$a$a\"\n";
  EXPECT_THAT(problemsOf(script + "New-ADSyncRule -Name $a"), HasSubstr("longer than any rule"));
}

TEST(RuleObjects, YamlIsRead) {
  const ReadConfiguration read = readText(std::string(kYaml));
  ASSERT_TRUE(read.configuration) << linesOf(read.problems);
  EXPECT_EQ(read.format, Format::kObjectForm);
  ASSERT_THAT(read.configuration->rules, SizeIs(1));
  const rules::SyncRule& rule = read.configuration->rules[0].body;
  EXPECT_EQ(rule.connector, "corp.example.com");
  EXPECT_EQ(rule.id.size(), 36U);
  ASSERT_THAT(rule.scope, SizeIs(2));
  EXPECT_EQ(rule.scope[1][1].value, "50");
  EXPECT_EQ(rule.mappings[1].source, "Trim(\n[title])");
  EXPECT_TRUE(rule.mappings[0].execute_once);
}

TEST(RuleObjects, YamlProblemsHaveTheirLine) {
  EXPECT_THAT(problemsOf(replaced(kYaml, "Direction: Inbound", "Direction: Up")),
              HasSubstr("file:5:16"));
  EXPECT_THAT(problemsOf(replaced(kYaml, "Precedence: 7", "Precedence: [7")), HasSubstr("no YAML"));
  EXPECT_THAT(problemsOf(replaced(kYaml, "*title", "*other")), HasSubstr("called &other"));
  EXPECT_THAT(problemsOf(replaced(kYaml, "LinkType: Join", "LinkType: Join\n    Colour: red")),
              HasSubstr("warning file:10:5 the key \"Colour\" is not known here"));
}

TEST(RuleObjects, ABillionLaughsAreRefused) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 20; ++i) {
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j)
      text += (j > 0 ? ", *a" : "*a") + std::to_string(i - 1);
    text += "]\n";
  }
  EXPECT_THAT(problemsOf(text), HasSubstr("copies by aliases counted"));
}

TEST(RuleObjects, JsonIsReadInAnyLetterCase) {
  const ReadConfiguration read = readText(
      R"([{"NAME": "r", "direction": "outbound", "Precedence": 3, "LinkType": "join",
           "Connector": "{B891884F-051E-4A83-95AF-2544101C9083}", "SourceObjectType": "person",
           "TargetObjectType": "user", "ScopeFilter": null, "JoinFilter": {"JoinConditionList":
           {"CSAttribute": "a", "MVAttribute": "b", "CaseSensitive": true}}}])");
  ASSERT_TRUE(read.configuration) << linesOf(read.problems);
  EXPECT_EQ(read.configuration->rules[0].body.connector, kEntraConnectorId);
  EXPECT_TRUE(read.configuration->rules[0].body.join[0][0].case_sensitive);
  EXPECT_THAT(
      problemsOf(R"({"Name": "r", "Direction": "Inbound", "LinkType": "Join", "Precedence": 1,
                             "AttributeFlowMappings": ["Microsoft.AttributeFlowMapping"]})"),
      HasSubstr("-Depth 10"));
}

TEST(RuleObjects, WhatIsNoFormatIsRefused) {
  EXPECT_FALSE(readConfigurationText("", "file").ok());
  EXPECT_FALSE(readConfigurationText("{}", "file").ok());
  EXPECT_THAT(problemsOf("just words"), HasSubstr("this is no rule"));
}

}  // namespace
}  // namespace tandem::policy::entra
