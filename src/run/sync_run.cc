// SPDX-License-Identifier: Apache-2.0
#include "run/sync_run.h"

#include <fmt/format.h>

#include "run/catching_up.h"
#include "sync/full_synchronizer.h"
#include "sync/synchronizer.h"

namespace tandem::run {
namespace {

std::string fingerprintSetting(directory::ConnectorId connector) {
  return fmt::format("synchronized_with:{}", connector.raw());
}

// Synchronization with other rules than last time is worth nothing as a delta: what did not change
// in the directory may flow differently now.
bool rulesHaveChanged(Server& server,
                      const rules::RuleSet& rules,
                      directory::ConnectorId connector) {
  return server.store().setting(fingerprintSetting(connector)) !=
         std::to_string(rules.fingerprint());
}

}  // namespace

Result<StepEnd> runSynchronization(Server& server,
                                   ServerConnector& connector,
                                   bool full,
                                   sync::StepRecorder& record) {
  const sync::Engine engine = TRY(server.engine());
  StepEnd end;
  if (!full && sync::FullSynchronizer::isUnfinished(server.store(), connector.id)) {
    full = true;
    end.message =
        "the last full synchronization was not finished, so every object was synchronized";
  }
  if (!full && rulesHaveChanged(server, *engine.rules, connector.id)) {
    full = true;
    const bool is_first = !server.store().setting(fingerprintSetting(connector.id));
    end.message = is_first
                      ? "the first synchronization is of every object"
                      : "the rules have changed since the last synchronization, so every object "
                        "was synchronized";
  }
  sync::Synchronizer synchronizer(engine, record);
  TRY(full ? synchronizer.synchronizeAll(connector.id)
           : synchronizer.synchronizePending(connector.id));
  store::Transaction transaction = TRY(store::Transaction::begin(server.store().database()));
  if (full) {
    server.store().setSetting(fingerprintSetting(connector.id),
                              std::to_string(engine.rules->fingerprint()));
  }
  noteSynchronized(server, connector);
  TRY(transaction.commit());
  end.result = "success";
  return end;
}

}  // namespace tandem::run
