// SPDX-License-Identifier: Apache-2.0
#include "connectors/connector.h"

namespace tandem::connectors {

void ImportItem::clear() {
  kind = ImportKind::kFull;
  type = {};
  anchor.clear();
  dn.clear();
  is_container = false;
  image.clear();
  references.clear();
  error_type.clear();
  error_message.clear();
}

}  // namespace tandem::connectors
