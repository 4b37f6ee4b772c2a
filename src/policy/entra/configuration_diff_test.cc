// SPDX-License-Identifier: Apache-2.0
#include "policy/entra/configuration_diff.h"

#include <nlohmann/json.hpp>

#include <gmock/gmock.h>

#include "policy/entra/conversion.h"
#include "policy/entra/diff_report.h"
#include "policy/entra/export_for_test.h"
#include "policy/entra/rule_diff.h"
#include "policy/entra/settings_json.h"

namespace tandem::policy::entra {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

EntraConfiguration sample() {
  Problems problems;
  return readExport(problems);
}

ReadConfiguration holding(EntraConfiguration configuration) {
  ReadConfiguration read;
  read.format = configuration.format;
  read.configuration = std::move(configuration);
  return read;
}

ReadConfiguration holding(PolicyDocument policy) {
  ReadConfiguration read;
  read.policy = std::move(policy);
  return read;
}

ConfigurationDiff diffWith(const EntraConfiguration& after) {
  return compareConfigurations(holding(sample()), "a", holding(after), "b");
}

std::vector<std::string> changesOf(const ConfigurationDiff& diff) {
  std::vector<std::string> lines;
  for (const RuleDifference& rule : diff.rules) {
    for (const RuleChange& change : rule.changes)
      lines.push_back(change.text);
  }
  return lines;
}

std::vector<std::string> changesWith(const std::function<void(rules::SyncRule&)>& edit) {
  EntraConfiguration after = sample();
  edit(after.rules[0].body);
  return changesOf(diffWith(after));
}

TEST(ConfigurationDiff, TheSameIsNothing) {
  EXPECT_TRUE(diffWith(sample()).isEmpty());
  EXPECT_THAT(diffText(diffWith(sample())), HasSubstr("They mean the same."));
}

TEST(ConfigurationDiff, IdsAndTimesAreFolded) {
  EntraConfiguration after = sample();
  after.metadata.host = "SYNC02";
  after.connectors[0].id = "eeeeeeee-0000-4000-8000-000000000001";
  after.connectors[0].login_user = "MSOL_000000000002";
  for (EntraRule& rule : after.rules) {
    rule.body.id = guidFor(rule.body.id + "x");
    rule.version += 7;
    if (rule.body.connector != kEntraConnectorId) rule.body.connector = after.connectors[0].id;
  }
  for (Parameter& setting : after.settings) {
    if (setting.name == "Microsoft.Synchronize.StagingMode") setting.value = "True";
  }
  const ConfigurationDiff diff = diffWith(after);
  EXPECT_TRUE(diff.isEmpty()) << diffText(diff);
  EXPECT_THAT(diff.folded, Contains(HasSubstr("StagingMode: False → True")));
  EXPECT_THAT(diff.folded, Contains("the ids of 1 connectors"));
}

TEST(ConfigurationDiff, SaysInWordsWhatARuleDoesOtherwise) {
  using rules::SyncRule;
  EXPECT_THAT(changesWith([](SyncRule& rule) { rule.disabled = true; }),
              ElementsAre("is now disabled"));
  EXPECT_THAT(changesWith([](SyncRule& rule) { rule.precedence = 60; }),
              ElementsAre("precedence 50 → 60"));
  EXPECT_THAT(changesWith([](SyncRule& rule) { rule.scope[0].pop_back(); }),
              ElementsAre("no longer asks that title has a value"));
  EXPECT_THAT(changesWith([](SyncRule& rule) {
                rule.scope[0].push_back({"mail", "EQUAL", "x"});
              }),
              ElementsAre("now also asks that mail is \"x\""));
  EXPECT_THAT(changesWith([](SyncRule& rule) {
                rule.scope.push_back({{"mail", "ISNULL", ""}});
              }),
              ElementsAre("takes objects where mail has no value"));
  EXPECT_THAT(changesWith([](SyncRule& rule) { rule.scope.clear(); }),
              ElementsAre("now takes every object of its type"));
  EXPECT_THAT(changesWith([](SyncRule& rule) { rule.join[0][0].case_sensitive = false; }),
              ElementsAre("now joins by mail = mail; before by mail = mail (letter case counts)"));
  EXPECT_THAT(changesWith([](SyncRule& rule) { rule.mappings.pop_back(); }),
              ElementsAre("no longer sets department (was department)"));
  EXPECT_THAT(changesWith([](SyncRule& rule) { rule.mappings[2].source = "division"; }),
              ElementsAre("department is now division; before department"));
  EXPECT_THAT(changesWith([](SyncRule& rule) { rule.mappings[1].execute_once = false; }),
              ElementsAre("company is now kept up to date"));
  EXPECT_THAT(changesWith([](SyncRule& rule) { rule.link = rules::LinkType::kProvision; }),
              ElementsAre("link type is now Provision, not Join"));
}

TEST(ConfigurationDiff, OrderAndBlanksMeanNothing) {
  EXPECT_THAT(changesWith([](rules::SyncRule& rule) {
                std::swap(rule.scope[0][0], rule.scope[0][1]);
                std::swap(rule.mappings[0], rule.mappings[2]);
                for (rules::AttributeMapping& mapping : rule.mappings) {
                  if (mapping.flow == rules::FlowType::kExpression)
                    mapping.source = "Trim( [title] )";
                }
              }),
              IsEmpty());
  EXPECT_FALSE(sameExpression("\"a b\"", "\"a  b\""));
}

TEST(ConfigurationDiff, MatchesByNameAndThenByContent) {
  EntraConfiguration after = sample();
  after.rules[0].body.name = "Renamed";
  after.rules[0].body.id = guidFor("other");
  const ConfigurationDiff diff = diffWith(after);
  ASSERT_THAT(diff.rules, SizeIs(1));
  EXPECT_EQ(diff.rules[0].matched_by, MatchedBy::kContent);
  EXPECT_THAT(changesOf(diff), ElementsAre("was called \"In from corp - Title\""));
  after.rules[0].body.mappings.clear();
  after.rules[0].body.name = "In from corp - Title";
  EXPECT_EQ(diffWith(after).rules[0].matched_by, MatchedBy::kName);
  after.rules.erase(after.rules.begin());
  ASSERT_THAT(diffWith(after).rules, SizeIs(1));
  EXPECT_EQ(diffWith(after).rules[0].kind, ChangeKind::kRemoved);
}

TEST(ConfigurationDiff, RenumberedStandardRulesAreTheSameWhileTheirOrderIs) {
  const auto server = [](const std::vector<int>& precedences) {
    EntraConfiguration configuration = sample();
    for (std::size_t i = 0; i < precedences.size(); ++i) {
      EntraRule rule = configuration.rules[1];
      rule.body.name = rule.body.immutable_tag = "Microsoft.Rule" + std::to_string(i) + ".001";
      rule.body.id = guidFor(rule.body.name);
      rule.body.precedence = precedences[i];
      configuration.rules.push_back(rule);
    }
    return configuration;
  };
  const auto differ = [&](const std::vector<int>& precedences) {
    return changesOf(compareConfigurations(
        holding(server({101, 102, 103})), "a", holding(server(precedences)), "b"));
  };
  EXPECT_THAT(differ({120, 130, 140}), IsEmpty());
  EXPECT_THAT(differ({120, 150, 140}), SizeIs(1));
  EXPECT_THAT(differ({140, 120, 130}),
              ElementsAre("precedence 101 → 140, another place among the standard rules"));
}

TEST(ConfigurationDiff, SettingsAndContainersAreCompared) {
  EntraConfiguration after = sample();
  after.settings[1].value = "01:00:00";
  after.connectors[0].partitions[0].inclusions = {"OU=Other,DC=corp,DC=example,DC=com"};
  const std::string text = diffText(diffWith(after));
  EXPECT_THAT(text, HasSubstr("Microsoft.Synchronize.TimeInterval: 00:45:00 → 01:00:00"));
  EXPECT_THAT(text,
              HasSubstr("removed  connector \"corp.example.com\", partition "
                        "DC=corp,DC=example,DC=com, included containers: OU=People"));
  EXPECT_THAT(text, HasSubstr("added    connector"));
}

TEST(ConfigurationDiff, AConvertedPolicyAndItsExportMeanTheSame) {
  const PolicyDocument policy = convert(sample(), {}).document;
  EntraConfiguration exported = fromPolicy(policy);
  exported.format = Format::kFolder;
  const ConfigurationDiff diff =
      compareConfigurations(holding(policy), "p.json", holding(exported), "folder");
  EXPECT_TRUE(diff.isEmpty()) << diffText(diff);
}

TEST(ConfigurationDiff, ASettingsFileOfTheSamePolicyMeansTheSame) {
  const PolicyDocument policy = convert(sample(), {}).document;
  const ReadConfiguration settings =
      readConfigurationText(writeSettingsJson(fromPolicy(policy)), "s.json").value();
  ASSERT_TRUE(settings.configuration) << linesOf(settings.problems);
  const ConfigurationDiff diff =
      compareConfigurations(holding(policy), "p.json", settings, "s.json");
  EXPECT_TRUE(diff.isEmpty()) << diffText(diff);
  EXPECT_THAT(diff.not_compared, Contains(HasSubstr("the content of standard rules")));
}

TEST(ConfigurationDiff, AcrossVendorsStandardRulesArePaired) {
  const ConfigurationDiff diff = compareConfigurations(
      holding(sample()), "folder", holding(convert(sample(), {}).document), "p.json");
  EXPECT_THAT(diffText(diff), HasSubstr("standard rules: 1 of Entra Connect → 1 of Tandem"));
  EXPECT_THAT(diffText(diff), Not(HasSubstr("SignOnMethod")));
  EXPECT_THAT(diff.not_compared, Contains(HasSubstr("cut in different ways")));
  EXPECT_THAT(diff.not_compared, Contains(HasSubstr("Microsoft.AADFilter.ApplicationList")));
}

TEST(DiffReport, ThePageIsOneFileAndEscapesWhatItShows) {
  EntraConfiguration after = sample();
  after.rules[0].body.name = "<script>alert(1)</script>";
  const std::string html = diffHtml(diffWith(after));
  EXPECT_THAT(html, AllOf(HasSubstr("&lt;script&gt;"), Not(HasSubstr("<script"))));
  EXPECT_THAT(html, AllOf(Not(HasSubstr("http://")), Not(HasSubstr("https://"))));
}

TEST(DiffReport, TheEffectHasItsPlace) {
  ConfigurationDiff diff = diffWith(sample());
  diff.effect = DiffEffect{"on sync01", {"3 people change"}};
  EXPECT_THAT(diffText(diff), HasSubstr("Effect on sync01:\n  3 people change"));
  EXPECT_EQ(diffJson(diff)["effect"]["lines"][0], "3 people change");
  EXPECT_THAT(diffHtml(diff), HasSubstr("<li>3 people change</li>"));
}

}  // namespace
}  // namespace tandem::policy::entra
