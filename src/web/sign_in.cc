// SPDX-License-Identifier: Apache-2.0
#include "web/sign_in.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "access/sign_in_times.h"
#include "base/log.h"
#include "base/time_text.h"
#include "home/home.h"
#include "web/answer.h"
#include "web/gate.h"
#include "web/site.h"

namespace tandem::web {

using access::Principal;
using platform::ServerResponse;

namespace {

// For the list of accounts. Not worth turning somebody away for.
void noteTime(Call& call, const std::string& who) {
  Site& site = call.site();
  const Result<home::Home> home = home::Home::open(site.folder(), site.session().environment);
  if (!home.ok()) return;  // the set-up wizard's
  const std::lock_guard lock(site.signInMutex());
  access::SignInTimes times = access::SignInTimes::read(home.value());
  times.note(who, site.now());
  const Result<void> written = times.write(home.value());
  if (!written.ok()) logWarning(written.error().message());
}

}  // namespace

Result<void> recordSignIn(Call& call, std::string who, std::string door, std::string outcome) {
  access::AuditAct line;
  line.who = std::move(who);
  line.door = std::move(door);
  line.from = call.request().peer_address;
  line.act = "sign-in";
  line.outcome = std::move(outcome);
  TRY(call.site().audit().append(line, call.site().clock().wallNow()));
  if (line.outcome == "done") noteTime(call, line.who);
  return {};
}

nlohmann::ordered_json describeSession(const Principal& principal,
                                       const std::string& csrf,
                                       std::int64_t expires) {
  return {{"signedIn", true},
          {"name", principal.name},
          {"role", access::toWord(principal.role)},
          {"door", access::toWord(principal.door)},
          {"csrf", csrf},
          {"expires",
           expires == 0 ? nlohmann::ordered_json(nullptr)
                        : nlohmann::ordered_json(formatUtc(expires))}};
}

std::string cookieHeader(std::string_view name, std::string_view value, std::string_view more) {
  return fmt::format("{}={}; Path=/; Secure; HttpOnly{}", name, value, more);
}

ServerResponse welcome(Call& call, const Principal& principal) {
  Site& site = call.site();
  if (!call.session_cookie.empty()) site.sessions().end(call.session_cookie);
  const access::NewSession session = site.sessions().create(principal, site.clock().bootNow());
  ServerResponse answer = jsonAnswer(
      describeSession(principal,
                      session.csrf,
                      site.now() + std::chrono::seconds(access::Sessions::kIdleMax).count()));
  answer.headers.emplace_back("Set-Cookie",
                              cookieHeader(kSessionCookie, session.cookie, "; SameSite=Strict"));
  return answer;
}

}  // namespace tandem::web
