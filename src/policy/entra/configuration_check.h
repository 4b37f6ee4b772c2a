// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/problem.h"
#include "policy/entra/entra_configuration.h"

namespace tandem::policy::entra {

// What only the whole can tell: ids that are there twice, rules of connectors that are not, rules
// that want to be behind and before each other.
void checkConfiguration(const EntraConfiguration& configuration, Problems& problems);

}  // namespace tandem::policy::entra
