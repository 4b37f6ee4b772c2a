// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "run/import_run.h"

namespace tandem::run {

// Of what an import has changed; of everything when that is asked for, when the rules have changed
// since the last time, or when the last one did not come to its end. The message says which.
Result<StepEnd> runSynchronization(Server& server,
                                   ServerConnector& connector,
                                   bool full,
                                   sync::StepRecorder& record);

}  // namespace tandem::run
