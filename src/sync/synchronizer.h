// SPDX-License-Identifier: Apache-2.0
//
// Synchronization of one connector, in batches of objects, each batch one transaction.
//
//   pass 1  attributes: scope, join, project, flow in, flow out, provision, deprovision
//   pass 2  references: when every object of the run is linked, so that those which point at each
//           other need no second run
//
// A crash between the passes loses nothing: what pass 2 has to do is durable in cs_pending_import.
#pragma once

#include "base/result.h"
#include "sync/engine.h"

namespace tandem::sync {

class Synchronizer {
 public:
  Synchronizer(const Engine& engine, StepRecorder& recorder)
      : engine_(&engine), recorder_(&recorder) {}

  // What imports have changed, and what waits for something that has changed. Costs what changed.
  Result<void> synchronizePending(ConnectorId connector);
  // Every object of the connector.
  Result<void> synchronizeAll(ConnectorId connector);

 private:
  Result<void> finishReferences();

  const Engine* engine_;
  StepRecorder* recorder_;
};

}  // namespace tandem::sync
