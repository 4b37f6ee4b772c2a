// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "home/home.h"
#include "store/store.h"

namespace tandem::cli {

// What of the scheduler is state, not policy.
struct SchedulerState {
  bool next_is_initial = false;
  bool is_active = false;
  bool in_progress = false;  // some process works on the home folder
};

Result<SchedulerState> readSchedulerState(const home::Home& home);
// Needs the home's lock; kConflict while a cycle runs.
Result<void> writeNextPolicy(const home::Home& home, bool initial);

bool nextIsInitial(store::Store& store);
void setNextIsInitial(store::Store& store, bool initial);

}  // namespace tandem::cli
