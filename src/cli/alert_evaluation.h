// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "cli/session.h"
#include "service/alert.h"

namespace tandem::cli {

// What is wrong now and worth telling people of, from the home and its store; no directory and no
// network is asked. Kinds that server.toml ignores are left out.
std::vector<service::AlertFinding> findAlerts(const Session& session);

}  // namespace tandem::cli
