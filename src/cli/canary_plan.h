// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/canary.h"

namespace tandem::cli {

// Whom to follow, and where a test user is made: what the arguments leave open is taken from the
// policy and the store.
Result<run::CanaryPlan> planCanary(const Session& session,
                                   run::Server& server,
                                   const CanaryArguments& arguments);

}  // namespace tandem::cli
