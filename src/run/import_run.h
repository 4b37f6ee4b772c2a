// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "run/runner.h"
#include "run/step_record.h"

namespace tandem::run {

// How a step ended that was not ended by an error.
struct StepEnd {
  std::string result;
  std::string message;
};

// Reads a connected directory into its connector space: the connector on a thread of its own, the
// store's writes on this one.
Result<StepEnd> runImport(Server& server,
                          ServerConnector& connector,
                          bool full,
                          const RunOptions& options,
                          StepRecord& record);

}  // namespace tandem::run
