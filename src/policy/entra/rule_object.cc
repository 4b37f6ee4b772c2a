// SPDX-License-Identifier: Apache-2.0
#include "policy/entra/rule_object.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/text.h"
#include "policy/entra/loose_object.h"
#include "policy/entra/rule_words.h"

namespace tandem::policy::entra {
namespace {

using Kind = JsonNode::Kind;

class RuleObjectReader {
 public:
  RuleObjectReader(const JsonNode& node, std::string_view file, Problems& problems)
      : in_(node, file, problems), file_(file), problems_(problems) {}

  EntraRule read(const std::string& connector) {
    rule_.body.where = in_.where();
    readIdentity(connector);
    for (const JsonNode* mapping :
         elementsOf(in_.find({"AttributeFlowMappings", "attributeMappings"}))) {
      readMapping(*mapping);
    }
    readGroups<rules::ScopeCondition>(
        in_.find({"ScopeFilter", "scopeFilters"}), "ScopeConditionList", rule_.body.scope);
    readGroups<rules::JoinCondition>(
        in_.find({"JoinFilter", "joinFilters"}), "JoinConditionList", rule_.body.join);
    in_.ignore({"SourceNamespaceId",
                "TargetNamespaceId",
                "JoinHash",
                "VersionAgnosticTag",
                "TagVersion",
                "IsStandardRule",
                "IsLegacyCustomRule",
                "Ensure"});
    in_.reportUnknown();
    checkRule(rule_, problems_);
    return std::move(rule_);
  }

 private:
  template <class F>
  void with(std::initializer_list<std::string_view> names, F&& use) {
    const JsonNode* const value = in_.find(names);
    if (value == nullptr) return;
    const std::string text = scalarText(*value);
    if (trimAscii(text).empty()) return;
    const std::string where = in_.whereOf(*value);
    use(text, WordPlace{where, problems_});
  }

  template <class F>
  void require(std::initializer_list<std::string_view> names, F&& use) {
    const JsonNode* const value = in_.find(names);
    if (value != nullptr && !trimAscii(scalarText(*value)).empty()) return with(names, use);
    WordPlace{rule_.body.where, problems_}.error(fmt::format("\"{}\" is missing", *names.begin()));
  }

  void readIdentity(const std::string& connector) {
    rules::SyncRule& body = rule_.body;
    body.name = in_.text({"Name"});
    body.description = in_.text({"Description"});
    body.immutable_tag = in_.text({"ImmutableTag"});
    body.source_type = in_.text({"SourceObjectType", "source"});
    body.target_type = in_.text({"TargetObjectType", "target"});
    body.connector = connector;
    with({"Connector", "ConnectorName"}, [&](const std::string& text, auto) {
      // The DSC module may name it.
      body.connector = normalGuid(text).value_or(std::string(trimAscii(text)));
    });
    with({"Identifier", "uniqueIdentifier"},
         [&](const auto& text, auto at) { readId(text, "Identifier", at, body.id); });
    with({"InternalId", "internalIdentifier"},
         [&](const auto& text, auto at) { readId(text, "InternalId", at, rule_.internal_id); });
    // A rule that is only described, and was on no server yet, has no identifier.
    if (body.id.empty() && !body.name.empty()) body.id = guidFor(body.connector + "\n" + body.name);
    with({"Version"}, [&](const auto& text, auto at) { readVersion(text, at, rule_.version); });
    with({"Disabled"},
         [&](const auto& text, auto at) { readFlag(text, "Disabled", at, body.disabled); });
    with({"EnablePasswordSync"}, [&](const auto& text, auto at) {
      readFlag(text, "EnablePasswordSync", at, body.password_sync);
    });
    with({"PrecedenceAfter"}, [&](const auto& text, auto at) {
      readId(text, "PrecedenceAfter", at, rule_.precedence_after);
    });
    with({"PrecedenceBefore"}, [&](const auto& text, auto at) {
      readId(text, "PrecedenceBefore", at, rule_.precedence_before);
    });
    with({"SoftDeleteExpiryInterval"}, [&](const std::string& text, auto) {
      rule_.soft_delete_expiry = text == "0" ? "00:00:00" : text;
    });
    require({"Direction"},
            [&](const auto& text, auto at) { readDirection(text, at, body.direction); });
    require({"LinkType"}, [&](const auto& text, auto at) { readLinkType(text, at, body.link); });
    require({"Precedence"},
            [&](const auto& text, auto at) { readPrecedence(text, at, body.precedence); });
  }

  // ConvertTo-Json stops at a depth of two and then writes what a type is called.
  bool isObject(const JsonNode& node) {
    if (node.kind == Kind::kObject) return true;
    const std::string where = in_.whereOf(node);
    WordPlace{where, problems_}.error(
        fmt::format("this should be an object, but it is {}: export again with 'ConvertTo-Json "
                    "-Depth 10'",
                    tandem::policy::describe(node.kind)));
    return false;
  }

  void readMapping(const JsonNode& node) {
    if (!isObject(node)) return;
    LooseObject in(node, file_, problems_);
    rules::AttributeMapping mapping;
    mapping.where = in.where();
    const WordPlace at{mapping.where, problems_};
    mapping.target = in.text({"Destination", "dest"});
    std::vector<std::string> sources = textsOf(in.find({"Source", "sources"}));
    std::erase(sources, "");
    const std::string expression = in.text({"Expression"});
    const std::string flow = in.text({"FlowType"});
    if (!flow.empty()) {
      readFlowType(flow, at, mapping.flow);
    } else {
      mapping.flow = flowOf(sources, expression);
    }
    if (mapping.flow == rules::FlowType::kExpression) {
      mapping.source = expression.empty() && !sources.empty() ? sources.front() : expression;
      if (expression.empty()) sources.clear();
    } else if (!sources.empty()) {
      mapping.source = sources.front();
    }
    if (mapping.flow == rules::FlowType::kConstant) sources.clear();
    if (const std::string merge = in.text({"ValueMergeType", "mergeType"}); !merge.empty()) {
      readMergeType(merge, at, mapping.merge);
    }
    if (const std::string once = in.text({"ExecuteOnce"}); !once.empty()) {
      readFlag(once, "ExecuteOnce", at, mapping.execute_once);
    }
    in.ignore({"MappingSourceAsString"});
    in.reportUnknown();
    rule_.body.mappings.push_back(std::move(mapping));
    rule_.sources.push_back(std::move(sources));
  }

  // Where the file does not say: an attribute's name has none of the characters of an expression.
  static rules::FlowType flowOf(const std::vector<std::string>& sources,
                                const std::string& expression) {
    if (!expression.empty()) return rules::FlowType::kExpression;
    if (sources.empty()) return rules::FlowType::kConstant;
    const std::string& text = sources.front();
    if (text.find_first_of("[(\"%&") != std::string::npos) return rules::FlowType::kExpression;
    const bool literal = equalsIgnoreCaseAscii(text, "true") ||
                         equalsIgnoreCaseAscii(text, "false") || parseInteger(text).has_value();
    return literal ? rules::FlowType::kConstant : rules::FlowType::kDirect;
  }

  // Groups as objects that hold a list, as arrays, or one group as the conditions themselves.
  template <class Condition>
  void readGroups(const JsonNode* node,
                  std::string_view list,
                  std::vector<std::vector<Condition>>& groups) {
    std::vector<Condition> flat;
    for (const JsonNode* const element : elementsOf(node)) {
      if (element->kind == Kind::kArray) {
        std::vector<Condition> group;
        for (const JsonNode& condition : element->items)
          readCondition(condition, group);
        if (!group.empty()) groups.push_back(std::move(group));
        continue;
      }
      if (!isObject(*element)) continue;
      LooseObject in(*element, file_, problems_);
      const JsonNode* const conditions = in.find({list, "conditions"});
      if (conditions == nullptr) {
        readCondition(*element, flat);
        continue;
      }
      in.reportUnknown();
      std::vector<Condition> group;
      for (const JsonNode* const condition : elementsOf(conditions))
        readCondition(*condition, group);
      if (!group.empty()) groups.push_back(std::move(group));
    }
    if (!flat.empty()) groups.push_back(std::move(flat));
  }

  void readCondition(const JsonNode& node, std::vector<rules::ScopeCondition>& group) {
    if (!isObject(node)) return;
    LooseObject in(node, file_, problems_);
    const std::string where = in.where();
    const WordPlace at{where, problems_};
    rules::ScopeCondition condition;
    condition.attribute = in.text({"Attribute"});
    condition.value = in.text({"ComparisonValue", "value"});
    readOperator(
        in.text({"ComparisonOperator", "condition", "operator"}), at, condition.comparison);
    if (condition.attribute.empty()) at.error("a scope condition needs an \"Attribute\"");
    in.reportUnknown();
    group.push_back(std::move(condition));
  }

  void readCondition(const JsonNode& node, std::vector<rules::JoinCondition>& group) {
    if (!isObject(node)) return;
    LooseObject in(node, file_, problems_);
    const std::string where = in.where();
    const WordPlace at{where, problems_};
    rules::JoinCondition condition;
    condition.connector_attribute = in.text({"CSAttribute"});
    condition.metaverse_attribute = in.text({"MVAttribute"});
    if (const std::string text = in.text({"CaseSensitive"}); !text.empty()) {
      readFlag(text, "CaseSensitive", at, condition.case_sensitive);
    }
    if (condition.connector_attribute.empty() || condition.metaverse_attribute.empty()) {
      at.error("a join condition needs \"CSAttribute\" and \"MVAttribute\"");
    }
    in.reportUnknown();
    group.push_back(std::move(condition));
  }

  LooseObject in_;
  std::string_view file_;
  Problems& problems_;
  EntraRule rule_;
};

bool isRule(const JsonNode& node) {
  bool has_name = false;
  bool has_direction = false;
  for (const JsonMember& member : node.members) {
    has_name = has_name || equalsIgnoreCaseAscii(member.name, "name");
    has_direction = has_direction || equalsIgnoreCaseAscii(member.name, "direction");
  }
  return node.kind == Kind::kObject && has_name && has_direction;
}

}  // namespace

EntraRule readRuleObject(const JsonNode& node,
                         std::string_view file,
                         const std::string& connector,
                         Problems& problems) {
  return RuleObjectReader(node, file, problems).read(connector);
}

void readRuleObjects(const JsonNode& root,
                     std::string_view file,
                     EntraConfiguration& into,
                     Problems& problems) {
  std::vector<const JsonNode*> candidates = elementsOf(&root);
  if (root.kind == Kind::kObject && !isRule(root)) {
    candidates.clear();
    for (const JsonMember& member : root.members) {
      const std::vector<const JsonNode*> inner = elementsOf(&member.value);
      if (!inner.empty() && isRule(*inner.front())) {
        candidates.insert(candidates.end(), inner.begin(), inner.end());
      }
    }
  }
  for (const JsonNode* const node : candidates) {
    if (isRule(*node)) {
      into.rules.push_back(readRuleObject(*node, file, "", problems));
      continue;
    }
    const std::string where = fmt::format("{}:{}:{}", file, node->at.line, node->at.column);
    WordPlace{where, problems}.error(
        "this is no rule: a rule is an object with \"Name\" and \"Direction\"");
  }
}

}  // namespace tandem::policy::entra
