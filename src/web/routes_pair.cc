// SPDX-License-Identifier: Apache-2.0
//
// The other server, and who of the two writes. A partner is the paired one or named by its URL;
// never by a path of this machine, which a browser has no business to choose.
#include <nlohmann/json.hpp>

#include "web/call.h"
#include "web/command_call.h"
#include "web/route.h"
#include "web/site.h"
#include "web/work.h"

namespace tandem::web {
namespace {

using access::Role;
using platform::ServerResponse;

Result<void> checkPartner(const Call& call) {
  const std::string with = call.text("with");
  if (with.empty() || with.starts_with("https://")) return {};
  return Error(ErrorCode::kInvalidArgument, "\"with\" must be the https URL of a paired server");
}

Result<ServerResponse> withPartner(Call& call, std::string_view command) {
  TRY(checkPartner(call));
  Route route = call.route();
  route.command = command;
  return startWork(call, commandArguments(route, call), nullptr, std::string(command));
}

Result<ServerResponse> compare(Call& call) {
  return withPartner(call, "compare");
}
Result<ServerResponse> swap(Call& call) {
  return withPartner(call, "swap");
}
Result<ServerResponse> setStaging(Call& call) {
  const std::string command = call.flag("on") ? "staging on" : "staging off";
  return startWork(call, {"staging", call.flag("on") ? "on" : "off"}, nullptr, command);
}

const Parameter kWith{.name = "with",
                      .place = Place::kBody,
                      .doc = "The partner's URL; default: the paired server",
                      .option = "--with"};

std::vector<Route> pairingRoutes() {
  return {
      {.method = Method::kGet,
       .path = "/pair",
       .role = Role::kViewer,
       .summary = "The other server of the pair",
       .command = "pair show",
       .is_polled = true,
       .answers = {"name", "partner"}},
      {.method = Method::kPost,
       .path = "/pair/invitations",
       .role = Role::kAdministrator,
       .summary = "Let another server pair with this one: a code, for some minutes",
       .command = "pair invite",
       .is_operation = true,
       .needs_home = false},
      {.method = Method::kPost,
       .path = "/pair/accept",
       .role = Role::kAdministrator,
       .summary = "Pair with the server that has invited",
       .parameters = {{.name = "url", .place = Place::kBody, .option = "", .is_required = true},
                      {.name = "code", .place = Place::kBody, .option = "", .is_required = true}},
       .command = "pair accept",
       .is_operation = true,
       .needs_home = false},
      {.method = Method::kDelete,
       .path = "/pair",
       .role = Role::kAdministrator,
       .summary = "Forget the other server",
       .command = "pair remove"},
  };
}

std::vector<Route> moveRoutes() {
  return {
      {.method = Method::kPost,
       .path = "/compare",
       .role = Role::kOperator,
       .summary = "Compare with the other server",
       .parameters = {kWith,
                      {.name = "limit",
                       .place = Place::kBody,
                       .type = ValueType::kNumber,
                       .option = "--limit"},
                      {.name = "refresh",
                       .place = Place::kBody,
                       .type = ValueType::kFlag,
                       .option = "--refresh"}},
       .resource = compare,
       .is_operation = true},
      {.method = Method::kPost,
       .path = "/swap",
       .role = Role::kAdministrator,
       .summary = "Swap the active role with the other server",
       .parameters = {kWith,
                      {.name = "back",
                       .place = Place::kBody,
                       .type = ValueType::kFlag,
                       .doc = "Undo the swap in progress; after one has ended, swap back",
                       .option = "--back"}},
       .resource = swap,
       .is_operation = true},
      {.method = Method::kPost,
       .path = "/staging",
       .role = Role::kAdministrator,
       .summary = "Whether this server writes",
       .parameters =
           {{.name = "on", .place = Place::kBody, .type = ValueType::kFlag, .is_required = true}},
       .resource = setStaging,
       .is_operation = true},
      {.method = Method::kPost,
       .path = "/failover",
       .role = Role::kAdministrator,
       .summary = "Take over from a server that is gone",
       .parameters = {{.name = "now",
                       .place = Place::kBody,
                       .type = ValueType::kFlag,
                       .doc = "Do not wait until its right has run out",
                       .option = "--now"},
                      {.name = "gone",
                       .place = Place::kBody,
                       .doc = "With now: its name, to show that it is known to be off",
                       .option = "--gone"}},
       .command = "failover",
       .is_operation = true},
  };
}

std::vector<Route> checkingRoutes() {
  return {
      {.method = Method::kPost,
       .path = "/canary",
       .role = Role::kOperator,
       .summary = "Follow a test user from the directory into the tenant",
       .parameters =
           {{.name = "user", .place = Place::kBody, .option = "--user"},
            {.name = "connector", .place = Place::kBody, .option = "--connector"},
            {.name = "container", .place = Place::kBody, .option = "--container"},
            {.name = "account", .place = Place::kBody, .option = "--account"},
            {.name = "accountSecret",
             .place = Place::kBody,
             .doc = "The password is this secret",
             .option = "--account-secret"},
            {.name = "keep", .place = Place::kBody, .type = ValueType::kFlag, .option = "--keep"}},
       .command = "canary",
       .is_operation = true},
      {.method = Method::kPost,
       .path = "/decommission",
       .role = Role::kAdministrator,
       .summary = "This server leaves the pair for good; its secrets are destroyed",
       .command = "decommission",
       .is_operation = true},
  };
}

}  // namespace

std::vector<Route> pairRoutes() {
  std::vector<Route> routes;
  for (const auto& group : {pairingRoutes(), moveRoutes(), checkingRoutes()})
    routes.insert(routes.end(), group.begin(), group.end());
  return routes;
}

}  // namespace tandem::web
