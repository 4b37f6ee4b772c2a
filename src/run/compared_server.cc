// SPDX-License-Identifier: Apache-2.0
#include "run/compared_server.h"

#include <fmt/format.h>

#include "run/runner.h"

namespace tandem::run {
namespace {

Result<compare::OpenedServer> open(const home::Home& home) {
  compare::OpenedServer opened;
  opened.label = home.folder();
  // The store before the rules: see OpenedServer.
  auto store = store::Store::openReader(home.databasePath());
  if (!store.ok()) {
    return Error(ErrorCode::kNotFound,
                 fmt::format("{} has no store yet: run 'tandem cycle initial' there first ({})",
                             home.folder(),
                             store.error().message()));
  }
  opened.store = std::move(store).value();
  const std::unique_ptr<Server> server = TRY_DOING(Server::openReader(home), home.folder());
  opened.policy = server->policy();
  opened.engine = TRY_DOING(server->engine(), home.folder());
  // They end with the server; what is asked of the engine is what its connectors can write.
  opened.engine.rules = nullptr;
  opened.engine.store = nullptr;
  opened.engine.now = nullptr;
  return opened;
}

Result<void> refresh(const home::Home& home) {
  const std::unique_ptr<Server> server = TRY(Server::open(home));
  Runner runner(*server);
  RunOptions options;
  options.started_by = "compare";
  for (const policy::RunStep step :
       {policy::RunStep::kDeltaImport, policy::RunStep::kDeltaSynchronization}) {
    for (ServerConnector& connector : server->connectors()) {
      const RunSummary run = TRY(runner.run(connector, step, options));
      if (run.exitCode() == 0) continue;
      return Error(ErrorCode::kUnavailable,
                   fmt::format("{}: {} of {} ended with {}: {}",
                               home.folder(),
                               run.profile,
                               run.connector,
                               run.result,
                               run.message));
    }
  }
  return {};
}

}  // namespace

compare::ServerAccess accessForCompare(const home::Home& home) {
  return {[home] { return open(home); }, [home] { return refresh(home); }};
}

}  // namespace tandem::run
