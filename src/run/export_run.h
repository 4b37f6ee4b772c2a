// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "run/import_run.h"

namespace tandem::run {

// Sends what is pending: adds, then updates with their references, then deletes. The guards look at
// the whole of it first; the grant is asked for again for each batch.
Result<StepEnd> runExport(Server& server,
                          ServerConnector& connector,
                          const RunOptions& options,
                          std::int64_t run,
                          StepRecord& record,
                          std::optional<connectors::ExportPlan>& plan);

}  // namespace tandem::run
