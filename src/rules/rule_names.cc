// SPDX-License-Identifier: Apache-2.0
#include "rules/rule_names.h"

#include <vector>

#include "base/text.h"
#include "expression/suggestion.h"

namespace tandem::rules {

std::optional<directory::AttributeDefinition> RuleNames::attribute(std::string_view name) const {
  const std::optional<AttributeId> id = attributes_.find(name);
  if (!id) return std::nullopt;
  const directory::AttributeDefinition* const found = schema_.find(*id);
  return found == nullptr ? std::nullopt : std::optional(*found);
}

std::string RuleNames::nearestAttribute(std::string_view name) const {
  std::vector<std::string_view> names;
  for (const directory::AttributeDefinition& definition : schema_.definitions())
    names.push_back(attributes_.name(definition.id));
  return expression::closest(name, names);
}

std::optional<std::string> RuleNames::parameter(std::string_view name) const {
  if (parameters_ == nullptr) return std::nullopt;
  const auto found = parameters_->find(name);
  if (found != parameters_->end()) return found->second;
  for (const auto& [known, value] : *parameters_) {
    if (equalsIgnoreCaseAscii(known, name)) return value;
  }
  return std::nullopt;
}

std::string RuleNames::nearestParameter(std::string_view name) const {
  std::vector<std::string_view> names;
  if (parameters_ != nullptr) {
    for (const auto& [known, value] : *parameters_)
      names.push_back(known);
  }
  return expression::closest(name, names);
}

}  // namespace tandem::rules
