// SPDX-License-Identifier: Apache-2.0
#include "run/canary_removal.h"

#include <fmt/format.h>

namespace tandem::run {
namespace {

using policy::RunStep;

// What went wrong; empty: nothing did.
std::string failureOf(const Result<RunSummary>& run) {
  if (!run.ok()) return run.error().message();
  const RunSummary& summary = run.value();
  if (summary.exitCode() == 0) return {};
  return fmt::format(
      "{} of {}: {}: {}", summary.profile, summary.connector, summary.result, summary.message);
}

std::string takeBack(const CanaryMark& mark, CanaryDirectory& directory) {
  const Result<void> done = mark.attribute.empty()
                                ? directory.remove(mark.dn)
                                : directory.replace(mark.dn, mark.attribute, mark.before);
  if (done.ok() || done.error().code() == ErrorCode::kNotFound) return {};
  return done.error().message();
}

std::string leftIn(const std::string& connector, const CanaryMark& mark, const std::string& why) {
  const std::string what = mark.attribute.empty()
                               ? fmt::format("{} is still in {}", mark.dn, connector)
                               : fmt::format("{} of {} in {} is still what the canary wrote",
                                             mark.attribute,
                                             mark.dn,
                                             connector);
  return fmt::format("{} ({}); the next 'tandem canary' tries again", what, why);
}

}  // namespace

ServerConnector* canaryTarget(Server& server) {
  for (ServerConnector& connector : server.connectors()) {
    if (!connector.isSource() && connector.connector->canExport()) return &connector;
  }
  return nullptr;
}

bool mayExport(Server& server) {
  const pair::Role role = server.pairState().role;
  return role == pair::Role::kActive || role == pair::Role::kActivating;
}

CanaryRemoval removeCanary(Server& server,
                           ServerConnector& source,
                           const CanaryMark& mark,
                           const CanaryParts& parts) {
  CanaryRemoval removal;
  const std::string& name = source.policy->name;
  if (const std::string why = takeBack(mark, *parts.directory); !why.empty()) {
    removal.left = leftIn(name, mark, why);
    return removal;
  }
  removal.done = mark.attribute.empty()
                     ? fmt::format("the test user is removed from {}", name)
                     : fmt::format("{} is what it was in {}", mark.attribute, name);
  for (const RunStep step : {RunStep::kDeltaImport, RunStep::kDeltaSynchronization}) {
    const std::string why = failureOf(parts.run(source, step));
    if (why.empty()) continue;
    removal.left =
        fmt::format("{}, but this server has not taken note of it ({}): the next cycle will",
                    removal.done,
                    why);
    return removal;
  }
  if (const Result<void> gone = removeCanaryMark(server.home()); !gone.ok()) {
    removal.left = gone.error().message();
    return removal;
  }
  ServerConnector* const target = canaryTarget(server);
  if (target == nullptr || !mayExport(server)) return removal;
  const std::string why = failureOf(parts.run(*target, RunStep::kExport));
  if (!why.empty()) {
    removal.left = fmt::format(
        "in {} nothing is taken back yet ({}): it is pending, and the next export sends it",
        target->policy->name,
        why);
    return removal;
  }
  removal.done += fmt::format(", and so in {}", target->policy->name);
  // So that what was sent is confirmed, and not left to be wondered at. A cycle does it otherwise.
  for (const RunStep step : {RunStep::kDeltaImport, RunStep::kDeltaSynchronization}) {
    if (!failureOf(parts.run(*target, step)).empty()) break;
  }
  return removal;
}

}  // namespace tandem::run
