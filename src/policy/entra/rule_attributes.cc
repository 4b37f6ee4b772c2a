// SPDX-License-Identifier: Apache-2.0
#include "policy/entra/rule_attributes.h"

#include <algorithm>

#include "base/text.h"
#include "expression/lexer.h"

namespace tandem::policy::entra {
namespace {

void addOnce(std::vector<std::string>& names, std::string name) {
  if (!name.empty() && !containsName(names, name)) names.push_back(std::move(name));
}

}  // namespace

bool containsName(const std::vector<std::string>& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& one) {
    return equalsIgnoreCaseAscii(one, name);
  });
}

std::vector<std::string> attributesOfExpression(std::string_view expression) {
  std::vector<std::string> names;
  expression::Lexer lexer(expression);
  while (auto token = lexer.next()) {
    if (token->kind == expression::TokenKind::kEnd) break;
    if (token->kind == expression::TokenKind::kAttribute) addOnce(names, std::move(token->text));
  }
  return names;
}

std::vector<std::string> sourcesOf(const rules::AttributeMapping& mapping) {
  switch (mapping.flow) {
    case rules::FlowType::kDirect:
      return {mapping.source};
    case rules::FlowType::kExpression:
      return attributesOfExpression(mapping.source);
    case rules::FlowType::kConstant:
      return {};
  }
  return {};
}

std::vector<std::string> attributesRead(const rules::SyncRule& rule) {
  std::vector<std::string> names;
  for (const rules::ScopeGroup& group : rule.scope) {
    for (const rules::ScopeCondition& condition : group)
      addOnce(names, condition.attribute);
  }
  const bool inbound = rule.direction == rules::Direction::kInbound;
  for (const rules::JoinGroup& group : rule.join) {
    for (const rules::JoinCondition& condition : group)
      addOnce(names, inbound ? condition.connector_attribute : condition.metaverse_attribute);
  }
  for (const rules::AttributeMapping& mapping : rule.mappings) {
    for (std::string& name : sourcesOf(mapping))
      addOnce(names, std::move(name));
  }
  return names;
}

}  // namespace tandem::policy::entra
