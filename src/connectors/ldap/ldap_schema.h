// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "connectors/ldap/root_dse.h"
#include "connectors/ldap/session.h"
#include "directory/attribute_table.h"
#include "directory/schema.h"

namespace tandem::connectors::ldap {

// The attributes that the server has, with what is built in for those it does not describe.
Result<directory::Schema> readSchema(Session& session,
                                     const RootDse& root,
                                     directory::AttributeTable& attributes);

// One value of attributeTypes (RFC 4512, 4.1.2), as far as typing needs it.
struct AttributeTypeText {
  std::vector<std::string> names;
  std::string superior;
  std::string syntax;  // OID without a length
  bool single = false;
};
std::optional<AttributeTypeText> parseAttributeType(std::string_view text);

}  // namespace tandem::connectors::ldap
