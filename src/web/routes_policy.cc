// SPDX-License-Identifier: Apache-2.0
//
// The policy: read, checked, tried, put in force, taken back; and the language of its rules.
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "base/hash.h"
#include "cli/policy_file.h"
#include "cli/store_view.h"
#include "directory/attribute_table.h"
#include "expression/function.h"
#include "home/home.h"
#include "policy/policy_check.h"
#include "policy/policy_writer.h"
#include "web/answer.h"
#include "web/call.h"
#include "web/command_call.h"
#include "web/route.h"
#include "web/rule_places.h"
#include "web/site.h"
#include "web/work.h"

namespace tandem::web {
namespace {

using access::Role;
using Json = nlohmann::ordered_json;
using platform::ServerResponse;

Result<home::Home> openHome(const Call& call) {
  return home::Home::open(call.site().folder(), call.site().session().environment);
}

std::string etagOf(std::string_view policy) {
  const Hash128 digest = hash128(policy);
  return fmt::format("\"{:016x}{:016x}\"", digest.high, digest.low);
}

Result<ServerResponse> readPolicy(Call& call) {
  const home::Home home = TRY(openHome(call));
  const std::string text = policy::writePolicy(TRY(home.usablePolicy()));
  ServerResponse answer = jsonTextAnswer(text);
  answer.headers.emplace_back("ETag", etagOf(text));
  return answer;
}

Result<ServerResponse> exportPolicy(Call& call) {
  CommandOutcome outcome = runCommand(call.session(), {"policy", "export"});
  if (!outcome.isDone()) return commandAnswer(std::move(outcome));
  const Json answer = Json::parse(outcome.document);
  return fileAnswer(answer.value("policy", Json::object()).dump(2) + "\n",
                    "application/json",
                    "tandem-policy.json");
}

// The policy of the request as a file, for a command that reads one.
Result<std::shared_ptr<ScratchPaper>> onPaper(const Call& call, std::string_view name = "policy") {
  const home::Home home = TRY(openHome(call));
  return ScratchPaper::write(home.stateFolder(), call.json(name).dump(2));
}

Result<ServerResponse> checkPolicy(Call& call) {
  const policy::ReadPolicy read = policy::checkPolicy(call.json("policy").dump(2), "policy.json");
  return jsonAnswer(
      {{"valid", read.document.has_value()}, {"problems", cli::problemsJson(read.problems)}});
}

ServerResponse refuse(const policy::ReadPolicy& read) {
  return jsonAnswer({{"error",
                      {{"code", toString(ErrorCode::kInvalidArgument)},
                       {"message", "the policy has errors; nothing was changed"}}},
                     {"problems", cli::problemsJson(read.problems)}},
                    400);
}

Result<ServerResponse> replacePolicy(Call& call) {
  const policy::ReadPolicy read = policy::checkPolicy(call.json("policy").dump(2), "policy.json");
  if (!read.document) return refuse(read);
  const std::lock_guard lock(call.site().policyMutex());
  const home::Home home = TRY(openHome(call));
  const Result<policy::PolicyDocument> present = home.usablePolicy();
  const std::string_view expected = call.request().header("If-Match");
  if (present.ok() && expected != etagOf(policy::writePolicy(present.value()))) {
    return errorAnswer(412,
                       "conflict",
                       "somebody has changed the policy meanwhile: load it again, and look at what "
                       "is different");
  }
  const auto paper = TRY(onPaper(call));
  cli::Session session = call.session();
  session.recorded_as = cli::Session::Act{"policy.save", ""};
  CommandOutcome outcome =
      runCommand(std::move(session), {"policy", "import", "--", paper->path()});
  ServerResponse answer = commandAnswer(std::move(outcome));
  if (answer.status == 200) {
    answer.headers.emplace_back("ETag", etagOf(policy::writePolicy(TRY(home.usablePolicy()))));
  }
  return answer;
}

Result<ServerResponse> effectOfPolicy(Call& call) {
  const auto paper = TRY(onPaper(call));
  return startWork(call, {"policy", "effect", "--", paper->path()}, paper, "policy effect");
}

Result<ServerResponse> diffPolicy(Call& call) {
  const home::Home home = TRY(openHome(call));
  const auto paper = TRY(onPaper(call));
  return commandAnswer(
      runCommand(call.session(), {"policy", "diff", "--", home.policyPath(), paper->path()}));
}

Result<ServerResponse> previewPolicy(Call& call) {
  const auto paper = TRY(onPaper(call));
  std::vector<std::string> arguments = {"preview", "--policy=" + paper->path()};
  if (call.flag("all")) arguments.emplace_back("--all");
  if (call.has("connector")) arguments.push_back("--connector=" + call.text("connector"));
  arguments.insert(arguments.end(), {"--", call.text("object")});
  return commandAnswer(runCommand(call.session(), arguments));
}

// One rule among those in force: instead of the custom one with its id, or beside them.
Result<ServerResponse> checkRule(Call& call) {
  const home::Home home = TRY(openHome(call));
  Json document = Json::parse(policy::writePolicy(TRY(home.usablePolicy())));
  const Json rule = call.json("rule");
  Json& rules = document["rules"];
  if (!rules.is_array()) rules = Json::array();
  std::erase_if(rules.get_ref<Json::array_t&>(),
                [&](const Json& one) { return one.value("id", "") == rule.value("id", "-"); });
  rules.push_back(rule);
  const std::string place = fmt::format("rules[{}]", rules.size() - 1);
  const policy::ReadPolicy read = policy::checkPolicy(document.dump(2), "policy.json");
  return jsonAnswer({{"valid", read.document.has_value()},
                     {"problems", problemsIn(document, place, read.problems)}});
}

Result<ServerResponse> listFunctions(Call& /*call*/) {
  Json list = Json::array();
  for (const expression::Theme& theme : expression::library()) {
    for (const expression::Function& function : theme.functions) {
      list.push_back({{"name", function.name},
                      {"theme", theme.title},
                      {"signature", function.signature},
                      {"doc", function.summary}});
    }
  }
  return jsonAnswer({{"functions", list}});
}

// For completion while somebody types: what rules of a connector may name. Wide rather than exact:
// every attribute that has ever been seen, and those that rules flow into the metaverse first.
Result<ServerResponse> listAttributes(Call& call) {
  const home::Home home = TRY(openHome(call));
  const policy::PolicyDocument document = TRY(home.usablePolicy());
  std::set<std::string> metaverse;
  for (const rules::SyncRule& rule : policy::effectiveRules(document)) {
    if (rule.direction != rules::Direction::kInbound) continue;
    for (const rules::AttributeMapping& flow : rule.mappings)
      metaverse.insert(flow.target);
  }
  Json seen = Json::array();
  if (const Result<cli::StoreView> view = cli::StoreView::open(call.session()); view.ok()) {
    const directory::AttributeTable& names = view.value().store().names().attributes();
    for (std::uint32_t id = 1; id <= names.size(); ++id)
      seen.push_back(names.name(directory::AttributeId(id)));
  }
  Json connectors = Json::object();
  for (const policy::ConnectorPolicy& connector : document.connectors)
    connectors[connector.name] = seen;
  return jsonAnswer({{"metaverse", metaverse}, {"connectors", connectors}});
}

std::vector<Route> languageRoutes() {
  return {
      {.method = Method::kGet,
       .path = "/rules",
       .role = Role::kViewer,
       .summary = "The rules in force, in full",
       .parameters = {{.name = "connector", .option = "--connector"},
                      {.name = "name", .option = "--name"},
                      {.name = "id", .option = "--id"}},
       .command = "rule list",
       .answers = {"rules"}},
      {.method = Method::kPost,
       .path = "/rules/check",
       .role = Role::kViewer,
       .summary = "What is wrong with a rule, and where",
       .parameters = {{.name = "rule",
                       .place = Place::kBody,
                       .type = ValueType::kObject,
                       .is_required = true}},
       .resource = checkRule,
       .answers = {"valid", "problems"}},
      {.method = Method::kGet,
       .path = "/language/functions",
       .role = Role::kViewer,
       .summary = "The functions of rule expressions",
       .resource = listFunctions,
       .answers = {"functions"}},
      {.method = Method::kGet,
       .path = "/language/attributes",
       .role = Role::kViewer,
       .summary = "The attributes that are known here",
       .resource = listAttributes,
       .answers = {"metaverse", "connectors"}},
  };
}

std::vector<Route> historyRoutes() {
  const Parameter version{.name = "n",
                          .place = Place::kPath,
                          .type = ValueType::kNumber,
                          .doc = "As the history numbers it",
                          .option = ""};
  return {
      {.method = Method::kGet,
       .path = "/policy/history",
       .role = Role::kViewer,
       .summary = "What the policy was, who changed it and when",
       .command = "policy history",
       .answers = {"versions"}},
      {.method = Method::kGet,
       .path = "/policy/history/{n}",
       .role = Role::kViewer,
       .summary = "The policy as it was then",
       .parameters = {version},
       .command = "policy history",
       .answers = {"n", "policy"}},
      {.method = Method::kPost,
       .path = "/policy/history/{n}/restore",
       .role = Role::kAdministrator,
       .summary = "Put in force what was in force then",
       .parameters = {version},
       .command = "policy restore"},
  };
}

}  // namespace

std::vector<Route> policyRoutes() {
  const Parameter policy{.name = "policy",
                         .place = Place::kBody,
                         .type = ValueType::kObject,
                         .doc = "A whole policy",
                         .is_required = true};
  std::vector<Route> routes = {
      {.method = Method::kGet,
       .path = "/policy",
       .role = Role::kViewer,
       .summary = "The settings that servers share; ETag names this state of them",
       .resource = readPolicy},
      {.method = Method::kPut,
       .path = "/policy",
       .role = Role::kAdministrator,
       .summary = "Put a policy in force, if If-Match is still the present one",
       .parameters = {policy},
       .resource = replacePolicy},
      {.method = Method::kPost,
       .path = "/policy/check",
       .role = Role::kViewer,
       .summary = "What is wrong with a policy, and where",
       .parameters = {policy},
       .resource = checkPolicy,
       .answers = {"valid", "problems"}},
      {.method = Method::kPost,
       .path = "/policy/effect",
       .role = Role::kOperator,
       .summary = "Which objects and values a policy would change; nothing is written",
       .parameters = {policy},
       .resource = effectOfPolicy,
       .is_operation = true,
       .needs_home = false},
      {.method = Method::kPost,
       .path = "/policy/preview",
       .role = Role::kOperator,
       .summary = "What a policy would do with one object",
       .parameters = {policy,
                      {.name = "object", .place = Place::kBody, .is_required = true},
                      {.name = "connector", .place = Place::kBody},
                      {.name = "all", .place = Place::kBody, .type = ValueType::kFlag}},
       .resource = previewPolicy},
      {.method = Method::kPost,
       .path = "/policy/diff",
       .role = Role::kViewer,
       .summary = "What differs between the policy in force and another, by meaning",
       .parameters = {policy},
       .resource = diffPolicy},
      {.method = Method::kGet,
       .path = "/policy/export",
       .role = Role::kAdministrator,
       .summary = "The settings as a file for another server",
       .resource = exportPolicy},
  };
  for (const auto& group : {historyRoutes(), languageRoutes()})
    routes.insert(routes.end(), group.begin(), group.end());
  return routes;
}

}  // namespace tandem::web
