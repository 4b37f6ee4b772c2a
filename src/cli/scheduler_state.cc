// SPDX-License-Identifier: Apache-2.0
#include "cli/scheduler_state.h"

#include <fmt/core.h>

#include "base/text.h"
#include "pair/pair_state.h"
#include "platform/files.h"
#include "run/server.h"
#include "service/scheduler_files.h"

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
  state.suspended = TRY(service::readOwnSchedule(home)).suspended;
  // What a service that was killed has left behind would be a lie.
  if (const auto next = service::readNextCycle(home); next && service::isServing(home)) {
    state.next_start = next->starts_at;
    state.told_at = next->written_at;
  }
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

Result<std::vector<NamedOverride>> readOverrides(const home::Home& home) {
  std::vector<NamedOverride> overrides;
  const policy::PolicyDocument policy = TRY(home.usablePolicy());
  std::unique_ptr<store::Store> store;
  if (platform::fileExists(home.databasePath())) {
    store = TRY(store::Store::openReader(home.databasePath()));
  }
  for (const policy::ConnectorPolicy& connector : policy.connectors) {
    NamedOverride named{connector.name, connector.id, {}};
    const auto id = store == nullptr ? std::nullopt : store->names().findConnector(connector.name);
    if (id) named.wanted = run::readOverride(*store, *id);
    overrides.push_back(std::move(named));
  }
  return overrides;
}

Result<void> changeOverride(const home::Home& home,
                            const std::string& connector,
                            std::optional<bool> full_import,
                            std::optional<bool> full_sync) {
  const std::unique_ptr<run::Server> server = TRY(run::Server::open(home));
  run::ServerConnector* found = nullptr;
  for (run::ServerConnector& one : server->connectors()) {
    if (equalsIgnoreCaseAscii(one.policy->id, connector)) found = &one;
  }
  if (found == nullptr) found = TRY(server->findConnector(connector));
  run::ConnectorOverride wanted = run::readOverride(server->store(), found->id);
  wanted.full_import = full_import.value_or(wanted.full_import);
  wanted.full_sync = full_sync.value_or(wanted.full_sync);
  run::writeOverride(server->store(), found->id, wanted);
  return server->store().database().takeError();
}

}  // namespace tandem::cli
