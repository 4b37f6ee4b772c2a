// SPDX-License-Identifier: Apache-2.0
//
// Runs of the past, and work that is started here.
#include <nlohmann/json.hpp>

#include "web/answer.h"
#include "web/call.h"
#include "web/event_stream.h"
#include "web/route.h"
#include "web/site.h"

namespace tandem::web {
namespace {

using access::Role;
using Json = nlohmann::ordered_json;

Result<platform::ServerResponse> listOperations(Call& call) {
  return jsonAnswer({{"operations", call.site().operations().list()}});
}

Result<platform::ServerResponse> oneOperation(Call& call) {
  return jsonAnswer(TRY(call.site().operations().find(call.text("id"))));
}

Result<platform::ServerResponse> cancelOperation(Call& call) {
  TRY(call.site().operations().cancel(call.text("id")));
  return jsonAnswer(TRY(call.site().operations().find(call.text("id"))), 202);
}

// For those who would rather ask than hold a connection open.
Result<platform::ServerResponse> newsOfOperation(Call& call) {
  const Operations::Events news =
      TRY(call.site().operations().events(call.text("id"), call.number("after", 0)));
  Json events = Json::array();
  for (const OperationEvent& event : news.events) {
    events.push_back(
        {{"number", event.number}, {"kind", event.kind}, {"data", Json::parse(event.data)}});
  }
  return jsonAnswer({{"events", events}, {"done", news.done}});
}

Result<platform::ServerResponse> followOperation(Call& call) {
  return eventStream(call.site().operations(), call.text("id"), call.request());
}

const Parameter kOperationId{
    .name = "id", .place = Place::kPath, .doc = "As the answer that started it gave it"};

// What sets a guard aside, for this once.
std::vector<Parameter> withGuards(std::vector<Parameter> parameters) {
  const auto flag = [&](std::string_view name, std::string_view option, std::string_view doc) {
    parameters.push_back({.name = name,
                          .place = Place::kBody,
                          .type = ValueType::kFlag,
                          .doc = doc,
                          .option = option});
  };
  flag("dryRun", "--dry-run", "An export says what it would write, and writes nothing");
  flag("allowDeletions", "--allow-deletions", "Also deletions beyond the threshold");
  flag("allowAbsence", "--allow-absence", "What a full import did not find counts as deleted");
  return parameters;
}

std::vector<Route> operationRoutes() {
  return {
      {.method = Method::kGet,
       .path = "/operations",
       .role = Role::kViewer,
       .summary = "Operations since the service started, the newest first",
       .resource = listOperations,
       .answers = {"operations"}},
      {.method = Method::kGet,
       .path = "/operations/{id}",
       .role = Role::kViewer,
       .summary = "How far an operation has come, and what came of it",
       .parameters = {kOperationId},
       .resource = oneOperation,
       .answers = {"id", "act", "title", "startedBy", "startedAt", "state", "events"}},
      {.method = Method::kGet,
       .path = "/operations/{id}/events",
       .role = Role::kViewer,
       .summary = "The same while it goes on, as server-sent events",
       .parameters = {kOperationId},
       .resource = followOperation},
      {.method = Method::kGet,
       .path = "/operations/{id}/news",
       .role = Role::kViewer,
       .summary = "The events behind a number",
       .parameters = {kOperationId,
                      {.name = "after",
                       .type = ValueType::kNumber,
                       .doc = "The number of the last one that is known"}},
       .resource = newsOfOperation,
       .answers = {"events", "done"}},
      {.method = Method::kDelete,
       .path = "/operations/{id}",
       .role = Role::kOperator,
       .summary = "End an operation at the next place where everything is consistent",
       .parameters = {kOperationId},
       .resource = cancelOperation,
       .act = "operation cancel"},
  };
}

}  // namespace

std::vector<Route> runRoutes() {
  const Parameter run_id{.name = "id",
                         .place = Place::kPath,
                         .type = ValueType::kNumber,
                         .doc = "The run's id",
                         .option = ""};
  std::vector<Route> routes = {
      {.method = Method::kGet,
       .path = "/runs",
       .role = Role::kViewer,
       .summary = "Runs, the newest first",
       .parameters =
           {{.name = "connector", .doc = "Only of this connector", .option = "--connector"},
            {.name = "limit", .type = ValueType::kNumber, .doc = "How many", .option = "--limit"}},
       .command = "runs",
       .is_polled = true,
       .answers = {"runs"}},
      {.method = Method::kGet,
       .path = "/runs/{id}",
       .role = Role::kViewer,
       .summary = "A run with its steps, statistics and errors",
       .parameters = {run_id},
       .command = "runs",
       .fixed = {"--steps"}},
      {.method = Method::kGet,
       .path = "/runs/{id}/objects",
       .role = Role::kViewer,
       .summary = "The objects behind a number of a run",
       .parameters =
           {run_id,
            {.name = "counter",
             .doc = "As the statistics name it: export-add",
             .option = "--objects",
             .is_required = true},
            {.name = "limit", .type = ValueType::kNumber, .doc = "How many", .option = "--limit"}},
       .command = "runs"},
      {.method = Method::kPost,
       .path = "/cycles",
       .role = Role::kOperator,
       .summary = "Run a cycle: every connector, as the scheduler does",
       .parameters = withGuards({{.name = "policyType",
                                  .place = Place::kBody,
                                  .doc = "Delta costs what has changed, initial what there is",
                                  .option = "",
                                  .words = {"delta", "initial"}}}),
       .command = "cycle",
       .is_operation = true},
      {.method = Method::kPost,
       .path = "/connectors/{connector}/runs",
       .role = Role::kOperator,
       .summary = "Run a profile of a connector",
       .parameters = withGuards({{.name = "connector", .place = Place::kPath, .option = ""},
                                 {.name = "profile",
                                  .place = Place::kBody,
                                  .doc = "Full Import, delta-import, Export, …",
                                  .option = "",
                                  .is_required = true}}),
       .command = "run",
       .is_operation = true},
  };
  const std::vector<Route> operations = operationRoutes();
  routes.insert(routes.end(), operations.begin(), operations.end());
  return routes;
}

}  // namespace tandem::web
