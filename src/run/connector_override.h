// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "directory/ids.h"
#include "run/runner.h"
#include "store/store.h"

namespace tandem::run {

// What the next cycle does in full for one connector, whatever kind of cycle it is. This server's
// own, in the store; each flag goes when such a run has ended well.
struct ConnectorOverride {
  bool full_import = false;
  bool full_sync = false;
};

ConnectorOverride readOverride(store::Store& store, directory::ConnectorId connector);
void writeOverride(store::Store& store,
                   directory::ConnectorId connector,
                   const ConnectorOverride& wanted);
// The step that a cycle takes instead.
policy::RunStep overriddenStep(policy::RunStep step, const ConnectorOverride& wanted);
// Behind a run of the step.
Result<void> overrideDone(store::Store& store,
                          directory::ConnectorId connector,
                          policy::RunStep step,
                          const RunSummary& summary);

}  // namespace tandem::run
