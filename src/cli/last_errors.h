// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/error_groups.h"
#include "cli/store_view.h"

namespace tandem::cli {

// What failed for one cause in a connector's last import, synchronization or export.
struct LastErrors {
  std::string connector;
  std::int64_t run = 0;
  ErrorGroup group;
};

// "import", "synchronization" or "export"
std::string_view phaseOf(std::string_view profile);

// The largest first of each run.
std::vector<LastErrors> lastErrorsOf(const StoreView& view);

// "312 objects of entra: permission-issue (Authorization_RequestDenied): …: tandem runs 17"
std::string problemText(const LastErrors& errors);

}  // namespace tandem::cli
