// SPDX-License-Identifier: Apache-2.0
#include "connectors/connector.h"

#include "connectors/directory_settings.h"

namespace tandem::connectors {

void ImportItem::clear() {
  kind = ImportKind::kFull;
  type = {};
  anchor.clear();
  dn.clear();
  is_container = false;
  changed_at = 0;
  image.clear();
  references.clear();
  error_type.clear();
  error_message.clear();
}

std::vector<std::string> defaultObjectTypes() {
  return {"user", "inetOrgPerson", "group", "contact", "groupOfNames", "groupOfUniqueNames"};
}

}  // namespace tandem::connectors
