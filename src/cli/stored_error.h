// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "store/store.h"

namespace tandem::cli {

// The error that an object has: its type, how often and since when, and what it says; empty: none.
std::string storedError(store::Store& store,
                        directory::ConnectorObjectId id,
                        store::ErrorPhase phase);

}  // namespace tandem::cli
