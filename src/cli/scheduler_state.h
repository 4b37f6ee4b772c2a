// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "home/home.h"
#include "run/connector_override.h"
#include "store/store.h"

namespace tandem::cli {

// What of the scheduler is state, not policy.
struct SchedulerState {
  bool next_is_initial = false;
  bool is_active = false;
  bool in_progress = false;  // some process works on the home folder
  bool suspended = false;
  // What a service that runs plans; absent: none runs, or it plans none. told_at: when it said so.
  std::optional<std::int64_t> next_start;
  std::int64_t told_at = 0;
};

Result<SchedulerState> readSchedulerState(const home::Home& home);
// Needs the home's lock; kConflict while a cycle runs.
Result<void> writeNextPolicy(const home::Home& home, bool initial);

bool nextIsInitial(store::Store& store);
void setNextIsInitial(store::Store& store, bool initial);

struct NamedOverride {
  std::string connector;
  std::string id;  // of the policy
  run::ConnectorOverride wanted;
};
// Of every connector of the policy, in its order.
Result<std::vector<NamedOverride>> readOverrides(const home::Home& home);
// connector: by name or id. absent flags stay as they are. Needs the home's lock.
Result<void> changeOverride(const home::Home& home,
                            const std::string& connector,
                            std::optional<bool> full_import,
                            std::optional<bool> full_sync);

}  // namespace tandem::cli
