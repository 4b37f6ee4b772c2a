// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "run/server.h"

namespace tandem::cli {

// What an initial cycle will cost: how many objects it looks at, and how long the last full runs of
// this server took. Empty on a server that knows nothing yet: its first cycle is initial anyway.
std::string initialCost(run::Server& server);

}  // namespace tandem::cli
