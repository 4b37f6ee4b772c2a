// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/store_view.h"
#include "store/history.h"

namespace tandem::cli {

struct FailedRun {
  std::string connector;
  std::string phase;  // "import", "synchronization", "export"
  store::RunRow run;
  bool is_guard = false;  // stopped by one
};

// The last import, synchronization and export of each connector, where they failed or a guard
// stopped them.
std::vector<FailedRun> failedRunRowsOf(const StoreView& view);
// The same, each with its message: "entra: Export: stopped-connectivity: … (tandem runs 17)".
std::vector<std::string> failedRunsOf(const StoreView& view);

}  // namespace tandem::cli
