// SPDX-License-Identifier: Apache-2.0
#include "run/connector_override.h"

#include <string>

#include <fmt/format.h>

namespace tandem::run {
namespace {

using policy::RunStep;

std::string settingName(directory::ConnectorId connector) {
  return fmt::format("scheduler.override:{}", connector.raw());
}

}  // namespace

ConnectorOverride readOverride(store::Store& store, directory::ConnectorId connector) {
  const std::string text = store.setting(settingName(connector)).value_or("");
  return {text.find("full-import") != std::string::npos,
          text.find("full-sync") != std::string::npos};
}

void writeOverride(store::Store& store,
                   directory::ConnectorId connector,
                   const ConnectorOverride& wanted) {
  std::string text = wanted.full_import ? "full-import " : "";
  if (wanted.full_sync) text += "full-sync";
  if (text.empty()) {
    store.clearSetting(settingName(connector));
  } else {
    store.setSetting(settingName(connector), text);
  }
}

RunStep overriddenStep(RunStep step, const ConnectorOverride& wanted) {
  if (step == RunStep::kDeltaImport && wanted.full_import) return RunStep::kFullImport;
  if (step == RunStep::kDeltaSynchronization && wanted.full_sync)
    return RunStep::kFullSynchronization;
  return step;
}

Result<void> overrideDone(store::Store& store,
                          directory::ConnectorId connector,
                          RunStep step,
                          const RunSummary& summary) {
  if (summary.exitCode() != 0) return {};
  ConnectorOverride wanted = readOverride(store, connector);
  const ConnectorOverride before = wanted;
  if (step == RunStep::kFullImport) wanted.full_import = false;
  if (step == RunStep::kFullSynchronization) wanted.full_sync = false;
  if (wanted.full_import == before.full_import && wanted.full_sync == before.full_sync) return {};
  store::Transaction transaction = TRY(store::Transaction::begin(store.database()));
  writeOverride(store, connector, wanted);
  return transaction.commit();
}

}  // namespace tandem::run
