// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/store_view.h"

namespace tandem::cli {

// The last import, synchronization and export of each connector, where they failed or a guard
// stopped them, each with its message: "entra: Export: stopped-connectivity: … (tandem runs 17)".
std::vector<std::string> failedRunsOf(const StoreView& view);

}  // namespace tandem::cli
