// SPDX-License-Identifier: Apache-2.0
#include "web/gate.h"

#include <algorithm>

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/text.h"
#include "cli/api_client.h"
#include "platform/signing.h"
#include "web/site.h"

namespace tandem::web {
namespace {

using access::Door;
using access::Principal;
using access::Role;

std::string userName(std::uint32_t uid) {
  passwd entry{};
  passwd* found = nullptr;
  char buffer[4096];
  if (::getpwuid_r(uid, &entry, buffer, sizeof buffer, &found) != 0 || found == nullptr) {
    return std::to_string(uid);
  }
  return found->pw_name;
}

constexpr std::size_t kPersonMax = 64;

// Who is at the keyboard, where the process says so; a name that could break a line is none.
std::string personOf(const platform::ServerRequest& request, std::uint32_t user) {
  const std::string_view person = request.header(cli::kPersonHeader);
  const bool is_name = !person.empty() && person.size() <= kPersonMax && isValidUtf8(person) &&
                       std::none_of(person.begin(), person.end(), [](char c) {
                         return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
                       });
  return is_name ? std::string(person) : userName(user);
}

// The socket's mode lets no others in; this says the same once more.
Result<Visitor> fromSocket(const platform::ServerRequest& request) {
  const std::uint32_t user = *request.peer_user;
  if (user != 0 && user != ::geteuid()) {
    return Error(ErrorCode::kPermissionDenied, "this socket is the service's own and root's");
  }
  return Visitor{
      Principal{personOf(request, user), Role::kAdministrator, Door::kSocket, "local", 0}, "", ""};
}

Result<Visitor> fromToken(Site& site, std::string_view header, const std::string& address) {
  constexpr std::string_view kScheme = "bearer ";
  if (!equalsIgnoreCaseAscii(header.substr(0, kScheme.size()), kScheme)) {
    return Error(ErrorCode::kUnauthenticated, "Authorization must be: Bearer TOKEN");
  }
  return Visitor{
      TRY(site.accounts().authenticateToken(trimAscii(header.substr(kScheme.size())), address)),
      "",
      ""};
}

// A browser says where a request of a page comes from; other programs need not.
bool isOwnOrigin(const platform::ServerRequest& request, const Site& site) {
  const std::string_view fetch_site = request.header("Sec-Fetch-Site");
  if (!fetch_site.empty() && fetch_site != "same-origin" && fetch_site != "none") return false;
  const std::string_view origin = request.header("Origin");
  if (origin.empty() || origin == site.url()) return true;
  return origin == "https://" + std::string(request.header("Host"));
}

}  // namespace

std::string cookieValue(const platform::ServerRequest& request, std::string_view name) {
  for (const auto& [header, text] : request.headers) {
    if (!equalsIgnoreCaseAscii(header, "cookie")) continue;
    for (const std::string& pair : split(text, ';')) {
      const std::string_view trimmed = trimAscii(pair);
      if (trimmed.starts_with(name) && trimmed.substr(name.size()).starts_with('=')) {
        return std::string(trimmed.substr(name.size() + 1));
      }
    }
  }
  return {};
}

Result<Visitor> identify(Site& site, const platform::ServerRequest& request) {
  if (request.peer_user) return fromSocket(request);
  const std::string_view authorization = request.header("Authorization");
  if (!authorization.empty()) return fromToken(site, authorization, request.peer_address);
  const std::string cookie = cookieValue(request, kSessionCookie);
  if (cookie.empty()) return Visitor{};
  const auto session = site.sessions().find(cookie, site.clock().bootNow());
  if (!session) return Visitor{};
  if (session->principal.revision != 0 && !site.accounts().isCurrent(session->principal)) {
    site.sessions().end(cookie);
    return Visitor{};
  }
  Visitor visitor{session->principal, cookie, session->csrf};
  visitor.principal->from = request.peer_address;
  return visitor;
}

Result<void> admit(const Visitor& visitor,
                   const Route& route,
                   const platform::ServerRequest& request,
                   const Site& site) {
  // What a page of another site makes a browser send is refused, signing in too.
  const bool is_over_tls = !request.peer_user;
  if (route.changesSomething() && is_over_tls && !isOwnOrigin(request, site)) {
    return Error(ErrorCode::kPermissionDenied, "the request comes from a page of another site");
  }
  if (!route.role) return {};
  if (!visitor.principal) return Error(ErrorCode::kUnauthenticated, "sign in first");
  if (!access::includes(visitor.principal->role, *route.role)) {
    return Error(ErrorCode::kPermissionDenied,
                 fmt::format("this needs the role {}, and {} has the role {}",
                             access::toWord(*route.role),
                             visitor.principal->name,
                             access::toWord(visitor.principal->role)));
  }
  if (route.changesSomething() && !visitor.cookie.empty() &&
      !platform::equalsConstantTime(visitor.csrf, request.header("X-Tandem-Csrf"))) {
    return Error(ErrorCode::kPermissionDenied,
                 "X-Tandem-Csrf is missing or not this session's: load the page again");
  }
  return {};
}

void addSecurityHeaders(platform::ServerResponse& answer) {
  // Inline styles: the component library makes its style sheets while it runs.
  answer.headers.emplace_back("Content-Security-Policy",
                              "default-src 'self'; script-src 'self'; style-src 'self' "
                              "'unsafe-inline'; img-src 'self' data:; object-src 'none'; "
                              "base-uri 'none'; form-action 'self'; frame-ancestors 'none'");
  answer.headers.emplace_back("X-Content-Type-Options", "nosniff");
  answer.headers.emplace_back("X-Frame-Options", "DENY");
  answer.headers.emplace_back("Referrer-Policy", "no-referrer");
  answer.headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
  answer.headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
  answer.headers.emplace_back("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
  answer.headers.emplace_back("Strict-Transport-Security", "max-age=31536000");
}

}  // namespace tandem::web
