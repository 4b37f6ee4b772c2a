// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <simdjson.h>

#include "tenant/graph_error.h"
#include "tenant/object.h"

namespace tandem::tenant {

// The body of a create or update, read by the property rules (types, lengths, characters). What
// depends on other objects or on the tenant's domains is checked later.
struct WriteBody {
  PropertyChanges changes;
  std::optional<std::string> manager_ref;  // manager@odata.bind
  std::vector<std::string> member_refs;    // members@odata.bind
  std::vector<std::string> owner_refs;
  bool has_password = false;

  const PropertyChange* find(Property property) const;
  bool sets(Property property) const;  // to a value, not to null
  std::string_view text(Property property) const;
  bool flag(Property property) const;
  void set(Property property, std::optional<Value> value);  // replaces or adds
  void clear(Property property);                            // to null
  void drop(Property property);
};

Refusal readWriteBody(Kind kind, const simdjson::dom::element& json, WriteBody& body);

// True when the text can be a cloud userPrincipalName; its domain is not looked at.
bool isUpnCharacter(char c);  // before the @
bool isValidUpn(std::string_view upn);

std::size_t countCharacters(std::string_view utf8);

}  // namespace tandem::tenant
