// SPDX-License-Identifier: Apache-2.0
//
// Who asks, and may they? See "Who may" in docs/internals/service.md.
#pragma once

#include <optional>
#include <string>

#include "access/principal.h"
#include "base/result.h"
#include "platform/http_message.h"
#include "web/route.h"

namespace tandem::web {

class Site;

inline constexpr std::string_view kSessionCookie = "__Host-tandem";
inline constexpr std::string_view kOidcCookie = "__Host-tandem-oidc";

struct Visitor {
  std::optional<access::Principal> principal;  // absent: a stranger
  std::string cookie;                          // of the session, when that is how we know
  std::string csrf;                            // what the session's changes must show
};

// kUnauthenticated: a token that is none. A cookie that is no session's is a stranger's.
Result<Visitor> identify(Site& site, const platform::ServerRequest& request);

// kUnauthenticated, or kPermissionDenied with the role that is needed or the proof that is missing.
Result<void> admit(const Visitor& visitor,
                   const Route& route,
                   const platform::ServerRequest& request,
                   const Site& site);

// "name=value" out of the Cookie header; empty when there is none.
std::string cookieValue(const platform::ServerRequest& request, std::string_view name);

// Headers that every answer carries.
void addSecurityHeaders(platform::ServerResponse& answer);

}  // namespace tandem::web
