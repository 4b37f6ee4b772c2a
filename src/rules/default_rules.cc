// SPDX-License-Identifier: Apache-2.0
#include "rules/default_rules.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "base/check.h"
#include "base/embedded_file.h"
#include "base/hash.h"
#include "base/text.h"
#include "rules/rule_json.h"

namespace tandem::rules {

std::span<const EmbeddedFile> defaultRuleFiles();

namespace {

using nlohmann::json;

// In order of precedence: what identifies people before what describes them, sources before Entra.
constexpr std::string_view kFiles[] = {"ad_user.json",
                                       "ldap_person.json",
                                       "ad_group.json",
                                       "ldap_group.json",
                                       "ad_contact.json",
                                       "entra_in.json",
                                       "entra_user.json",
                                       "entra_group.json",
                                       "entra_contact.json"};

// The files are part of the program: a mistake in one is a mistake of ours.
json readEmbedded(std::string_view name) {
  for (const EmbeddedFile& file : defaultRuleFiles()) {
    if (file.name != name) continue;
    json document = json::parse(file.content, nullptr, /*allow_exceptions=*/false);
    TANDEM_CHECK(document.is_object());
    return document;
  }
  TANDEM_CHECK(false && "no such file");
  return {};
}

using Placeholders = std::map<std::string, std::string>;

std::string filled(std::string text, const Placeholders& values) {
  for (const auto& [name, value] : values) {
    const std::string placeholder = "{{" + name + "}}";
    for (std::size_t at = text.find(placeholder); at != std::string::npos;
         at = text.find(placeholder, at + value.size())) {
      text.replace(at, placeholder.size(), value);
    }
  }
  return text;
}

void fill(json& value, const Placeholders& values) {
  if (value.is_string()) value = filled(value.get<std::string>(), values);
  if (!value.is_structured()) return;
  for (json& child : value)
    fill(child, values);
}

// How the anchor of people is read, and which attributes find its owner again, in order.
struct Anchor {
  std::string text;                                        // expression for sourceAnchor
  std::string binary;                                      // expression for sourceAnchorBinary
  std::vector<std::pair<std::string, std::string>> joins;  // connector space, metaverse
};

Anchor binaryAnchor(const std::string& octets, const std::vector<std::string>& attributes) {
  Anchor anchor{"ConvertToBase64(" + octets + ")", octets, {}};
  for (const std::string& attribute : attributes)
    anchor.joins.emplace_back(attribute, "sourceAnchorBinary");
  return anchor;
}

Anchor anchorOf(const std::string& option, SourceKind kind) {
  const bool is_ad = kind == SourceKind::kActiveDirectory;
  const bool is_automatic = option.empty() || equalsIgnoreCaseAscii(option, "automatic");
  if (equalsIgnoreCaseAscii(option, "mS-DS-ConsistencyGuid") || (is_automatic && is_ad)) {
    if (is_ad) {
      return binaryAnchor(
          "IIF(IsPresent([mS-DS-ConsistencyGuid]), [mS-DS-ConsistencyGuid], [objectGUID])",
          {"mS-DS-ConsistencyGuid", "objectGUID"});
    }
  }
  // An attribute that the other kind of directory has leaves this one with its own.
  const bool is_guid = is_automatic || equalsIgnoreCaseAscii(option, "objectGUID") ||
                       equalsIgnoreCaseAscii(option, "entryUUID") ||
                       equalsIgnoreCaseAscii(option, "mS-DS-ConsistencyGuid");
  if (is_guid) {
    const std::string attribute = is_ad ? "objectGUID" : "entryUUID";
    return binaryAnchor("[" + attribute + "]", {attribute});
  }
  return {fmt::format("Trim(ItemOrNull([{}], 1))", option), "NULL", {{option, "sourceAnchor"}}};
}

// Equal for equal rules, so that lineage and history still name them after an upgrade. Marked as a
// UUID of a form of one's own (RFC 9562, version 8).
std::string idOf(std::string_view tag, std::string_view connector) {
  const std::size_t version = tag.rfind('.');
  std::string bytes = hash128(fmt::format("{}\n{}", tag.substr(0, version), connector)).bytes();
  bytes[6] = static_cast<char>((bytes[6] & 0x0F) | 0x80);
  bytes[8] = static_cast<char>((bytes[8] & 0x3F) | 0x80);
  const std::string hex = toHex(bytes);
  return fmt::format("{}-{}-{}-{}-{}",
                     hex.substr(0, 8),
                     hex.substr(8, 4),
                     hex.substr(12, 4),
                     hex.substr(16, 4),
                     hex.substr(20));
}

// The groups of a joinFilter: a join by "{{sourceAnchorJoin}}" becomes one for each attribute that
// may hold the anchor, and some joins only make sense between forests.
void completeJoins(json& rule, const Anchor& anchor, bool several_sources) {
  json joins = json::array();
  for (const json& group : rule.value("joinFilter", json::array())) {
    if (group[0].at("csAttribute") != "{{sourceAnchorJoin}}") {
      joins.push_back(group);
      continue;
    }
    for (const auto& [connector_attribute, metaverse_attribute] : anchor.joins) {
      joins.push_back(json::array({{{"csAttribute", connector_attribute},
                                    {"mvAttribute", metaverse_attribute},
                                    {"caseSensitive", true}}}));
    }
  }
  const json more = rule.value("joinFilterOfSeveralSources", json::array());
  if (several_sources) joins.insert(joins.end(), more.begin(), more.end());
  rule.erase("joinFilterOfSeveralSources");
  if (!joins.empty()) rule["joinFilter"] = std::move(joins);
}

class RuleMaker {
 public:
  explicit RuleMaker(const DefaultRuleOptions& options) : options_(options) {}

  std::vector<SyncRule> make() {
    for (const std::string_view file : kFiles)
      addFile(readEmbedded(file));
    return std::move(rules_);
  }

 private:
  std::vector<SourceConnector> connectorsOf(const std::string& kind) const {
    if (kind == "entra") return {{options_.entra_connector, SourceKind::kActiveDirectory}};
    TANDEM_CHECK(kind == "activeDirectory" || kind == "openLdap");
    const SourceKind wanted =
        kind == "openLdap" ? SourceKind::kOpenLdap : SourceKind::kActiveDirectory;
    std::vector<SourceConnector> connectors;
    for (const SourceConnector& source : options_.sources) {
      if (source.kind == wanted) connectors.push_back(source);
    }
    return connectors;
  }

  // One rule for all connectors before the next rule, so that one rule's copies stand together.
  void addFile(const json& file) {
    const std::vector<SourceConnector> connectors = connectorsOf(file.at("connectors"));
    json variants = file.value("variants", json::array());
    if (variants.empty()) variants.push_back(json::object());
    for (const json& rule : file.at("rules")) {
      for (const json& variant : variants) {
        for (const SourceConnector& connector : connectors)
          addRule(rule, variant, connector);
      }
    }
  }

  void addRule(json rule, const json& variant, const SourceConnector& connector) {
    const bool several = options_.sources.size() > 1;
    if (rule.value("onlyWithSeveralSources", false) && !several) return;
    rule.erase("onlyWithSeveralSources");
    const Anchor anchor = anchorOf(options_.source_anchor, connector.kind);
    completeJoins(rule, anchor, several);
    Placeholders values = variant.get<Placeholders>();
    values["sourceAnchor"] = anchor.text;
    values["sourceAnchorBinary"] = anchor.binary;
    fill(rule, values);
    const std::string tag = rule.at("immutableTag").get<std::string>();
    rule["id"] = idOf(tag, connector.name);
    rule["connector"] = connector.name;
    constexpr std::int32_t kFirstPrecedence = 100;
    rule["precedence"] = kFirstPrecedence + static_cast<std::int32_t>(rules_.size());
    Problems problems;
    const std::string place = "standard rule " + tag;
    rules_.push_back(parseRule(rule, locateUnder(place), problems));
    TANDEM_CHECK(problems.empty());
  }

  const DefaultRuleOptions& options_;
  std::vector<SyncRule> rules_;
};

directory::ValueType typeNamed(std::string_view name) {
  using directory::ValueType;
  for (const ValueType type : {ValueType::kReference,
                               ValueType::kBinary,
                               ValueType::kString,
                               ValueType::kInteger,
                               ValueType::kBoolean}) {
    if (toString(type) == name) return type;
  }
  TANDEM_CHECK(false && "no such type");
  return ValueType::kString;
}

directory::Schema readSchema(std::string_view file, directory::AttributeTable& attributes) {
  directory::Schema schema;
  const json document = readEmbedded(file);
  for (const auto& [name, attribute] : document.at("attributes").items()) {
    schema.define(attributes.intern(name),
                  typeNamed(attribute.at("type").get<std::string>()),
                  attribute.value("multi", false));
  }
  return schema;
}

}  // namespace

std::vector<SyncRule> defaultRules(const DefaultRuleOptions& options) {
  return RuleMaker(options).make();
}

directory::Schema metaverseSchema(directory::AttributeTable& attributes) {
  return readSchema("metaverse_schema.json", attributes);
}

directory::Schema activeDirectorySchema(directory::AttributeTable& attributes) {
  return readSchema("directory_schema.json", attributes);
}

directory::Schema openLdapSchema(directory::AttributeTable& attributes) {
  return readSchema("directory_schema.json", attributes);
}

directory::Schema entraSchema(directory::AttributeTable& attributes) {
  return readSchema("entra_schema.json", attributes);
}

}  // namespace tandem::rules
