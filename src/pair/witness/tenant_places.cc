// SPDX-License-Identifier: Apache-2.0
#include "pair/witness/tenant_places.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "connectors/graph/connection_check.h"
#include "connectors/graph/graph_failure.h"
#include "platform/http_date.h"

namespace tandem::pair::witness {
namespace {

using connectors::graph::GraphFailure;
using Json = nlohmann::json;
using platform::HttpAnswer;
using platform::HttpRequest;
using platform::HttpResponse;
using std::chrono::milliseconds;

constexpr std::string_view kExtension = "com.tandem.witness";
constexpr std::string_view kGroup = "/groups(uniqueName='tandem-witness')";
constexpr std::size_t kDescriptionMax = 1024;  // characters, says Graph; bytes here, to be safe
constexpr int kAttemptsMax = 3;
constexpr milliseconds kPauseMax{2'000};

bool isHiccup(int status) {
  return status == 401 || status == 408 || status == 429 || status >= 500;
}

bool isHopeless(const platform::HttpError& failed) {
  return failed.kind == platform::HttpFailure::kTls ||
         failed.kind == platform::HttpFailure::kBadRequest;
}

// Of a member that may be absent or null; nullopt when it is of another type.
std::optional<std::string> optionalText(const Json& json, const char* name) {
  const auto found = json.find(name);
  if (found == json.end() || found->is_null()) return std::string();
  if (!found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

std::optional<Kept> parseKept(std::string_view body, const char* property) {
  const Json json = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("id")) return std::nullopt;
  const std::optional<std::string> text = optionalText(json, property);
  const std::optional<std::string> etag = optionalText(json, "@odata.etag");
  if (!text || !etag) return std::nullopt;
  Kept kept;
  kept.exists = true;
  kept.text = *text;
  kept.etag = *etag;
  return kept;
}

Json bodyFor(Place place, bool exists, const std::string& text) {
  if (place == Place::kOrganization) {
    Json body{{"@odata.type", "#microsoft.graph.openTypeExtension"}, {"record", text}};
    if (!exists) body["extensionName"] = kExtension;
    return body;
  }
  Json body{{"description", text}};
  if (exists) return body;
  body["displayName"] = "Tandem: who may write (do not delete)";
  body["mailEnabled"] = false;
  body["mailNickname"] = "tandem-witness";
  body["securityEnabled"] = true;
  return body;
}

Error forbiddenRead(const HttpResponse& response) {
  return connectors::graph::toError(
      connectors::graph::parseFailure(response.status, response.body),
      "reading who holds the right to write (that takes Organization.Read.All and "
      "Group.Read.All)");
}

}  // namespace

std::optional<Kept> parseExtension(std::string_view body) {
  return parseKept(body, "record");
}

std::optional<Kept> parseGroup(std::string_view body) {
  return parseKept(body, "description");
}

bool saysNotFound(std::string_view body) {
  return connectors::graph::parseFailure(404, body).code.find("NotFound") != std::string::npos;
}

void TenantPlaces::pause(int attempt) {
  const milliseconds own = connectors::graph::backoff(attempt, 0) / 2;
  clock_->sleepFor(std::min(std::max(own, asked_to_wait_), kPauseMax));
  asked_to_wait_ = milliseconds(0);
}

// An HttpError in the answer is worth another attempt; an Error is not.
Result<HttpAnswer> TenantPlaces::ask(HttpRequest request) {
  HttpAnswer answer = session_->http().send(std::move(request));
  if (const auto* failed = std::get_if<platform::HttpError>(&answer)) {
    if (isHopeless(*failed)) return failed->toError();
    return answer;
  }
  const auto& response = std::get<HttpResponse>(answer);
  asked_to_wait_ = connectors::graph::retryAfter(response).value_or(milliseconds(0));
  if (response.status == 401) session_->tokens().forget();
  return answer;
}

Result<HttpResponse> TenantPlaces::get(const std::string& path) {
  std::string reason;
  for (int attempt = 1; attempt <= kAttemptsMax; ++attempt) {
    if (attempt > 1) pause(attempt - 1);
    HttpRequest request = TRY(session_->authorized("GET", path));
    HttpAnswer answer = TRY(ask(std::move(request)));
    if (const auto* failed = std::get_if<platform::HttpError>(&answer)) {
      reason = failed->message;
      continue;
    }
    auto& response = std::get<HttpResponse>(answer);
    const Json body = Json::parse(response.body, nullptr, /*allow_exceptions=*/false);
    const bool is_whole = response.status == 200
                              ? body.is_object()
                              : response.status != 404 || saysNotFound(response.body);
    if (!isHiccup(response.status) && is_whole) return std::move(response);
    reason = is_whole ? fmt::format("it answers with status {}", response.status)
                      : "it answers with something that is not Graph's (a proxy's page, or a part "
                        "of an answer): check the base URL";
  }
  return Error(ErrorCode::kUnavailable,
               fmt::format("the tenant does not say who holds the right to write: {}", reason));
}

Result<std::string> TenantPlaces::organizationPath() {
  if (organization_.empty()) {
    const HttpResponse response = TRY(get("/organization?$select=id,displayName,verifiedDomains"));
    if (response.status != 200) return forbiddenRead(response);
    organization_ = TRY(connectors::graph::parseOrganization(response.body)).tenant_id;
  }
  return fmt::format("/organization/{}/extensions", organization_);
}

Result<std::string> TenantPlaces::pathOf(Place place) {
  if (place == Place::kGroup) return std::string(kGroup);
  const std::string extensions = TRY(organizationPath());
  return fmt::format("{}/{}", extensions, kExtension);
}

Result<Kept> TenantPlaces::read(Place place) {
  std::string path = TRY(pathOf(place));
  if (place == Place::kGroup) path += "?$select=id,description";
  const HttpResponse response = TRY(get(path));
  Kept kept;
  if (response.status == 200) {
    const std::optional<Kept> parsed =
        place == Place::kGroup ? parseGroup(response.body) : parseExtension(response.body);
    if (!parsed) {
      return Error(
          ErrorCode::kCorruption,
          fmt::format("{} in the tenant is none of Tandem's: somebody else has written it", path));
    }
    kept = *parsed;
  } else if (response.status != 404) {
    return forbiddenRead(response);
  }
  kept.told_at = platform::parseHttpDate(response.header("Date"));
  return kept;
}

Result<TenantPlaces::Writing> TenantPlaces::write(Place place,
                                                  const Kept& before,
                                                  const std::string& text,
                                                  platform::MonotonicTime not_after) {
  if (place == Place::kGroup && text.size() > kDescriptionMax) {
    return Error(ErrorCode::kInvalidArgument,
                 fmt::format("the record of who may write has {} bytes, and the description of the "
                             "group tandem-witness takes {}: grant the application "
                             "Organization.ReadWrite.All, stop every server, delete the group, and "
                             "make one server active; the record then goes to the organization",
                             text.size(),
                             kDescriptionMax));
  }
  const bool posts = place == Place::kOrganization && !before.exists;
  const std::string path = TRY(posts ? organizationPath() : pathOf(place));
  HttpRequest request = TRY(session_->authorized(posts ? "POST" : "PATCH", path));
  request.headers.emplace_back("Content-Type", "application/json");
  if (!before.etag.empty()) request.headers.emplace_back("If-Match", before.etag);
  if (place == Place::kGroup && !before.exists) {
    request.headers.emplace_back("Prefer", "create-if-missing");
  }
  // A token may have had to be fetched, and what was read is old by now.
  if (clock_->monotonicNow() > not_after) return Writing::kRefused;
  request.body =
      bodyFor(place, before.exists, text).dump(-1, ' ', false, Json::error_handler_t::replace);
  const HttpAnswer answer = TRY(ask(std::move(request)));
  const auto* response = std::get_if<HttpResponse>(&answer);
  if (response == nullptr || isHiccup(response->status)) return Writing::kLost;
  // A page of a proxy says 200 as well.
  const bool is_graphs =
      response->body.empty() || Json::parse(response->body, nullptr, false).is_object();
  if (response->status >= 200 && response->status < 300) {
    return is_graphs ? Writing::kDone : Writing::kLost;
  }
  const int status = response->status;
  if (status == 404 || status == 409 || status == 412) return Writing::kRefused;
  if (status == 403) return Writing::kForbidden;
  return connectors::graph::toError(connectors::graph::parseFailure(status, response->body),
                                    "writing who holds the right to write");
}

}  // namespace tandem::pair::witness
