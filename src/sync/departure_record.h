// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "sync/engine.h"

namespace tandem::sync {

// Writes down that an object went and why; in the caller's transaction.
void recordDeparture(const Engine& engine,
                     const StepRecorder& recorder,
                     const store::ObjectRow& row,
                     store::DepartureKind kind,
                     ConnectorObjectId cause = {},
                     const std::string& detail = {});

}  // namespace tandem::sync
