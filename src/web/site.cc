// SPDX-License-Identifier: Apache-2.0
#include "web/site.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/log.h"
#include "platform/files.h"
#include "web/answer.h"
#include "web/call.h"
#include "web/command_call.h"
#include "web/gate.h"
#include "web/health.h"
#include "web/work.h"

namespace tandem::web {
namespace {

using access::AuditAct;

std::string pathOf(const platform::ServerRequest& request) {
  return request.target.substr(0, request.target.find('?'));
}

// What a resource route does is recorded here; commands do it themselves, whoever runs them.
Result<platform::ServerResponse> runResource(Call& call) {
  const Route& route = call.route();
  if (route.act.empty()) return route.resource(call);
  AuditAct act;
  act.who = call.principal ? call.principal->name : "nobody";
  act.door = call.principal ? std::string(access::toWord(call.principal->door)) : "console";
  act.from = call.request().peer_address;
  act.act = std::string(route.act);
  for (const Parameter& parameter : route.parameters) {
    if (parameter.place == Place::kPath) act.on = call.text(parameter.name);
  }
  act.outcome = "begun";
  Site& site = call.site();
  TRY_DOING(site.audit().append(act, site.clock().wallNow()), "recording this in the audit log");
  Result<platform::ServerResponse> answer = route.resource(call);
  act.outcome = answer.ok() ? "done" : "failed: " + answer.error().message();
  const Result<access::AuditEntry> recorded = site.audit().append(act, site.clock().wallNow());
  if (!recorded.ok()) logError("the end of an act is not recorded: " + recorded.error().message());
  return answer;
}

Result<platform::ServerResponse> carryOut(Call& call) {
  const Route& route = call.route();
  if (route.resource != nullptr) return runResource(call);
  std::vector<std::string> arguments = commandArguments(route, call);
  if (route.is_operation) return startWork(call, std::move(arguments));
  if (!route.is_polled) return commandAnswer(runCommand(call.session(), std::move(arguments)));
  const std::string key = fmt::format("{}", fmt::join(arguments, "\n"));
  return commandAnswer(
      call.site().cache().get(key, [&] { return runCommand(call.session(), arguments); }));
}

}  // namespace

Site::Site(SiteParts parts, const platform::Clock& clock)
    : parts_(std::move(parts)),
      clock_(&clock),
      router_(allRoutes()),
      request_times_(allRoutes()),
      console_(parts_.console),
      accounts_(parts_.folder + "/access.json", hasher_),
      audit_(parts_.folder + "/audit.log"),
      cache_(clock),
      operations_(clock, [this] { cache_.clear(); }) {}

bool Site::isHome() const {
  return platform::fileExists(parts_.folder + "/server.toml");
}

platform::ServerResponse Site::answer(const platform::ServerRequest& request) {
  const std::string path = pathOf(request);
  platform::ServerResponse answer;
  // Libraries below may throw; nothing of ours does.
  try {
    if (isHealthPath(path)) {
      answer = healthAnswer(*this, request, path);
    } else if (path == "/api" || path.starts_with("/api/")) {
      answer = route(request, path);
    } else {
      answer = console_.answer(request, path);
    }
  } catch (const nlohmann::json::type_error&) {
    // Parameters are checked; what lies inside an object that they hold is used as it comes.
    answer = errorAnswer(400, "invalid_argument", "a value in the body is of the wrong type");
  } catch (const std::exception& problem) {
    logError(fmt::format("{} {}: unexpected: {}", request.method, path, problem.what()));
    answer = errorAnswer(500, "internal", "something unexpected went wrong: see the service's log");
  }
  addSecurityHeaders(answer);
  return answer;
}

platform::ServerResponse Site::route(const platform::ServerRequest& request,
                                     std::string_view path) {
  const Result<Match> found = router_.find(request.method, path);
  if (!found.ok()) return errorAnswer(found.error());
  const Match& match = found.value();
  if (match.route == nullptr && match.allowed.empty()) {
    return errorAnswer(404, "not_found", fmt::format("there is no {} here", path));
  }
  if (match.route == nullptr) {
    auto answer =
        errorAnswer(405, "not_allowed", fmt::format("only {} is possible", match.allowed));
    answer.headers.emplace_back("Allow", match.allowed);
    return answer;
  }
  Call call(*this, request, *match.route);
  const auto attempt = [&]() -> Result<platform::ServerResponse> {
    const Visitor visitor = TRY(identify(*this, request));
    TRY(admit(visitor, *match.route, request, *this));
    call.principal = visitor.principal;
    call.session_cookie = visitor.cookie;
    call.session_csrf = visitor.csrf;
    TRY(readParameters(call, match.values));
    Result<platform::ServerResponse> answer = carryOut(call);
    if (match.route->changesSomething()) cache_.clear();
    return answer;
  };
  const platform::MonotonicTime start = clock_->monotonicNow();
  Result<platform::ServerResponse> answer = attempt();
  platform::ServerResponse response =
      answer.ok() ? std::move(answer).value() : errorAnswer(answer.error());
  using std::chrono::microseconds;
  request_times_.record(match.route,
                        std::chrono::duration_cast<microseconds>(clock_->monotonicNow() - start),
                        response.status);
  return response;
}

}  // namespace tandem::web
