// SPDX-License-Identifier: Apache-2.0
#include "connectors/read_only_connector.h"

namespace tandem::connectors {

Result<void> ReadOnlyConnector::exportBatch(const ExportGrant&,
                                            std::span<const ExportItem>,
                                            ExportSink&) {
  return Error(ErrorCode::kInvalidArgument,
               place() + " is a source here: nothing is written to it");
}

ExportPlan ReadOnlyConnector::planExport(std::span<const ExportItem>) const {
  ExportPlan plan;
  plan.explanation = place() + " is only read";
  return plan;
}

}  // namespace tandem::connectors
