// SPDX-License-Identifier: Apache-2.0
#include "policy/entra/settings_json.h"

#include <algorithm>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "policy/entra/loose_object.h"
#include "policy/entra/rule_object.h"
#include "policy/entra/rule_words.h"
#include "rules/rule_json.h"

namespace tandem::policy::entra {
namespace {

using Json = nlohmann::ordered_json;
using Kind = JsonNode::Kind;

class SettingsJsonReader {
 public:
  SettingsJsonReader(std::string_view file, Problems& problems)
      : file_(file), problems_(problems) {}

  EntraConfiguration read(const JsonNode& root) {
    into_.format = Format::kSettingsJson;
    into_.has_connectors = true;
    LooseObject in(root, file_, problems_);
    if (const JsonNode* const metadata = in.find({"policyMetadata"})) readMetadata(*metadata);
    if (const JsonNode* const deployment = in.find({"deploymentMetadata"})) {
      readDeployment(*deployment);
    }
    for (const JsonNode* const directory : elementsOf(in.find({"onpremisesDirectoryPolicy"})))
      readConnector(*directory, EntraConnectorKind::kActiveDirectory);
    if (const JsonNode* const tenant = in.find({"azureDirectoryPolicy"})) {
      readConnector(*tenant, EntraConnectorKind::kEntra);
    }
    readSettings(in.find({"globalSettings"}));
    in.reportUnknown();
    std::stable_sort(
        into_.rules.begin(), into_.rules.end(), [](const EntraRule& a, const EntraRule& b) {
          return a.body.precedence < b.body.precedence;
        });
    into_.settings_json = root;
    return std::move(into_);
  }

 private:
  bool isObject(const JsonNode& node) {
    if (node.kind == Kind::kObject) return true;
    const std::string where = fmt::format("{}:{}:{}", file_, node.at.line, node.at.column);
    WordPlace{where, problems_}.error(
        fmt::format("this should be an object, but it is {}", tandem::policy::describe(node.kind)));
    return false;
  }

  void readMetadata(const JsonNode& node) {
    LooseObject in(node, file_, problems_);
    into_.metadata.type = in.text({"type"});
    into_.metadata.author = in.text({"author"});
    into_.metadata.exported_at = in.text({"timeCreated"});
    into_.metadata.version = in.text({"azureADConnectVersion"});
    in.reportUnknown();
  }

  // Where and as whom the old server ran; nothing of it belongs to another one.
  void readDeployment(const JsonNode& node) {
    LooseObject in(node, file_, problems_);
    into_.metadata.host = in.text({"hostName"});
    in.ignore({"serviceAccount",
               "serviceAccountType",
               "databaseServer",
               "databaseInstance",
               "databaseName",
               "connectorIds"});
    in.reportUnknown();
  }

  void readConnector(const JsonNode& node, EntraConnectorKind kind) {
    if (!isObject(node)) return;
    LooseObject in(node, file_, problems_);
    EntraConnector connector;
    connector.where = in.where();
    connector.kind = kind;
    const bool is_tenant = kind == EntraConnectorKind::kEntra;
    connector.category = is_tenant ? "Extensible2" : "AD";
    const std::string domain = in.text({"fullyQualifiedDomainName"});
    connector.name = in.text({"friendlyName", "name"});
    if (connector.name.empty()) connector.name = domain.empty() && is_tenant ? "entra" : domain;
    if (!is_tenant) connector.forest_name = domain.empty() ? connector.name : domain;
    if (const JsonNode* const id = in.find({"uniqueIdentifier"})) {
      const std::string where = in.whereOf(*id);
      readId(scalarText(*id), "uniqueIdentifier", WordPlace{where, problems_}, connector.id);
    }
    if (connector.id.empty()) {
      connector.id = is_tenant ? std::string(kEntraConnectorId) : guidFor(connector.name);
    }
    for (const JsonNode* const partition : elementsOf(in.find({"partitionFilters"})))
      readPartition(*partition, connector);
    for (const JsonNode* const rule : elementsOf(in.find({"standardSynchronizationRules"})))
      readReference(*rule, connector);
    for (const JsonNode* const rule : elementsOf(in.find({"customSynchronizationRules"}))) {
      if (isObject(*rule)) {
        into_.rules.push_back(readRuleObject(*rule, file_, connector.id, problems_));
      }
    }
    in.reportUnknown();
    const WordPlace at{connector.where, problems_};
    if (connector.name.empty()) at.error("the directory has no \"friendlyName\"");
    into_.connectors.push_back(std::move(connector));
  }

  void readPartition(const JsonNode& node, EntraConnector& connector) {
    if (!isObject(node)) return;
    LooseObject in(node, file_, problems_);
    EntraPartition partition;
    partition.name = in.text({"distinguishedName"});
    partition.display_name = partition.name;
    partition.inclusions = textsOf(in.find({"containerInclusions"}));
    partition.exclusions = textsOf(in.find({"containerExclusions"}));
    // An empty text among them is how PowerShell writes an empty list.
    std::erase(partition.inclusions, "");
    std::erase(partition.exclusions, "");
    in.reportUnknown();
    if (partition.name.empty()) {
      const std::string where = in.where();
      WordPlace{where, problems_}.error("a partition has no \"distinguishedName\"");
    }
    connector.partitions.push_back(std::move(partition));
  }

  void readReference(const JsonNode& node, const EntraConnector& connector) {
    if (!isObject(node)) return;
    LooseObject in(node, file_, problems_);
    EntraRule rule;
    rule.is_reference = true;
    rule.body.where = in.where();
    rule.body.connector = connector.id;
    rule.body.name = in.text({"name"});
    rule.body.immutable_tag = in.text({"immutableTag"});
    const WordPlace at{rule.body.where, problems_};
    readId(in.text({"uniqueIdentifier"}), "uniqueIdentifier", at, rule.body.id);
    readPrecedence(in.text({"precedence"}), at, rule.body.precedence);
    if (const std::string off = in.text({"disabled"}); !off.empty()) {
      readFlag(off, "disabled", at, rule.body.disabled);
    }
    in.reportUnknown();
    if (rule.body.immutable_tag.empty()) at.error("a standard rule has no \"immutableTag\"");
    checkRule(rule, problems_);
    into_.rules.push_back(std::move(rule));
  }

  void readSettings(const JsonNode* node) {
    for (const JsonNode* const one : elementsOf(node)) {
      if (!isObject(*one)) continue;
      LooseObject in(*one, file_, problems_);
      Parameter setting;
      setting.name = in.text({"name"});
      setting.value = in.text({"value"});
      setting.use = "SynchronizationGlobal";
      in.reportUnknown();
      into_.settings.push_back(std::move(setting));
    }
    into_.has_settings = node != nullptr;
  }

  std::string_view file_;
  Problems& problems_;
  EntraConfiguration into_;
};

Json toLibraryJson(const JsonNode& node) {
  switch (node.kind) {
    case Kind::kNull:
      return nullptr;
    case Kind::kBoolean:
      return node.boolean;
    case Kind::kNumber:
      return Json::parse(node.text, nullptr, /*allow_exceptions=*/false);
    case Kind::kString:
      return node.text;
    case Kind::kArray: {
      Json array = Json::array();
      for (const JsonNode& item : node.items)
        array.push_back(toLibraryJson(item));
      return array;
    }
    case Kind::kObject: {
      Json object = Json::object();
      for (const JsonMember& member : node.members)
        object[member.name] = toLibraryJson(member.value);
      return object;
    }
  }
  return nullptr;
}

Json mappingJson(const rules::AttributeMapping& mapping, const std::vector<std::string>& sources) {
  Json json;
  json["destination"] = mapping.target;
  if (mapping.flow == rules::FlowType::kConstant) {
    json["source"] = mapping.source;
  } else if (sources.size() == 1) {
    json["source"] = sources.front();
  } else {
    json["source"] = sources;
  }
  json["flowType"] = rules::toString(mapping.flow);
  if (mapping.flow == rules::FlowType::kExpression) json["expression"] = mapping.source;
  json["valueMergeType"] = rules::toString(mapping.merge);
  json["executeOnce"] = mapping.execute_once;
  return json;
}

Json conditionJson(const rules::ScopeCondition& one) {
  return {{"attribute", one.attribute}, {"condition", one.comparison}, {"value", one.value}};
}

Json conditionJson(const rules::JoinCondition& one) {
  return {{"csAttribute", one.connector_attribute},
          {"mvAttribute", one.metaverse_attribute},
          {"caseSensitive", one.case_sensitive}};
}

// One group is the list of its conditions, as files are seen to have it; several are lists in a
// list, which PowerShell reads the same way.
template <class Condition>
Json groupsJson(const std::vector<std::vector<Condition>>& groups) {
  Json list = Json::array();
  for (const std::vector<Condition>& group : groups) {
    Json conditions = Json::array();
    for (const Condition& one : group)
      conditions.push_back(conditionJson(one));
    if (groups.size() == 1) return conditions;
    list.push_back(std::move(conditions));
  }
  return list;
}

Json referenceJson(const EntraRule& rule) {
  Json json{{"name", rule.body.name},
            {"uniqueIdentifier", rule.body.id},
            {"immutableTag", rule.body.immutable_tag},
            {"precedence", rule.body.precedence}};
  if (rule.body.disabled) json["disabled"] = true;
  return json;
}

Json customJson(const EntraRule& rule) {
  const rules::SyncRule& body = rule.body;
  Json json{{"name", body.name},
            {"description", body.description},
            {"uniqueIdentifier", body.id},
            {"internalIdentifier", rule.internal_id.empty() ? body.id : rule.internal_id},
            {"version", rule.version},
            {"direction", rules::toString(body.direction)},
            {"source", body.source_type},
            {"target", body.target_type},
            {"linkType", rules::toString(body.link)},
            {"precedence", body.precedence},
            {"disabled", body.disabled},
            {"enablePasswordSync", body.password_sync},
            {"softDeleteExpiryInterval", rule.soft_delete_expiry},
            {"scopeFilters", groupsJson(body.scope)},
            {"joinFilters", groupsJson(body.join)},
            {"attributeMappings", Json::array()}};
  if (!rule.precedence_after.empty()) json["precedenceAfter"] = rule.precedence_after;
  if (!rule.precedence_before.empty()) json["precedenceBefore"] = rule.precedence_before;
  for (std::size_t i = 0; i < body.mappings.size(); ++i) {
    const bool listed = i < rule.sources.size();
    json["attributeMappings"].push_back(
        mappingJson(body.mappings[i], listed ? rule.sources[i] : std::vector<std::string>()));
  }
  return json;
}

Json connectorJson(const EntraConfiguration& configuration, const EntraConnector& connector) {
  Json json{{"friendlyName", connector.name},
            {"fullyQualifiedDomainName",
             connector.forest_name.empty() ? connector.name : connector.forest_name},
            {"uniqueIdentifier", connector.id},
            {"partitionFilters", Json::array()},
            {"standardSynchronizationRules", Json::array()},
            {"customSynchronizationRules", Json::array()}};
  for (const EntraPartition& partition : connector.partitions) {
    if (!partition.selected) continue;
    json["partitionFilters"].push_back({{"distinguishedName", partition.name},
                                        {"containerInclusions", partition.inclusions},
                                        {"containerExclusions", partition.exclusions}});
  }
  for (const EntraRule& rule : configuration.rules) {
    if (rule.body.connector != connector.id) continue;
    if (rule.isStandard()) {
      json["standardSynchronizationRules"].push_back(referenceJson(rule));
    } else {
      json["customSynchronizationRules"].push_back(customJson(rule));
    }
  }
  return json;
}

bool saysTheSame(const EntraConfiguration& a, const EntraConfiguration& b) {
  return a.metadata == b.metadata && a.connectors == b.connectors && a.settings == b.settings &&
         std::equal(a.rules.begin(), a.rules.end(), b.rules.begin(), b.rules.end(), sameRule);
}

}  // namespace

bool looksLikeSettingsJson(const JsonNode& root) {
  return std::any_of(root.members.begin(), root.members.end(), [](const JsonMember& member) {
    return equalsIgnoreCaseAscii(member.name, "onpremisesDirectoryPolicy") ||
           equalsIgnoreCaseAscii(member.name, "azureDirectoryPolicy") ||
           equalsIgnoreCaseAscii(member.name, "policyMetadata");
  });
}

EntraConfiguration readSettingsJson(const JsonNode& root,
                                    std::string_view file,
                                    Problems& problems) {
  return SettingsJsonReader(file, problems).read(root);
}

std::string writeSettingsJson(const EntraConfiguration& configuration) {
  if (configuration.settings_json) {
    Problems ignored;
    const EntraConfiguration read = readSettingsJson(*configuration.settings_json, "", ignored);
    if (saysTheSame(read, configuration)) {
      return toLibraryJson(*configuration.settings_json).dump(2) + "\n";
    }
  }
  const EntraMetadata& metadata = configuration.metadata;
  Json ids = Json::array();
  for (const EntraConnector& connector : configuration.connectors)
    ids.push_back(connector.id);
  Json json{{"policyMetadata",
             {{"type", metadata.type},
              {"author", metadata.author},
              {"timeCreated", metadata.exported_at},
              {"azureADConnectVersion", metadata.version}}},
            {"deploymentMetadata", {{"hostName", metadata.host}, {"connectorIds", ids}}},
            {"onpremisesDirectoryPolicy", Json::array()}};
  for (const EntraConnector& connector : configuration.connectors) {
    if (connector.kind == EntraConnectorKind::kEntra) {
      json["azureDirectoryPolicy"] = connectorJson(configuration, connector);
    } else {
      json["onpremisesDirectoryPolicy"].push_back(connectorJson(configuration, connector));
    }
  }
  if (configuration.has_settings) {
    json["globalSettings"] = Json::array();
    for (const Parameter& setting : configuration.settings) {
      if (setting.encrypted) continue;
      json["globalSettings"].push_back({{"name", setting.name}, {"value", setting.value}});
    }
  }
  return json.dump(2) + "\n";
}

}  // namespace tandem::policy::entra
