// SPDX-License-Identifier: Apache-2.0
#include "policy/entra/known_attributes.h"

#include "policy/entra/rule_attributes.h"
#include "policy/shipped_facts.h"
#include "rules/rule_names.h"

namespace tandem::policy::entra {

KnownAttributes::KnownAttributes()
    : metaverse_(rules::metaverseSchema(attributes_)),
      active_directory_(rules::activeDirectorySchema(attributes_)),
      open_ldap_(rules::openLdapSchema(attributes_)),
      entra_(rules::entraSchema(attributes_)) {}

const directory::Schema& KnownAttributes::schemaOf(const ConnectorPolicy& connector) const {
  if (!connector.isSource()) return entra_;
  return isActiveDirectory(connector) ? active_directory_ : open_ldap_;
}

bool KnownAttributes::has(const directory::Schema& schema, const std::string& name) const {
  // The name of an object is there without being an attribute.
  return name == "dn" || rules::RuleNames(attributes_, schema, nullptr).attribute(name).has_value();
}

std::vector<std::string> KnownAttributes::missingFor(const rules::SyncRule& rule,
                                                     const ConnectorPolicy& connector) const {
  std::vector<std::string> missing;
  const auto need = [&](const directory::Schema& schema, const std::string& name) {
    if (!has(schema, name) && !containsName(missing, name)) missing.push_back(name);
  };
  const directory::Schema& there = schemaOf(connector);
  const bool inbound = rule.direction == rules::Direction::kInbound;
  for (const rules::ScopeGroup& group : rule.scope) {
    for (const rules::ScopeCondition& condition : group)
      need(inbound ? there : metaverse_, condition.attribute);
  }
  for (const rules::JoinGroup& group : rule.join) {
    for (const rules::JoinCondition& condition : group) {
      need(there, condition.connector_attribute);
      need(metaverse_, condition.metaverse_attribute);
    }
  }
  return missing;
}

std::vector<std::string> KnownAttributes::missingFor(const rules::AttributeMapping& mapping,
                                                     const rules::SyncRule& rule,
                                                     const ConnectorPolicy& connector) const {
  std::vector<std::string> missing;
  const bool inbound = rule.direction == rules::Direction::kInbound;
  const directory::Schema& source = inbound ? schemaOf(connector) : metaverse_;
  const directory::Schema& target = inbound ? metaverse_ : schemaOf(connector);
  if (!has(target, mapping.target)) missing.push_back(mapping.target);
  for (const std::string& name : sourcesOf(mapping)) {
    if (!has(source, name) && !containsName(missing, name)) missing.push_back(name);
  }
  return missing;
}

}  // namespace tandem::policy::entra
