// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "store/store.h"

namespace tandem::cli {

// What is remembered of objects that went: of this one, and of those that went because of it;
// newest first, one sentence each.
std::vector<std::string> departuresOf(store::Store& store, directory::ConnectorObjectId id);

}  // namespace tandem::cli
