// SPDX-License-Identifier: Apache-2.0
#include "rules/rule_json.h"

#include <nlohmann/json.hpp>

#include <gmock/gmock.h>

namespace tandem::rules {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;
using testing::HasSubstr;

const char* const kRule = R"json({
  "name": "In from AD - User Join",
  "id": "5f0c6c0e-6f0e-4c9e-9d0b-2a1f0e6b7c11",
  "immutableTag": "Tandem.InFromADUserJoin.001",
  "connector": "corp",
  "direction": "Inbound",
  "sourceObjectType": "user",
  "targetObjectType": "person",
  "linkType": "Provision",
  "precedence": 100,
  "enablePasswordSync": true,
  "scopeFilter": [[{"attribute": "isCriticalSystemObject", "comparisonOperator": "NOTEQUAL",
                    "comparisonValue": "True"}]],
  "joinFilter": [[{"csAttribute": "objectSid", "mvAttribute": "objectSid"}],
                 [{"csAttribute": "mail", "mvAttribute": "mail", "caseSensitive": true}]],
  "attributeFlowMappings": [
    {"destination": "mail", "flowType": "Expression", "expression": ["Trim(", "[mail])"]
},
    {"destination": "cn", "flowType": "Direct", "source": "cn", "executeOnce": true},
    {"destination": "proxyAddresses", "flowType": "Direct", "source": "proxyAddresses",
     "valueMergeType": "Merge"},
    {"destination": "sourceObjectType", "flowType": "Constant", "source": "User"}
  ]
})json";

TEST(RuleJson, ReadsEveryField) {
  Problems problems;
  const SyncRule rule = parseRule(json::parse(kRule), locateUnder("p"), problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(rule.name, "In from AD - User Join");
  EXPECT_EQ(rule.link, LinkType::kProvision);
  EXPECT_EQ(rule.precedence, 100);
  EXPECT_TRUE(rule.password_sync);
  ASSERT_EQ(rule.scope.size(), 1U);
  EXPECT_EQ(rule.scope[0][0].comparison, "NOTEQUAL");
  ASSERT_EQ(rule.join.size(), 2U);
  EXPECT_TRUE(rule.join[1][0].case_sensitive);
  ASSERT_EQ(rule.mappings.size(), 4U);
  EXPECT_EQ(rule.mappings[0].source, "Trim(\n[mail])");
  EXPECT_EQ(rule.mappings[0].where, "p/attributeFlowMappings/0");
  EXPECT_TRUE(rule.mappings[1].execute_once);
  EXPECT_EQ(rule.mappings[2].merge, MergeType::kMerge);
  EXPECT_EQ(rule.mappings[3].flow, FlowType::kConstant);
}

TEST(RuleJson, WritesWhatItRead) {
  Problems problems;
  const SyncRule rule = parseRule(json::parse(kRule), locateUnder("p"), problems);
  const ordered_json once = toJson(rule);
  const ordered_json again = toJson(parseRule(once, locateUnder("p"), problems));
  EXPECT_EQ(once.dump(), again.dump());
  EXPECT_EQ(json::parse(once.dump()),
            json::parse(toJson(parseRule(json::parse(kRule), locateUnder(""), problems)).dump()));
  EXPECT_TRUE(problems.empty());
}

TEST(RuleJson, ReportsEveryProblemWithItsPlace) {
  json broken = json::parse(kRule);
  broken.erase("connector");
  broken["precedance"] = 3;
  broken["linkType"] = "Link";
  broken["attributeFlowMappings"][1]["expression"] = "x";
  broken["scopeFilter"][0] = json::array();
  Problems problems;
  parseRule(broken, locateUnder("policy.json"), problems);
  std::string all;
  for (const Problem& problem : problems)
    all += problem.where + ": " + problem.message + "\n";
  EXPECT_THAT(all, HasSubstr("policy.json: \"connector\" is missing"));
  EXPECT_THAT(all, HasSubstr("unknown key \"precedance\" (did you mean \"precedence\"?)"));
  EXPECT_THAT(all, HasSubstr("policy.json/linkType: \"Link\" is not one of Provision, Join"));
  EXPECT_THAT(all, HasSubstr("policy.json/attributeFlowMappings/1/expression"));
  EXPECT_THAT(all, HasSubstr("policy.json/scopeFilter/0: expected a group"));
  EXPECT_EQ(problems.size(), 5U);
}

TEST(RuleJson, AnythingButAnObjectIsAProblemNotACrash) {
  for (const char* text : {"[]", "null", "3", "\"x\"", "{\"attributeFlowMappings\":[[],3]}"}) {
    Problems problems;
    parseRule(json::parse(text), locateUnder("x"), problems);
    EXPECT_TRUE(hasErrors(problems)) << text;
  }
}

}  // namespace
}  // namespace tandem::rules
