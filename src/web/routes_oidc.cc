// SPDX-License-Identifier: Apache-2.0
//
// Signing in by an OpenID provider: there and back.
#include <nlohmann/json.hpp>

#include "web/answer.h"
#include "web/call.h"
#include "web/gate.h"
#include "web/route.h"
#include "web/sign_in.h"
#include "web/site.h"

namespace tandem::web {
namespace {

using access::Principal;
using platform::ServerResponse;

Result<ServerResponse> beginOidc(Call& call) {
  if (call.site().oidc() == nullptr) {
    return Error(ErrorCode::kNotFound, "no OpenID provider is set up: server.toml, [console.oidc]");
  }
  const access::OidcStart start = TRY(call.site().oidc()->begin());
  ServerResponse answer;
  answer.status = 303;
  // Lax: the way back is a navigation from the provider's page.
  answer.headers = {
      {"Location", start.url},
      {"Cache-Control", "no-store"},
      {"Set-Cookie", cookieHeader(kOidcCookie, start.cookie, "; SameSite=Lax; Max-Age=600")}};
  return answer;
}

ServerResponse backToPage(std::string_view where) {
  ServerResponse answer;
  answer.status = 303;
  answer.headers = {{"Location", std::string(where)}, {"Cache-Control", "no-store"}};
  return answer;
}

Result<ServerResponse> finishOidc(Call& call) {
  Site& site = call.site();
  if (site.oidc() == nullptr) return Error(ErrorCode::kNotFound, "no OpenID provider is set up");
  const auto attempt = [&]() -> Result<Principal> {
    const access::OidcIdentity identity =
        TRY(site.oidc()->finish({call.text("code"),
                                 call.text("state"),
                                 cookieValue(call.request(), kOidcCookie),
                                 call.text("iss")}));
    return site.accounts().authenticateOidc(identity, call.request().peer_address);
  };
  const Result<Principal> principal = attempt();
  if (!principal.ok()) {
    TRY(recordSignIn(call, "nobody", "oidc", "failed: " + principal.error().message()));
    return backToPage("/#/sign-in?failed=oidc");
  }
  TRY(recordSignIn(call, principal.value().name, "oidc", "done"));
  ServerResponse answer = backToPage("/");
  for (auto& header : welcome(call, principal.value()).headers) {
    if (header.first == "Set-Cookie") answer.headers.push_back(std::move(header));
  }
  return answer;
}

}  // namespace

std::vector<Route> oidcRoutes() {
  return {
      {.method = Method::kGet,
       .path = "/session/oidc",
       .summary = "Go to the OpenID provider",
       .resource = beginOidc},
      {.method = Method::kGet,
       .path = "/session/oidc/return",
       .summary = "Come back from the OpenID provider",
       .parameters = {{.name = "code"},
                      {.name = "state"},
                      {.name = "iss"},
                      {.name = "error"},
                      {.name = "error_description"},
                      {.name = "session_state"}},
       .resource = finishOidc},
  };
}

}  // namespace tandem::web
