// SPDX-License-Identifier: Apache-2.0
//
// This server: how it is, when it works, what it guards against, what it knows of the language.
#include <nlohmann/json.hpp>

#include "web/answer.h"
#include "web/call.h"
#include "web/command_call.h"
#include "web/openapi.h"
#include "web/route.h"
#include "web/site.h"

namespace tandem::web {
namespace {

using access::Role;
using Json = nlohmann::ordered_json;

Result<platform::ServerResponse> openApi(Call& /*call*/) {
  return jsonAnswer(openApiDocument());
}

// The value goes where a person would type it.
Result<platform::ServerResponse> setSecret(Call& call) {
  cli::Session session = call.session();
  session.read_secret_from_input = [value = call.text("value")]() -> Result<platform::SecretText> {
    return platform::SecretText(value);
  };
  return commandAnswer(runCommand(std::move(session), {"secret", "set", "--", call.text("name")}));
}

std::vector<Route> schedulerRoutes() {
  return {
      {.method = Method::kGet,
       .path = "/scheduler",
       .role = Role::kViewer,
       .summary = "When cycles run, as Get-ADSyncScheduler says it",
       .command = "scheduler show",
       .is_polled = true,
       .answers = {"SyncCycleEnabled",
                   "CurrentlyEffectiveSyncCycleInterval",
                   "NextSyncCyclePolicyType",
                   "NextSyncCycleStartTimeInUTC",
                   "SchedulerSuspended"}},
      {.method = Method::kPatch,
       .path = "/scheduler",
       .role = Role::kAdministrator,
       .summary = "Change when cycles run, as Set-ADSyncScheduler does",
       .parameters = {{.name = "interval",
                       .place = Place::kBody,
                       .doc = "Between cycles, [days.]HH:mm:ss, or default",
                       .option = "--interval"},
                      {.name = "suspended",
                       .place = Place::kBody,
                       .type = ValueType::kFlag,
                       .doc = "No cycles on this server, whatever the policy says",
                       .option = "--suspended!"},
                      {.name = "onChange",
                       .place = Place::kBody,
                       .type = ValueType::kFlag,
                       .doc = "A cycle soon after a directory has changed",
                       .option = "--on-change!"},
                      {.name = "quietSeconds",
                       .place = Place::kBody,
                       .type = ValueType::kNumber,
                       .doc = "Between two cycles that changes start, at least",
                       .option = "--quiet-seconds"},
                      {.name = "enabled",
                       .place = Place::kBody,
                       .type = ValueType::kFlag,
                       .doc = "Whether cycles run at all",
                       .option = "--enabled!"},
                      {.name = "maintenance",
                       .place = Place::kBody,
                       .type = ValueType::kFlag,
                       .doc = "Whether run history is purged",
                       .option = "--maintenance!"},
                      {.name = "history",
                       .place = Place::kBody,
                       .doc = "How long run history is kept, [days.]HH:mm:ss",
                       .option = "--history"},
                      {.name = "next",
                       .place = Place::kBody,
                       .doc = "What the next cycle is",
                       .option = "--next",
                       .words = {"delta", "initial"}}},
       .command = "scheduler set"},
  };
}

std::vector<Route> overrideRoutes() {
  return {
      {.method = Method::kGet,
       .path = "/scheduler/overrides",
       .role = Role::kViewer,
       .summary = "What the next cycle does in full, connector by connector",
       .command = "scheduler overrides",
       .is_polled = true,
       .answers = {"overrides"}},
      {.method = Method::kPatch,
       .path = "/scheduler/overrides/{connector}",
       .role = Role::kOperator,
       .summary = "Want a full import or synchronization of one connector in the next cycle",
       .parameters = {{.name = "connector", .place = Place::kPath, .option = ""},
                      {.name = "fullImport",
                       .place = Place::kBody,
                       .type = ValueType::kFlag,
                       .doc = "The next cycle reads everything",
                       .option = "--full-import!"},
                      {.name = "fullSync",
                       .place = Place::kBody,
                       .type = ValueType::kFlag,
                       .doc = "The next cycle looks at every object",
                       .option = "--full-sync!"}},
       .command = "scheduler override",
       .answers = {"overrides"}},
  };
}

std::vector<Route> thresholdRoutes() {
  return {
      {.method = Method::kGet,
       .path = "/threshold",
       .role = Role::kViewer,
       .summary = "The guard against accidental deletions",
       .command = "threshold show",
       .is_polled = true,
       .answers = {"DeletionPrevention", "ThresholdCount"}},
      {.method = Method::kPut,
       .path = "/threshold",
       .role = Role::kAdministrator,
       .summary = "Switch the guard on, or move it",
       .parameters = {{.name = "count",
                       .place = Place::kBody,
                       .type = ValueType::kNumber,
                       .doc = "Deletions in one export",
                       .option = "--count"},
                      {.name = "percent",
                       .place = Place::kBody,
                       .type = ValueType::kNumber,
                       .doc = "Of the objects there are",
                       .option = "--percent"}},
       .command = "threshold enable"},
      {.method = Method::kDelete,
       .path = "/threshold",
       .role = Role::kAdministrator,
       .summary = "Switch the guard off",
       .command = "threshold disable"},
  };
}

std::vector<Route> checkRoutes() {
  return {
      {.method = Method::kPost,
       .path = "/checks/preflight",
       .role = Role::kOperator,
       .summary = "Check what this server needs: endpoints, clock, rights, disk",
       .command = "check preflight",
       .is_operation = true},
      {.method = Method::kGet,
       .path = "/checks/attributes",
       .role = Role::kViewer,
       .summary = "What a tenant would refuse, with the repair",
       .parameters = {{.name = "connector", .doc = "Default: every tenant", .option = ""},
                      {.name = "errors",
                       .type = ValueType::kFlag,
                       .doc = "Leave warnings out",
                       .option = "--errors"},
                      {.name = "limit",
                       .type = ValueType::kNumber,
                       .doc = "How many findings",
                       .option = "--limit"}},
       .command = "check attributes"},
  };
}

}  // namespace

std::vector<Route> serverRoutes() {
  std::vector<Route> routes = {
      {.method = Method::kGet,
       .path = "/status",
       .role = Role::kViewer,
       .summary = "Is all well: role, connectors, what is pending, errors by cause",
       .command = "status",
       .is_polled = true,
       .answers = {"role", "connectors", "problems"}},
      {.method = Method::kGet,
       .path = "/latency",
       .role = Role::kViewer,
       .summary = "How long changes take to the cloud, day by day",
       .command = "latency",
       .is_polled = true,
       .answers = {"days", "last24h"}},
      {.method = Method::kGet,
       .path = "/alerts",
       .role = Role::kViewer,
       .summary = "What is wrong now, since when, and who was told",
       .command = "alerts",
       .is_polled = true,
       .answers = {"alerts"}},
      {.method = Method::kPost,
       .path = "/alerts/test",
       .role = Role::kAdministrator,
       .summary = "Send a test by each way of server.toml",
       .command = "alerts",
       .fixed = {"test"},
       .answers = {"sent"}},
      {.method = Method::kGet,
       .path = "/openapi.json",
       .role = Role::kViewer,
       .summary = "This interface, as OpenAPI describes it",
       .resource = openApi,
       .answers = {"openapi", "info", "paths"}},
      {.method = Method::kGet,
       .path = "/secrets",
       .role = Role::kAdministrator,
       .summary = "Names of the secrets, and which are missing",
       .command = "secret list",
       .answers = {"secrets"}},
      {.method = Method::kPut,
       .path = "/secrets/{name}",
       .role = Role::kAdministrator,
       .summary = "Store a secret; nobody can read it again",
       .parameters = {{.name = "name", .place = Place::kPath},
                      {.name = "value", .place = Place::kBody, .is_required = true}},
       .resource = setSecret,
       .answers = {"name", "stored"}},
      {.method = Method::kDelete,
       .path = "/secrets/{name}",
       .role = Role::kAdministrator,
       .summary = "Forget a secret",
       .parameters = {{.name = "name", .place = Place::kPath, .option = ""}},
       .command = "secret remove"},
  };
  for (auto& group : {schedulerRoutes(), overrideRoutes(), thresholdRoutes(), checkRoutes()})
    routes.insert(routes.end(), group.begin(), group.end());
  return routes;
}

}  // namespace tandem::web
