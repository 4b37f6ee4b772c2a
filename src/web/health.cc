// SPDX-License-Identifier: Apache-2.0
#include "web/health.h"

#include <nlohmann/json.hpp>

#include "cli/store_view.h"
#include "web/answer.h"
#include "web/gate.h"
#include "web/metrics.h"
#include "web/site.h"

namespace tandem::web {
namespace {

using Json = nlohmann::ordered_json;

// Could it do its work? Not whether the work succeeds: that is for alerts.
Result<void> readiness(Site& site) {
  if (!site.isHome()) return Error(ErrorCode::kUnavailable, "this server is not set up yet");
  const home::Home home = TRY(home::Home::open(site.folder(), site.session().environment));
  TRY(home.usablePolicy());
  return {};
}

bool mayReadMetrics(Site& site, const platform::ServerRequest& request) {
  const bool is_here = request.peer_address == "127.0.0.1" || request.peer_address == "::1";
  if (is_here && site.isOpenForMetrics()) return true;
  const Result<Visitor> visitor = identify(site, request);
  return visitor.ok() && visitor.value().principal;
}

}  // namespace

bool isHealthPath(std::string_view path) {
  return path == "/healthz" || path == "/readyz" || path == "/metrics";
}

platform::ServerResponse healthAnswer(Site& site,
                                      const platform::ServerRequest& request,
                                      std::string_view path) {
  if (request.method != "GET" && request.method != "HEAD") {
    return errorAnswer(405, "not_allowed", "only GET is possible");
  }
  if (path == "/healthz") return jsonAnswer(Json{{"status", "alive"}});
  if (path == "/readyz") {
    const Result<void> ready = readiness(site);
    // No details: anybody may ask.
    return ready.ok() ? jsonAnswer(Json{{"status", "ready"}})
                      : jsonAnswer(Json{{"status", "not ready"}}, 503);
  }
  if (!mayReadMetrics(site, request)) {
    return errorAnswer(401, "unauthenticated", "metrics need a token: Authorization: Bearer TOKEN");
  }
  platform::ServerResponse answer;
  answer.headers = {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"},
                    {"Cache-Control", "no-store"}};
  answer.body = metricsText(site);
  return answer;
}

}  // namespace tandem::web
