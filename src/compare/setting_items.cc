// SPDX-License-Identifier: Apache-2.0
#include "compare/setting_items.h"

#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "compare/hash_tree.h"
#include "compare/object_digest.h"
#include "policy/policy_check.h"
#include "policy/policy_writer.h"
#include "rules/rule_json.h"

namespace tandem::compare {
namespace {

using Json = nlohmann::ordered_json;
using rules::SyncRule;

std::uint64_t keyOf(const SettingItem& item, std::string_view rest) {
  return hash64(fmt::format("{}\n{}\n{}", item.type, toLowerAscii(item.name), toLowerAscii(rest)));
}

std::string scopeText(const SyncRule& rule) {
  std::string text;
  for (const rules::ScopeGroup& group : rule.scope) {
    std::string all;
    for (const rules::ScopeCondition& condition : group) {
      all += fmt::format("{}{} {}{}{}",
                         all.empty() ? "" : " and ",
                         condition.attribute,
                         condition.comparison,
                         condition.value.empty() ? "" : " ",
                         condition.value);
    }
    text += fmt::format("{}({})", text.empty() ? "" : " or ", all);
  }
  return text.empty() ? "every object" : text;
}

std::string joinText(const SyncRule& rule) {
  std::string text;
  for (const rules::JoinGroup& group : rule.join) {
    std::string all;
    for (const rules::JoinCondition& condition : group) {
      all += fmt::format("{}{} = {}{}",
                         all.empty() ? "" : " and ",
                         condition.connector_attribute,
                         condition.metaverse_attribute,
                         condition.case_sensitive ? " (case matters)" : "");
    }
    text += fmt::format("{}({})", text.empty() ? "" : ", then ", all);
  }
  return text;
}

std::string flowText(const rules::AttributeMapping& mapping) {
  return fmt::format("{} {}{}{}",
                     rules::toString(mapping.flow),
                     mapping.source,
                     mapping.merge == rules::MergeType::kUpdate
                         ? std::string()
                         : fmt::format(", {}", rules::toString(mapping.merge)),
                     mapping.execute_once ? ", once" : "");
}

std::string withoutId(std::string text, const std::string& id) {
  for (std::size_t at = text.find(id); !id.empty() && at != std::string::npos; at = text.find(id))
    text.replace(at, id.size(), "%Connector.ID%");
  return text;
}

SettingItem ruleItem(const SyncRule& rule, const std::string& connector_id) {
  SettingItem item;
  item.type = "rule";
  item.name = rule.name;
  item.fields = {{"disabled", rule.disabled ? "true" : "false"},
                 {"precedence", std::to_string(rule.precedence)},
                 {"source type", rule.source_type},
                 {"target type", rule.target_type},
                 {"link", std::string(rules::toString(rule.link))},
                 {"password sync", rule.password_sync ? "true" : "false"},
                 {"scope", withoutId(scopeText(rule), connector_id)},
                 {"join", joinText(rule)}};
  for (const rules::AttributeMapping& mapping : rule.mappings) {
    item.fields.push_back(
        {"flow of " + mapping.target, withoutId(flowText(mapping), connector_id)});
  }
  return item;
}

void addRules(const policy::PolicyDocument& policy, std::vector<SettingItem>& items) {
  // Nothing keeps two rules from having one name; each is then compared with its namesake in order
  // of precedence.
  std::map<std::uint64_t, int> seen;
  for (const SyncRule& rule : policy::effectiveRules(policy)) {
    const policy::ConnectorPolicy* const connector = policy.findConnector(rule.connector);
    SettingItem item = ruleItem(rule, connector == nullptr ? std::string() : connector->id);
    const std::string place =
        fmt::format("{}\n{}", rules::toString(rule.direction), rule.connector);
    const int number = ++seen[keyOf(item, place)];
    item.key = keyOf(item, number == 1 ? place : fmt::format("{}\n{}", place, number));
    items.push_back(std::move(item));
  }
}

// Objects become paths with dots; arrays stay whole, their order may matter.
void flatten(const Json& json, const std::string& path, std::vector<SettingField>& fields) {
  if (!json.is_object()) {
    fields.push_back({path, json.is_string() ? json.get<std::string>() : json.dump()});
    return;
  }
  for (const auto& [name, value] : json.items())
    flatten(value, path.empty() ? name : path + "." + name, fields);
}

void addItem(std::string type,
             std::string name,
             const Json& json,
             std::vector<SettingItem>& items) {
  SettingItem item;
  item.type = std::move(type);
  item.name = std::move(name);
  item.key = keyOf(item, "");
  flatten(json, json.is_object() ? "" : "value", item.fields);
  items.push_back(std::move(item));
}

}  // namespace

Hash128 SettingItem::hash() const {
  Hash128 sum;
  for (const SettingField& field : fields)
    addTo(sum, hash128(field.text, nameHash(field.name)));
  return sum;
}

std::vector<SettingItem> settingItems(const policy::PolicyDocument& policy) {
  std::vector<SettingItem> items;
  addRules(policy, items);
  const Json json = Json::parse(policy::writePolicy(policy), nullptr, /*allow_exceptions=*/false);
  for (const auto& [name, value] : json.items()) {
    if (name == "version" || name == "rules" || name == "standardRules") continue;  // as addRules()
    if (name != "connectors") {
      addItem("setting", name, value, items);
      continue;
    }
    for (Json connector : value) {
      const std::string its_name = connector.value("name", "");
      connector.erase("id");
      connector.erase("name");
      addItem("connector", its_name, connector, items);
    }
  }
  return items;
}

}  // namespace tandem::compare
