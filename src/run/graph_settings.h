// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "connectors/graph/graph_settings.h"
#include "home/home.h"
#include "policy/policy_document.h"
#include "run/home_secrets.h"

namespace tandem::run {

// How a policy's connector reaches its tenant: for the connector itself and for the witness, which
// must be the same tenant.
Result<connectors::graph::GraphSettings> graphSettingsOf(const policy::ConnectorPolicy& policy,
                                                         const home::Home& home,
                                                         HomeSecrets& secrets);

}  // namespace tandem::run
