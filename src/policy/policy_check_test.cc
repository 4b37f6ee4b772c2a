// SPDX-License-Identifier: Apache-2.0
#include "policy/policy_check.h"

#include <algorithm>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/sample_policy.h"

namespace tandem::policy {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string problemsOf(const std::string& text) {
  std::string all;
  for (const Problem& problem : checkPolicy(text, "p.json").problems) {
    all += problem.where + ": " + problem.message + "\n";
  }
  return all;
}

TEST(PolicyCheck, TheSampleAndTheStandardRulesCompile) {
  const ReadPolicy checked = checkPolicy(kSamplePolicy, "p.json");
  EXPECT_TRUE(checked.document) << problemsOf(std::string(kSamplePolicy));
}

TEST(PolicyCheck, AnExpressionThatDoesNotParseHasItsLine) {
  EXPECT_THAT(problemsOf(sampleWith("Trim([company])", "Trim([company]")), HasSubstr("p.json:69:"));
}

TEST(PolicyCheck, AnUnknownAttributeHasItsLineAndASuggestion) {
  EXPECT_THAT(
      problemsOf(sampleWith("\"destination\": \"department\"", "\"destination\": \"departmnt\"")),
      AllOf(HasSubstr("p.json:69:9"), HasSubstr("department")));
  EXPECT_THAT(problemsOf(sampleWith("\"attribute\": \"company\"", "\"attribute\": \"compny\"")),
              AllOf(HasSubstr("p.json:58:5"), HasSubstr("did you mean \"company\"")));
}

TEST(PolicyCheck, ADisabledRuleMustExist) {
  EXPECT_THAT(problemsOf(sampleWith("\"disabled\": []", "\"disabled\": [\"In from Mars\"]")),
              HasSubstr("p.json:56:52: there is no standard rule \"In from Mars\""));
}

TEST(PolicyCheck, ARuleOutToADirectoryIsSaidToDoNothing) {
  EXPECT_THAT(problemsOf(sampleWith("\"direction\": \"Inbound\"", "\"direction\": \"Outbound\"")),
              HasSubstr("this release writes to the tenant alone, so it does nothing"));
  EXPECT_THAT(problemsOf(std::string(kSamplePolicy)), Not(HasSubstr("tenant alone")));
}

TEST(EffectiveRules, DisabledByNameOrTag) {
  const PolicyDocument document = *checkPolicy(kSamplePolicy, "p.json").document;
  const std::vector<rules::SyncRule> all = effectiveRules(document);
  const auto standard = std::find_if(
      all.begin(), all.end(), [](const auto& rule) { return !rule.immutable_tag.empty(); });
  ASSERT_NE(standard, all.end());
  for (const std::string& word : {standard->name, standard->immutable_tag}) {
    PolicyDocument changed = document;
    changed.standard_rules.disabled = {word};
    const std::vector<rules::SyncRule> now = effectiveRules(changed);
    const auto same = std::find_if(
        now.begin(), now.end(), [&](const auto& rule) { return rule.id == standard->id; });
    EXPECT_TRUE(same->disabled) << word;
  }
}

TEST(EffectiveRules, CanBeCustomOnesAlone) {
  const ReadPolicy checked =
      checkPolicy(sampleWith("\"include\": true", "\"include\": false"), "p.json");
  ASSERT_TRUE(checked.document);
  EXPECT_EQ(effectiveRules(*checked.document).size(), 1U);
}

TEST(EffectiveRules, WithoutATenantThereAreOnlyInboundOnes) {
  PolicyDocument document = *checkPolicy(kSamplePolicy, "p.json").document;
  document.connectors.pop_back();
  for (const rules::SyncRule& rule : effectiveRules(document)) {
    EXPECT_EQ(rule.direction, rules::Direction::kInbound) << rule.name;
  }
}

}  // namespace
}  // namespace tandem::policy
