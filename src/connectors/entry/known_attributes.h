// SPDX-License-Identifier: Apache-2.0
//
// The attributes of people, groups and contacts that directories share: those of Active Directory
// with Exchange, and of inetOrgPerson (RFC 2798). A folder of LDIF brings no schema, so this is its
// schema; for a server it says which attributes people mean to be single (OpenLDAP declares even
// `sn` multi-valued).
#pragma once

#include <optional>
#include <string_view>

#include "directory/attribute_table.h"
#include "directory/schema.h"
#include "directory/value.h"

namespace tandem::connectors::entry {

struct KnownAttribute {
  directory::ValueType type = directory::ValueType::kString;
  bool multi = false;
};

std::optional<KnownAttribute> findKnownAttribute(std::string_view name);  // any case
// All of them; the names are interned.
directory::Schema knownSchema(directory::AttributeTable& attributes);

}  // namespace tandem::connectors::entry
