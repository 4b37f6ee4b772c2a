// SPDX-License-Identifier: Apache-2.0
#include "cli/scheduler_state.h"

#include "pair/pair_state.h"
#include "platform/files.h"

namespace tandem::cli {
namespace {

constexpr std::string_view kNextPolicy = "scheduler.next-policy";

}  // namespace

bool nextIsInitial(store::Store& store) {
  return store.setting(kNextPolicy) == "initial";
}

void setNextIsInitial(store::Store& store, bool initial) {
  store.setSetting(kNextPolicy, initial ? "initial" : "delta");
}

Result<SchedulerState> readSchedulerState(const home::Home& home) {
  SchedulerState state;
  state.in_progress = home.isLocked();
  state.is_active = home.settings().initial_role == home::InitialRole::kActive;
  if (!platform::fileExists(home.databasePath())) return state;
  const std::unique_ptr<store::Store> store = TRY(store::Store::openReader(home.databasePath()));
  state.is_active = pair::readPairState(*store).role == pair::Role::kActive;
  state.next_is_initial = nextIsInitial(*store);
  return state;
}

Result<void> writeNextPolicy(const home::Home& home, bool initial) {
  const platform::FileLock lock = TRY(home.lock());
  const std::unique_ptr<store::Store> store = TRY(store::Store::open(home.databasePath()));
  setNextIsInitial(*store, initial);
  return store->database().takeError();
}

}  // namespace tandem::cli
