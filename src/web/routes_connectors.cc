// SPDX-License-Identifier: Apache-2.0
//
// The connected directories and their connector spaces.
#include "web/route.h"

namespace tandem::web {
namespace {

using access::Role;

const Parameter kConnector{
    .name = "connector", .place = Place::kPath, .doc = "As the policy names it", .option = ""};
const Parameter kObject{.name = "id",
                        .place = Place::kPath,
                        .type = ValueType::kNumber,
                        .doc = "The object's number",
                        .option = "--id"};

std::vector<Route> searchRoutes() {
  Parameter searched = kConnector;
  searched.option = "--connector";
  return {
      {.method = Method::kGet,
       .path = "/connectors/{connector}/objects",
       .role = Role::kViewer,
       .summary = "Search a connector space, page by page",
       .parameters = {searched,
                      {.name = "text", .doc = "Part of the DN or of a text value", .option = ""},
                      {.name = "attribute",
                       .doc = "The text is looked for in this one",
                       .option = "--attribute"},
                      {.name = "type", .doc = "Only this object type", .option = "--type"},
                      {.name = "filter",
                       .doc = "Only objects in this state",
                       .option = "--filter",
                       .words = {"all",
                                 "pending-import",
                                 "pending-export",
                                 "import-error",
                                 "synchronization-error",
                                 "export-error",
                                 "connector",
                                 "disconnector",
                                 "placeholder"}},
                      {.name = "after",
                       .type = ValueType::kNumber,
                       .doc = "The \"next\" of the page before",
                       .option = "--after"},
                      {.name = "limit",
                       .type = ValueType::kNumber,
                       .doc = "Objects on a page",
                       .option = "--limit"}},
       .command = "search",
       .answers = {"objects", "next"}},
  };
}

std::vector<Route> objectRoutes() {
  Parameter not_needed = kConnector;  // the number says it
  not_needed.option = "=";
  Parameter object = kObject;
  object.option = "";
  return {
      {.method = Method::kGet,
       .path = "/connectors/{connector}/objects/{id}",
       .role = Role::kViewer,
       .summary = "All that is known of an object",
       .parameters = {not_needed, kObject},
       .command = "show",
       .answers = {"ObjectId", "DistinguishedName"}},
      {.method = Method::kGet,
       .path = "/connectors/{connector}/objects/{id}/why",
       .role = Role::kViewer,
       .summary = "Why it is as it is in the cloud, or not there",
       .parameters = {not_needed,
                      object,
                      {.name = "attribute", .doc = "Why this value", .option = ""}},
       .command = "why"},
      {.method = Method::kGet,
       .path = "/connectors/{connector}/objects/{id}/preview",
       .role = Role::kViewer,
       .summary = "What a synchronization of it would do, step by step; nothing is written",
       .parameters = {not_needed,
                      object,
                      {.name = "attribute",
                       .doc = "Only this value, with its inputs",
                       .option = ""},
                      {.name = "deleted",
                       .type = ValueType::kFlag,
                       .doc = "As if it had been deleted",
                       .option = "--deleted"},
                      {.name = "all",
                       .type = ValueType::kFlag,
                       .doc = "Also the flows that change nothing",
                       .option = "--all"}},
       .command = "preview"},
  };
}

}  // namespace

std::vector<Route> connectorRoutes() {
  std::vector<Route> routes = {
      {.method = Method::kGet,
       .path = "/connectors",
       .role = Role::kViewer,
       .summary = "The connected directories",
       .command = "connector list",
       .is_polled = true,
       .answers = {"connectors"}},
      {.method = Method::kGet,
       .path = "/connectors/{connector}/statistics",
       .role = Role::kViewer,
       .summary = "How many objects a connector space has, and in which state",
       .parameters = {kConnector},
       .command = "connector statistics"},
      {.method = Method::kPost,
       .path = "/connectors/{connector}/test",
       .role = Role::kOperator,
       .summary = "Whether the connected directory answers, and what is missing",
       .parameters = {kConnector},
       .command = "connector test",
       .is_operation = true,
       .needs_home = false},
      {.method = Method::kGet,
       .path = "/connectors/{connector}/containers",
       .role = Role::kViewer,
       .summary = "The containers below one, read or not, with what is known below them",
       .parameters = {kConnector,
                      {.name = "parent", .doc = "DN; default: the topmost", .option = "--parent"}},
       .command = "connector containers",
       .answers = {"containers"}},
      {.method = Method::kPut,
       .path = "/connectors/{connector}/containers",
       .role = Role::kAdministrator,
       .summary = "Which containers are read; the most specific entry wins",
       .parameters = {kConnector,
                      {.name = "include",
                       .place = Place::kBody,
                       .type = ValueType::kList,
                       .doc = "DNs",
                       .option = "--include"},
                      {.name = "exclude",
                       .place = Place::kBody,
                       .type = ValueType::kList,
                       .doc = "DNs",
                       .option = "--exclude"}},
       .command = "connector select"},
  };
  for (const auto& group : {searchRoutes(), objectRoutes()})
    routes.insert(routes.end(), group.begin(), group.end());
  return routes;
}

std::vector<Route> metaverseRoutes() {
  return {
      {.method = Method::kGet,
       .path = "/metaverse",
       .role = Role::kViewer,
       .summary = "Search the metaverse, page by page",
       .parameters = {{.name = "text", .doc = "Part of a text value", .option = ""},
                      {.name = "attribute",
                       .doc = "The text is looked for in this one",
                       .option = "--attribute"},
                      {.name = "type", .doc = "Only this object type", .option = "--type"},
                      {.name = "after",
                       .type = ValueType::kNumber,
                       .doc = "The \"next\" of the page before",
                       .option = "--after"},
                      {.name = "limit",
                       .type = ValueType::kNumber,
                       .doc = "Objects on a page",
                       .option = "--limit"}},
       .command = "search",
       .fixed = {"--metaverse"},
       .answers = {"objects", "next"}},
      {.method = Method::kGet,
       .path = "/metaverse/{id}",
       .role = Role::kViewer,
       .summary = "A metaverse object, with the origin of each value",
       .parameters = {kObject},
       .command = "show",
       .fixed = {"--metaverse"}},
      {.method = Method::kGet,
       .path = "/pending",
       .role = Role::kViewer,
       .summary = "What this server would write",
       .parameters = {{.name = "connector", .doc = "Default: all", .option = ""},
                      {.name = "adds",
                       .type = ValueType::kFlag,
                       .doc = "Objects to be added",
                       .option = "--adds"},
                      {.name = "updates",
                       .type = ValueType::kFlag,
                       .doc = "Objects to be changed",
                       .option = "--updates"},
                      {.name = "deletes",
                       .type = ValueType::kFlag,
                       .doc = "Objects to be deleted",
                       .option = "--deletes"},
                      {.name = "limit",
                       .type = ValueType::kNumber,
                       .doc = "How many objects",
                       .option = "--limit"}},
       .command = "pending",
       .answers = {"pendingExports", "total"}},
  };
}

}  // namespace tandem::web
