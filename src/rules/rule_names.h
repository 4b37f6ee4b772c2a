// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "expression/program.h"
#include "rules/rule_set.h"

namespace tandem::rules {

// What names in the rules of one side stand for: attributes by a schema, parameters by a connector.
class RuleNames final : public expression::Names {
 public:
  using Parameters = std::map<std::string, std::string, std::less<>>;

  // The schema and the parameters (which may be null) must outlive this.
  RuleNames(const directory::AttributeTable& attributes,
            const directory::Schema& schema,
            const Parameters* parameters)
      : attributes_(attributes), schema_(schema), parameters_(parameters) {}

  std::optional<directory::AttributeDefinition> attribute(std::string_view name) const override;
  std::string nearestAttribute(std::string_view name) const override;
  std::optional<std::string> parameter(std::string_view name) const override;
  std::string nearestParameter(std::string_view name) const override;

 private:
  const directory::AttributeTable& attributes_;
  const directory::Schema& schema_;
  const Parameters* parameters_;
};

}  // namespace tandem::rules
