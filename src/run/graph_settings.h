// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "connectors/graph/graph_settings.h"
#include "home/home.h"
#include "policy/policy_document.h"
#include "run/home_secrets.h"

namespace tandem::run {

using SecretGetter = std::function<Result<std::string>(const std::string& name)>;
using PathResolver = std::function<std::string(const std::string& path)>;

// How a policy's connector reaches its tenant: for the connector itself and for the witness, which
// must be the same tenant. An empty path, and an empty secret's name, stay empty.
Result<connectors::graph::GraphSettings> graphSettingsOf(const policy::ConnectorPolicy& policy,
                                                         const PathResolver& resolve,
                                                         const SecretGetter& secret);
// With the paths and secrets of a home.
Result<connectors::graph::GraphSettings> graphSettingsOf(const policy::ConnectorPolicy& policy,
                                                         const home::Home& home,
                                                         HomeSecrets& secrets);

}  // namespace tandem::run
