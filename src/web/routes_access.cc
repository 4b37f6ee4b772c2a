// SPDX-License-Identifier: Apache-2.0
//
// Accounts, tokens and the audit log.
#include <chrono>

#include <nlohmann/json.hpp>

#include "access/audit_log.h"
#include "access/sign_in_times.h"
#include "base/time_text.h"
#include "cli/account_command.h"
#include "home/home.h"
#include "web/answer.h"
#include "web/call.h"
#include "web/route.h"
#include "web/site.h"

namespace tandem::web {
namespace {

using access::Role;
using Json = nlohmann::ordered_json;
using platform::ServerResponse;

access::SignInTimes timesOf(const Call& call) {
  const Site& site = call.site();
  const auto home = home::Home::open(site.folder(), site.session().environment);
  return home.ok() ? access::SignInTimes::read(home.value()) : access::SignInTimes();
}

// What the command line says of an account, and whether too many failures keep it out for now,
// which this process alone knows.
Json toJson(const Call& call, const access::SignInTimes& times, const access::Account& account) {
  Site& site = call.site();
  Json json = cli::accountJson(account, times);
  const platform::BootTime now = site.clock().bootNow();
  const auto until = site.accounts().lockedUntil(account.name, now);
  json["lockedUntil"] = nullptr;
  if (until) {
    const auto left = std::chrono::ceil<std::chrono::seconds>(*until - now);
    json["lockedUntil"] = formatUtc(site.now() + left.count());
  }
  return json;
}

Role roleOf(const Call& call) {
  return access::roleFromWord(call.text("role")).value_or(Role::kViewer);
}

Result<ServerResponse> showAccount(Call& call) {
  const auto account = TRY(call.site().accounts().find(call.text("name")));
  if (!account) return Error(ErrorCode::kNotFound, "there is no such account");
  return jsonAnswer(toJson(call, timesOf(call), *account));
}

Result<ServerResponse> listAccounts(Call& call) {
  Json list = Json::array();
  const access::SignInTimes times = timesOf(call);
  for (const access::Account& account : TRY(call.site().accounts().list()))
    list.push_back(toJson(call, times, account));
  return jsonAnswer({{"accounts", list}});
}

Result<ServerResponse> addAccount(Call& call) {
  access::NewAccount wanted;
  wanted.name = call.text("name");
  wanted.role = roleOf(call);
  wanted.password = platform::SecretText(call.text("password"));
  wanted.oidc_subject = call.text("oidcSubject");
  wanted.oidc_email = call.text("oidcEmail");
  TRY(call.site().accounts().add(std::move(wanted), call.site().session().now()));
  return showAccount(call);
}

Result<ServerResponse> changeAccount(Call& call) {
  access::Accounts& accounts = call.site().accounts();
  const std::string name = call.text("name");
  if (call.has("role")) TRY(accounts.setRole(name, roleOf(call)));
  if (call.has("disabled")) TRY(accounts.setDisabled(name, call.flag("disabled")));
  if (call.has("password")) {
    TRY(accounts.setPassword(name, platform::SecretText(call.text("password"))));
  }
  if (call.has("oidcSubject") || call.has("oidcEmail")) {
    TRY(accounts.setOidc(name, call.text("oidcSubject"), call.text("oidcEmail")));
  }
  return showAccount(call);
}

Result<ServerResponse> removeAccount(Call& call) {
  TRY(call.site().accounts().remove(call.text("name")));
  call.site().sessions().endAllOf(call.text("name"));
  return jsonAnswer(Json{{"removed", call.text("name")}});
}

Result<ServerResponse> addToken(Call& call) {
  const std::string token = TRY(call.site().accounts().addToken(
      call.text("name"), call.text("token"), call.site().session().now()));
  return jsonAnswer({{"name", call.text("token")}, {"token", token}});
}

Result<ServerResponse> removeToken(Call& call) {
  TRY(call.site().accounts().removeToken(call.text("name"), call.text("token")));
  return jsonAnswer(Json{{"removed", call.text("token")}});
}

Result<ServerResponse> readAudit(Call& call) {
  std::optional<std::uint64_t> before;
  if (call.has("before")) before = static_cast<std::uint64_t>(call.number("before", 0));
  constexpr std::int64_t kLimit = 100;
  const std::size_t limit =
      static_cast<std::size_t>(std::min<std::int64_t>(call.number("limit", kLimit), 1000));
  const access::AuditPage page =
      TRY(access::readAuditPage(call.site().audit().path(),
                                before,
                                limit,
                                {call.text("who"), call.text("act"), call.text("text")}));
  Json lines = Json::array();
  for (const access::AuditEntry& entry : page.entries) {
    lines.push_back({{"n", entry.number},
                     {"at", entry.at},
                     {"who", entry.who},
                     {"door", entry.door},
                     {"from", entry.from},
                     {"act", entry.act},
                     {"on", entry.on},
                     {"outcome", entry.outcome},
                     {"hash", entry.hash}});
  }
  return jsonAnswer({{"lines", lines}, {"next", page.before ? Json(*page.before) : Json(nullptr)}});
}

Result<ServerResponse> verifyAudit(Call& call) {
  const access::AuditVerdict verdict = TRY(access::verifyAuditLog(call.site().audit().path()));
  const Json problem =
      verdict.problem ? Json{{"line", verdict.problem->line}, {"message", verdict.problem->message}}
                      : Json(nullptr);
  return jsonAnswer({{"lines", verdict.lines},
                     {"torn", verdict.torn},
                     {"lastHash", verdict.last_hash},
                     {"problem", problem}});
}

const Parameter kName{.name = "name", .place = Place::kPath};
const std::vector<std::string_view> kRoles{"viewer", "operator", "administrator"};

std::vector<Route> accountRoutes() {
  return {
      {.method = Method::kGet,
       .path = "/accounts",
       .role = Role::kAdministrator,
       .summary = "Who has an account",
       .resource = listAccounts,
       .answers = {"accounts"}},
      {.method = Method::kPost,
       .path = "/accounts",
       .role = Role::kAdministrator,
       .summary = "Add an account",
       .parameters = {{.name = "name", .place = Place::kBody, .is_required = true},
                      {.name = "role", .place = Place::kBody, .is_required = true, .words = kRoles},
                      {.name = "password", .place = Place::kBody},
                      {.name = "oidcSubject", .place = Place::kBody},
                      {.name = "oidcEmail", .place = Place::kBody}},
       .resource = addAccount,
       .act = "account.add",
       .answers = {"name", "role", "disabled"}},
      {.method = Method::kPatch,
       .path = "/accounts/{name}",
       .role = Role::kAdministrator,
       .summary = "Change an account; its sessions end",
       .parameters = {kName,
                      {.name = "role", .place = Place::kBody, .words = kRoles},
                      {.name = "disabled", .place = Place::kBody, .type = ValueType::kFlag},
                      {.name = "password", .place = Place::kBody},
                      {.name = "oidcSubject", .place = Place::kBody},
                      {.name = "oidcEmail", .place = Place::kBody}},
       .resource = changeAccount,
       .act = "account.change",
       .answers = {"name", "role", "disabled"}},
      {.method = Method::kDelete,
       .path = "/accounts/{name}",
       .role = Role::kAdministrator,
       .summary = "Remove an account",
       .parameters = {kName},
       .resource = removeAccount,
       .act = "account.remove",
       .answers = {"removed"}},
      {.method = Method::kPost,
       .path = "/accounts/{name}/tokens",
       .role = Role::kAdministrator,
       .summary = "Make a token for a script; it is shown once",
       .parameters = {kName, {.name = "token", .place = Place::kBody, .is_required = true}},
       .resource = addToken,
       .act = "account.token",
       .answers = {"name", "token"}},
      {.method = Method::kDelete,
       .path = "/accounts/{name}/tokens/{token}",
       .role = Role::kAdministrator,
       .summary = "Forget a token",
       .parameters = {kName, {.name = "token", .place = Place::kPath}},
       .resource = removeToken,
       .act = "account.token.remove",
       .answers = {"removed"}},
  };
}

}  // namespace

std::vector<Route> accessRoutes() {
  std::vector<Route> routes = accountRoutes();
  routes.push_back({.method = Method::kGet,
                    .path = "/audit",
                    .role = Role::kAdministrator,
                    .summary = "What was done, and by whom, the newest first",
                    .parameters = {{.name = "before", .type = ValueType::kNumber},
                                   {.name = "limit", .type = ValueType::kNumber},
                                   {.name = "who"},
                                   {.name = "act"},
                                   {.name = "text"}},
                    .resource = readAudit,
                    .answers = {"lines", "next"}});
  routes.push_back({.method = Method::kGet,
                    .path = "/audit/verify",
                    .role = Role::kAdministrator,
                    .summary = "Whether the audit log is whole",
                    .resource = verifyAudit,
                    .answers = {"lines", "lastHash", "problem"}});
  return routes;
}

}  // namespace tandem::web
