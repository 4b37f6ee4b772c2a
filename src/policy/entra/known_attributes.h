// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "policy/policy_document.h"
#include "rules/default_rules.h"
#include "rules/sync_rule.h"

namespace tandem::policy::entra {

// The attributes that rules may name, by the schemas that ship with the project: with others a
// policy does not pass its check.
class KnownAttributes {
 public:
  KnownAttributes();

  // What the rule needs to apply at all, scope and joins, and nobody has; empty: nothing.
  std::vector<std::string> missingFor(const rules::SyncRule& rule,
                                      const ConnectorPolicy& connector) const;
  // The same of one of its flows.
  std::vector<std::string> missingFor(const rules::AttributeMapping& mapping,
                                      const rules::SyncRule& rule,
                                      const ConnectorPolicy& connector) const;

 private:
  const directory::Schema& schemaOf(const ConnectorPolicy& connector) const;
  bool has(const directory::Schema& schema, const std::string& name) const;

  directory::AttributeTable attributes_;
  directory::Schema metaverse_;
  directory::Schema active_directory_;
  directory::Schema open_ldap_;
  directory::Schema entra_;
};

}  // namespace tandem::policy::entra
