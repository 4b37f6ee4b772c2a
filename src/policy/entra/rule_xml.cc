// SPDX-License-Identifier: Apache-2.0
#include "policy/entra/rule_xml.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "base/text.h"
#include "policy/entra/rule_words.h"
#include "rules/rule_json.h"

namespace tandem::policy::entra {
namespace {

constexpr std::string_view kNoGuid = "{00000000-0000-0000-0000-000000000000}";
constexpr std::array kKnownElements{"id",
                                    "internal-id",
                                    "version",
                                    "name",
                                    "description",
                                    "immutable-tag",
                                    "direction",
                                    "disabled",
                                    "connector",
                                    "sourceObjectType",
                                    "targetObjectType",
                                    "linkType",
                                    "precedence",
                                    "precedence-after",
                                    "precedence-before",
                                    "softDeleteExpiryInterval",
                                    "EnablePasswordSync",
                                    "attribute-mappings",
                                    "relationshipCriteria",
                                    "synchronizationCriteria"};

class RuleXmlReader {
 public:
  RuleXmlReader(const XmlElement& root, std::string_view file, Problems& problems)
      : root_(root), file_(file), problems_(problems) {}

  EntraRule read() {
    EntraRule rule;
    rule.body.where = placeOf(root_);
    readIdentity(rule);
    readPlaceInOrder(rule);
    if (const XmlElement* const flows = root_.find("attribute-mappings")) {
      for (const XmlElement& mapping : flows->children)
        readMapping(mapping, rule);
    }
    readJoins(rule);
    readScope(rule);
    reportUnknown();
    checkRule(rule, problems_);
    rule.original = root_;
    return rule;
  }

 private:
  std::string placeOf(const XmlElement& element) const {
    return fmt::format("{}:{}:1", file_, element.line);
  }

  // Calls use(text, place) when the element is there and holds something.
  template <class F>
  void with(std::string_view name, F&& use) {
    const XmlElement* const element = root_.find(name);
    if (element == nullptr || trimAscii(element->text).empty()) return;
    const std::string where = placeOf(*element);
    use(element->text, WordPlace{where, problems_});
  }

  void readIdentity(EntraRule& rule) {
    rules::SyncRule& body = rule.body;
    body.name = root_.textOf("name");
    body.description = root_.textOf("description");
    body.immutable_tag = trimAscii(root_.textOf("immutable-tag"));
    body.source_type = trimAscii(root_.textOf("sourceObjectType"));
    body.target_type = trimAscii(root_.textOf("targetObjectType"));
    with("id", [&](auto text, auto at) { readId(text, "id", at, body.id); });
    with("internal-id",
         [&](auto text, auto at) { readId(text, "internal-id", at, rule.internal_id); });
    with("connector", [&](auto text, auto at) { readId(text, "connector", at, body.connector); });
    with("version", [&](auto text, auto at) { readVersion(text, at, rule.version); });
    with("disabled", [&](auto text, auto at) { readFlag(text, "disabled", at, body.disabled); });
    with("EnablePasswordSync",
         [&](auto text, auto at) { readFlag(text, "EnablePasswordSync", at, body.password_sync); });
    requireWord("direction", [&](auto text, auto at) { readDirection(text, at, body.direction); });
    requireWord("linkType", [&](auto text, auto at) { readLinkType(text, at, body.link); });
  }

  template <class F>
  void requireWord(std::string_view name, F&& use) {
    if (!trimAscii(root_.textOf(name)).empty()) return with(name, use);
    const std::string where = placeOf(root_);
    WordPlace{where, problems_}.error(fmt::format("the element <{}> is missing", name));
  }

  void readPlaceInOrder(EntraRule& rule) {
    requireWord("precedence",
                [&](auto text, auto at) { readPrecedence(text, at, rule.body.precedence); });
    with("precedence-after",
         [&](auto text, auto at) { readId(text, "precedence-after", at, rule.precedence_after); });
    with("precedence-before", [&](auto text, auto at) {
      readId(text, "precedence-before", at, rule.precedence_before);
    });
    with("softDeleteExpiryInterval",
         [&](auto text, auto) { rule.soft_delete_expiry = trimAscii(text); });
  }

  void readMapping(const XmlElement& element, EntraRule& rule) {
    rules::AttributeMapping mapping;
    mapping.where = placeOf(element);
    const WordPlace at{mapping.where, problems_};
    if (element.name != "mapping") return unknown(element);
    std::vector<std::string> sources;
    std::string constant;
    for (const XmlElement& part : element.children) {
      if (part.name == "dest") {
        mapping.target = trimAscii(part.text);
      } else if (part.name == "src") {
        constant = part.text;
        for (const XmlElement& attribute : part.children)
          sources.emplace_back(trimAscii(attribute.text));
      } else if (part.name == "expression") {
        mapping.source = part.text;
      } else if (part.name == "valueMergeType") {
        readMergeType(part.text, at, mapping.merge);
      } else {
        unknown(part);
      }
    }
    if (const std::string* once = element.attribute("execute-once")) {
      readFlag(*once, "execute-once", at, mapping.execute_once);
    }
    if (!trimAscii(mapping.source).empty()) {
      mapping.flow = rules::FlowType::kExpression;
    } else if (!sources.empty()) {
      mapping.flow = rules::FlowType::kDirect;
      mapping.source = sources.front();
    } else {
      mapping.flow = rules::FlowType::kConstant;
      mapping.source = constant;
    }
    if (mapping.flow == rules::FlowType::kDirect && sources.size() > 1) {
      at.warning(fmt::format("the direct flow to {} names {} source attributes; the first counts",
                             mapping.target,
                             sources.size()));
    }
    rule.body.mappings.push_back(std::move(mapping));
    rule.sources.push_back(std::move(sources));
  }

  void readJoins(EntraRule& rule) {
    const XmlElement* const criteria = root_.find("relationshipCriteria");
    if (criteria == nullptr) return;
    for (const XmlElement& group : criteria->children) {
      rules::JoinGroup conditions;
      for (const XmlElement& element : group.children) {
        const std::string where = placeOf(element);
        const WordPlace at{where, problems_};
        rules::JoinCondition condition;
        condition.connector_attribute = trimAscii(element.textOf("csAttribute"));
        condition.metaverse_attribute = trimAscii(element.textOf("ilmAttribute"));
        const std::string_view case_sensitive = element.textOf("caseSensitive");
        if (!trimAscii(case_sensitive).empty()) {
          readFlag(case_sensitive, "caseSensitive", at, condition.case_sensitive);
        }
        if (condition.connector_attribute.empty() || condition.metaverse_attribute.empty()) {
          at.error("a join condition needs <csAttribute> and <ilmAttribute>");
        }
        conditions.push_back(std::move(condition));
      }
      if (!conditions.empty()) rule.body.join.push_back(std::move(conditions));
    }
  }

  void readScope(EntraRule& rule) {
    const XmlElement* const criteria = root_.find("synchronizationCriteria");
    if (criteria == nullptr) return;
    for (const XmlElement& group : criteria->children) {
      rules::ScopeGroup conditions;
      for (const XmlElement& element : group.children) {
        const std::string where = placeOf(element);
        const WordPlace at{where, problems_};
        rules::ScopeCondition condition;
        condition.attribute = trimAscii(element.textOf("csAttribute"));
        condition.value = element.textOf("csValue");
        readOperator(element.textOf("csOperator"), at, condition.comparison);
        if (condition.attribute.empty()) at.error("a scope condition needs <csAttribute>");
        conditions.push_back(std::move(condition));
      }
      if (!conditions.empty()) rule.body.scope.push_back(std::move(conditions));
    }
  }

  void reportUnknown() {
    for (const XmlElement& child : root_.children) {
      const bool known = std::any_of(kKnownElements.begin(),
                                     kKnownElements.end(),
                                     [&](const char* name) { return child.name == name; });
      if (!known) unknown(child);
    }
  }

  void unknown(const XmlElement& element) {
    const std::string where = placeOf(element);
    WordPlace{where, problems_}.warning(
        fmt::format("<{}> is not known here; it has no effect", element.name));
  }

  const XmlElement& root_;
  std::string_view file_;
  Problems& problems_;
};

std::string braced(const std::string& id) {
  return id.empty() ? std::string(kNoGuid) : "{" + id + "}";
}

void addMapping(XmlElement& flows,
                const rules::AttributeMapping& mapping,
                const std::vector<std::string>& sources) {
  XmlElement& element = flows.add("mapping");
  if (mapping.execute_once) element.attributes.emplace_back("execute-once", "true");
  element.add("dest", mapping.target);
  // A server leaves <src> out where an expression reads nothing.
  if (mapping.flow != rules::FlowType::kExpression || !sources.empty()) {
    XmlElement& source = element.add("src");
    for (const std::string& attribute : sources)
      source.add("attr", attribute);
    if (mapping.flow == rules::FlowType::kConstant) source.text = mapping.source;
  }
  if (mapping.flow == rules::FlowType::kExpression) element.add("expression", mapping.source);
  element.add("valueMergeType", rules::toString(mapping.merge));
}

void addCriteria(XmlElement& root, const rules::SyncRule& rule) {
  XmlElement& joins = root.add("relationshipCriteria");
  for (const rules::JoinGroup& group : rule.join) {
    XmlElement& conditions = joins.add("conditions");
    for (const rules::JoinCondition& one : group) {
      XmlElement& condition = conditions.add("condition");
      if (one.case_sensitive) condition.add("caseSensitive", "True");
      condition.add("csAttribute", one.connector_attribute);
      condition.add("ilmAttribute", one.metaverse_attribute);
    }
  }
  XmlElement& scope = root.add("synchronizationCriteria");
  for (const rules::ScopeGroup& group : rule.scope) {
    XmlElement& conditions = scope.add("conditions");
    for (const rules::ScopeCondition& one : group) {
      XmlElement& condition = conditions.add("scope");
      condition.add("csAttribute", one.attribute);
      condition.add("csOperator", one.comparison);
      condition.add("csValue", one.value);
    }
  }
}

}  // namespace

EntraRule readRuleXml(const XmlElement& root, std::string_view file, Problems& problems) {
  return RuleXmlReader(root, file, problems).read();
}

XmlElement ruleXml(const EntraRule& rule) {
  if (rule.original) {
    Problems ignored;
    if (sameRule(readRuleXml(*rule.original, "", ignored), rule)) return *rule.original;
  }
  const rules::SyncRule& body = rule.body;
  XmlElement root;
  root.name = "synchronizationRule";
  root.add("id", braced(body.id));
  root.add("internal-id", braced(rule.internal_id.empty() ? body.id : rule.internal_id));
  root.add("version", std::to_string(rule.version));
  root.add("name", body.name);
  root.add("description", body.description);
  root.add("immutable-tag", body.immutable_tag);
  root.add("direction", rules::toString(body.direction));
  root.add("disabled", body.disabled ? "True" : "False");
  root.add("connector", braced(body.connector));
  root.add("sourceObjectType", body.source_type);
  root.add("targetObjectType", body.target_type);
  root.add("linkType", rules::toString(body.link));
  root.add("precedence", std::to_string(body.precedence));
  root.add("precedence-after", braced(rule.precedence_after));
  root.add("precedence-before", braced(rule.precedence_before));
  root.add("softDeleteExpiryInterval", rule.soft_delete_expiry);
  root.add("EnablePasswordSync", body.password_sync ? "true" : "false");
  XmlElement& flows = root.add("attribute-mappings");
  for (std::size_t i = 0; i < body.mappings.size(); ++i) {
    addMapping(flows,
               body.mappings[i],
               i < rule.sources.size() ? rule.sources[i] : std::vector<std::string>());
  }
  addCriteria(root, body);
  return root;
}

}  // namespace tandem::policy::entra
