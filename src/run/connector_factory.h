// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "connectors/connector.h"
#include "home/home.h"
#include "platform/clock.h"
#include "policy/policy_document.h"
#include "store/names.h"

namespace tandem::run {

// The connector that a policy entry describes. Secrets are taken from the home; without
// need_secrets a missing one is left empty (for commands that only read the store). No directory is
// contacted.
Result<std::unique_ptr<connectors::Connector>> makeConnector(const policy::ConnectorPolicy& policy,
                                                             const home::Home& home,
                                                             store::Names& names,
                                                             platform::Clock& clock,
                                                             bool need_secrets);

}  // namespace tandem::run
