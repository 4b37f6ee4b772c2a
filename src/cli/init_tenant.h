// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "cli/init_secrets.h"
#include "cli/session.h"
#include "home/home.h"

namespace tandem::cli {

// A server that is about to be made: all is known of it, and nothing of it exists.
struct PlannedServer {
  home::NewHome home;    // its role, and the finished policy
  SecretValues secrets;  // as far as they were given
  bool is_import = false;
};

// The last word before anything is made: what the tenant knows of other servers. It may change the
// plan or refuse it, and says what an administrator should know.
Result<void> consultTenant(Session& session, PlannedServer& planned);

}  // namespace tandem::cli
