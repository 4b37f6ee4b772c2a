// SPDX-License-Identifier: Apache-2.0
//
// A sync rule as JSON. The names are those of Entra Connect's rule objects (Get-ADSyncRule) in
// camelCase, so that what people know and what servers export carry over:
//
//   { "name": "In from AD - User Common",          required
//     "id": "6f0e…",                               required, GUID text
//     "description": "", "immutableTag": "",
//     "connector": "corp.example.com",             required
//     "direction": "Inbound" | "Outbound",         required
//     "sourceObjectType": "user", "targetObjectType": "person",          required
//     "linkType": "Provision" | "Join" | "StickyJoin",                   Join when absent
//     "precedence": 106,                           required
//     "disabled": false, "enablePasswordSync": false,
//     "scopeFilter": [ [ { "attribute": "mail", "comparisonOperator": "ISNOTNULL",
//                          "comparisonValue": "" } ] ],                  groups: any of, all in it
//     "joinFilter": [ [ { "csAttribute": "objectSid", "mvAttribute": "objectSid",
//                         "caseSensitive": false } ] ],                  groups: tried in order
//     "attributeFlowMappings": [
//       { "destination": "mail", "flowType": "Expression", "expression": "Trim([mail])",
//         "valueMergeType": "Update", "executeOnce": false },
//       { "destination": "cn", "flowType": "Direct", "source": "cn" },
//       { "destination": "sourceObjectType", "flowType": "Constant", "source": "User" } ] }
//
// flowType may be left out: Expression when there is an "expression", otherwise Direct. A long
// expression may be an array of lines. An unknown key is an error: a typo must not pass as "unset".
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "base/problem.h"
#include "rules/sync_rule.h"

namespace tandem::rules {

// Says where a part of the rule stands, for a JSON pointer inside it: "" is the rule itself,
// "/attributeFlowMappings/3/expression" an expression. The caller keeps the lines of its file and
// so can answer "policy.json:120:7".
using Locate = std::function<std::string(std::string_view pointer)>;
// For rules with no file at hand: "rule 4/attributeFlowMappings/3".
Locate locateUnder(std::string prefix);

// What could be read; every problem is added to problems. Expressions are not looked into here:
// RuleSet::compile() does that. Each mapping's and the rule's own `where` come from locate.
SyncRule parseRule(const nlohmann::json& json, const Locate& locate, Problems& problems);
SyncRule parseRule(const nlohmann::ordered_json& json, const Locate& locate, Problems& problems);

// Keys in the order above, without what equals its default. parseRule(toJson(rule)) == rule but for
// `where`.
nlohmann::ordered_json toJson(const SyncRule& rule);

// The words of the rule model, as JSON, messages and XML have them.
std::string_view toString(Direction direction);
std::string_view toString(LinkType link);
std::string_view toString(FlowType flow);
std::string_view toString(MergeType merge);

}  // namespace tandem::rules
