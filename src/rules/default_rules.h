// SPDX-License-Identifier: Apache-2.0
//
// The rule set that comes with Tandem: users, inetOrgPersons, groups and contacts, from Active
// Directory or OpenLDAP into Microsoft Entra ID. The rules are the JSON files in default/, written
// as templates; this makes one set of them for the connectors at hand. What each of them does is in
// docs/reference/default-rules.md.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "directory/attribute_table.h"
#include "directory/schema.h"
#include "rules/sync_rule.h"

namespace tandem::rules {

enum class SourceKind : std::uint8_t {
  kActiveDirectory,  // AD, Samba AD, or LDIF with their schema
  kOpenLdap,         // inetOrgPerson, groupOfNames; RFC 4519 names
};

struct SourceConnector {
  std::string name;
  SourceKind kind = SourceKind::kActiveDirectory;
};

struct DefaultRuleOptions {
  std::vector<SourceConnector> sources;  // in order of precedence
  std::string entra_connector = "entra";
  // "mS-DS-ConsistencyGuid" (objectGUID where it is empty), "objectGUID", "entryUUID", or the name
  // of a string attribute. Empty: mS-DS-ConsistencyGuid for AD, entryUUID for OpenLDAP.
  std::string source_anchor;
};

// The precedence starts at 100: 0-99 stay free for rules of one's own. Ids are stable: the same
// options give the same rules.
std::vector<SyncRule> defaultRules(const DefaultRuleOptions& options);

// The schemas that the default rules are written against. LDIF has no schema of its own, so a
// folder of LDIF is typed by these as well. Names are interned into the table.
directory::Schema metaverseSchema(directory::AttributeTable& attributes);
directory::Schema activeDirectorySchema(directory::AttributeTable& attributes);
directory::Schema openLdapSchema(directory::AttributeTable& attributes);
directory::Schema entraSchema(directory::AttributeTable& attributes);

}  // namespace tandem::rules
