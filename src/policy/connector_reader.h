// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "policy/object_reader.h"
#include "policy/policy_document.h"

namespace tandem::policy {

// One element of "connectors".
ConnectorPolicy readConnector(ObjectReader& in);

}  // namespace tandem::policy
