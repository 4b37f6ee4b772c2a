// SPDX-License-Identifier: Apache-2.0
#include "cli/init_tenant.h"

namespace tandem::cli {

Result<void> consultTenant(Session& session, PlannedServer& planned) {
  // Servers do not leave a record in the tenant yet, so there is nothing to ask for.
  static_cast<void>(session);
  static_cast<void>(planned);
  return {};
}

}  // namespace tandem::cli
