// SPDX-License-Identifier: Apache-2.0
//
// Signing in and out. Failures are recorded as well as successes.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "platform/secret_text.h"
#include "web/answer.h"
#include "web/call.h"
#include "web/gate.h"
#include "web/route.h"
#include "web/sign_in.h"
#include "web/site.h"

namespace tandem::web {
namespace {

using access::Principal;
using access::Role;
using Json = nlohmann::ordered_json;
using platform::ServerResponse;

Result<ServerResponse> signIn(Call& call) {
  Site& site = call.site();
  Result<Principal> principal =
      site.accounts().authenticate(call.text("name"),
                                   platform::SecretText(call.text("password")),
                                   call.request().peer_address,
                                   site.clock().bootNow());
  if (!principal.ok()) {
    TRY(recordSignIn(call, call.text("name"), "password", "failed"));
    return std::move(principal).error();
  }
  TRY(recordSignIn(call, principal.value().name, "password", "done"));
  return welcome(call, principal.value());
}

Result<ServerResponse> signInByLink(Call& call) {
  Site& site = call.site();
  std::optional<Principal> principal =
      site.links().redeem(call.text("token"), site.clock().bootNow());
  if (!principal) {
    TRY(recordSignIn(call, "nobody", "link", "failed"));
    return Error(ErrorCode::kUnauthenticated,
                 "this link was used already, or is older than ten minutes: 'tandem account link' "
                 "on the server makes another one");
  }
  principal->from = call.request().peer_address;
  TRY(recordSignIn(call, principal->name, "link", "done"));
  return welcome(call, *principal);
}

// Over the socket alone: who may run commands there may sign in here as the same person.
Result<ServerResponse> makeLink(Call& call) {
  if (call.principal->door != access::Door::kSocket) {
    return Error(ErrorCode::kPermissionDenied,
                 "links are made on the server itself: tandem account link");
  }
  Principal principal = *call.principal;
  principal.door = access::Door::kLink;
  if (call.has("name")) principal.name = call.text("name");
  const auto role = access::roleFromWord(call.has("role") ? call.text("role") : "administrator");
  principal.role = role.value_or(Role::kViewer);
  const std::string token =
      call.site().links().make(std::move(principal), call.site().clock().bootNow());
  return jsonAnswer({{"url", fmt::format("{}/#/link/{}", call.site().url(), token)},
                     {"minutes", access::OneTimeLinks::kAgeMax.count()}});
}

Result<ServerResponse> whoAmI(Call& call) {
  Site& site = call.site();
  if (call.principal) {
    const auto session = site.sessions().find(call.session_cookie, site.clock().bootNow());
    std::chrono::seconds left{0};
    if (session) {
      left = std::min<std::chrono::seconds>(access::Sessions::kIdleMax,
                                            access::Sessions::kAgeMax - session->age);
    }
    return jsonAnswer(describeSession(
        *call.principal, call.session_csrf, session ? site.now() + left.count() : 0));
  }
  return jsonAnswer(
      {{"signedIn", false},
       {"oidc", site.oidc() == nullptr ? Json(nullptr) : Json{{"name", site.oidcName()}}},
       {"setup", !site.isHome()}});
}

Result<ServerResponse> signOut(Call& call) {
  if (!call.session_cookie.empty()) call.site().sessions().end(call.session_cookie);
  ServerResponse answer = jsonAnswer({{"signedIn", false}});
  answer.headers.emplace_back("Set-Cookie",
                              cookieHeader(kSessionCookie, "", "; SameSite=Strict; Max-Age=0"));
  return answer;
}

Result<ServerResponse> changePassword(Call& call) {
  Site& site = call.site();
  const Principal& me = *call.principal;
  TRY(site.accounts().authenticate(me.name,
                                   platform::SecretText(call.text("old")),
                                   call.request().peer_address,
                                   site.clock().bootNow()));
  TRY(site.accounts().setPassword(me.name, platform::SecretText(call.text("new"))));
  site.sessions().endAllOf(me.name);
  // The one that changed it goes on, with a new session.
  const auto account = TRY(site.accounts().find(me.name));
  Principal again = me;
  if (account) again.revision = account->revision;
  return welcome(call, again);
}

}  // namespace

std::vector<Route> sessionRoutes() {
  return {
      {.method = Method::kGet,
       .path = "/session",
       .summary = "Who is signed in here; otherwise how one can",
       .resource = whoAmI,
       .answers = {"signedIn"}},
      {.method = Method::kPost,
       .path = "/session",
       .summary = "Sign in by name and password",
       .parameters = {{.name = "name", .place = Place::kBody, .is_required = true},
                      {.name = "password", .place = Place::kBody, .is_required = true}},
       .resource = signIn,
       .answers = {"signedIn", "name", "role", "csrf"}},
      {.method = Method::kDelete,
       .path = "/session",
       .summary = "Sign out",
       .resource = signOut,
       .answers = {"signedIn"}},
      {.method = Method::kPost,
       .path = "/session/link",
       .summary = "Sign in by a one-time link",
       .parameters = {{.name = "token", .place = Place::kBody, .is_required = true}},
       .resource = signInByLink,
       .answers = {"signedIn", "name", "role", "csrf"}},
      {.method = Method::kPost,
       .path = "/session/links",
       .role = Role::kAdministrator,
       .summary = "Make a one-time link; over the local socket alone",
       .parameters = {{.name = "name", .place = Place::kBody},
                      {.name = "role",
                       .place = Place::kBody,
                       .words = {"viewer", "operator", "administrator"}}},
       .resource = makeLink,
       .act = "account.link",
       .answers = {"url", "minutes"}},
      {.method = Method::kPost,
       .path = "/session/password",
       .role = Role::kViewer,
       .summary = "Change one's own password",
       .parameters = {{.name = "old", .place = Place::kBody, .is_required = true},
                      {.name = "new", .place = Place::kBody, .is_required = true}},
       .resource = changePassword,
       .act = "account.password",
       .answers = {"signedIn", "csrf"}},
  };
}

}  // namespace tandem::web
