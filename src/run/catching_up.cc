// SPDX-License-Identifier: Apache-2.0
#include "run/catching_up.h"

#include <fmt/format.h>

#include "base/text.h"

namespace tandem::run {
namespace {

std::string importedSetting(const ServerConnector& connector) {
  return fmt::format("imported_under:{}", connector.id.raw());
}

std::string synchronizedSetting(const ServerConnector& connector) {
  return fmt::format("synchronized_under:{}", connector.id.raw());
}

std::uint64_t epochIn(Server& server, const std::string& setting) {
  const std::optional<std::string> kept = server.store().setting(setting);
  return static_cast<std::uint64_t>(kept ? parseInteger(*kept).value_or(0) : 0);
}

// A cycle in which nothing happens writes nothing.
void keep(Server& server, const std::string& setting, std::uint64_t epoch) {
  if (epochIn(server, setting) == epoch) return;
  server.store().setSetting(setting, std::to_string(epoch));
}

}  // namespace

std::uint64_t epochInForce(Server& server) {
  const pair::PairState state = server.pairState();
  return state.role == pair::Role::kActive ? state.epoch : 0;
}

void noteImported(Server& server, const ServerConnector& connector, std::uint64_t epoch) {
  keep(server, importedSetting(connector), epoch);
}

void noteSynchronized(Server& server, const ServerConnector& connector) {
  keep(server, synchronizedSetting(connector), epochIn(server, importedSetting(connector)));
}

std::string whatIsNotReadYet(Server& server) {
  const std::uint64_t epoch = server.pairState().epoch;
  if (epoch <= 1) return {};
  for (const ServerConnector& connector : server.connectors()) {
    if (epochIn(server, synchronizedSetting(connector)) == epoch) continue;
    const bool is_imported = epochIn(server, importedSetting(connector)) == epoch;
    return fmt::format(
        "nothing was exported: {} has not been {} since this server took the right to write over "
        "(epoch {}), so what it would write may be old. The last run of {} says what keeps it from "
        "that; then 'tandem cycle delta'. A directory that is gone for good is to be removed from "
        "policy.json",
        connector.policy->name,
        is_imported ? "synchronized" : "read to its end",
        epoch,
        connector.policy->name);
  }
  return {};
}

}  // namespace tandem::run
