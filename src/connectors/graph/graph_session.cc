// SPDX-License-Identifier: Apache-2.0
#include "connectors/graph/graph_session.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/hash.h"
#include "base/text.h"
#include "connectors/graph/graph_failure.h"
#include "connectors/graph/graph_url.h"
#include "platform/http_date.h"

namespace tandem::connectors::graph {
namespace {

using std::chrono::milliseconds;

constexpr int kAttemptsMax = 6;
constexpr int kThrottlesMax = 100;
constexpr std::int64_t kWaitSecondsMax = 300;
constexpr milliseconds kSlice{200};  // how soon a cancellation is noticed

bool isHopeless(const platform::HttpError& failed) {
  return failed.kind == platform::HttpFailure::kTls ||
         failed.kind == platform::HttpFailure::kBadRequest ||
         failed.kind == platform::HttpFailure::kTooLarge;
}

}  // namespace

milliseconds backoff(int attempt, std::uint64_t seed) {
  const int doublings = std::clamp(attempt - 1, 0, 6);
  const std::int64_t base = std::int64_t{500} << doublings;
  const auto key = std::to_string(attempt);
  return milliseconds(base + static_cast<std::int64_t>(hash64(key, seed) %
                                                       static_cast<std::uint64_t>(base / 2 + 1)));
}

milliseconds boundedWait(std::int64_t seconds) {
  return milliseconds(std::clamp<std::int64_t>(seconds, 0, kWaitSecondsMax) * 1000);
}

std::optional<milliseconds> retryAfter(const platform::HttpResponse& response) {
  const auto seconds = parseInteger(response.header("Retry-After"));
  if (!seconds || *seconds < 0) return std::nullopt;
  return boundedWait(*seconds);
}

GraphSession::GraphSession(const GraphSettings& settings,
                           platform::HttpClient& http,
                           platform::Clock& clock)
    : settings_(settings),
      http_(http),
      clock_(clock),
      tokens_(settings_, http, clock),
      origin_(originOf(settings.base_url).value_or("")) {}

Result<std::string> GraphSession::absoluteUrl(std::string_view path_or_link) const {
  if (origin_.empty()) {
    return Error(ErrorCode::kInvalidArgument,
                 "the tenant's base URL is not an https URL: it looks like "
                 "https://graph.microsoft.com/v1.0");
  }
  if (path_or_link.substr(0, 1) == "/") return settings_.base_url + std::string(path_or_link);
  const std::optional<std::string> origin = originOf(path_or_link);
  if (origin != origin_) {
    return Error(ErrorCode::kCorruption,
                 fmt::format("the tenant answered with a link to {} although it was asked as {}: "
                             "not followed, because the access token would go there; check for a "
                             "proxy that rewrites answers",
                             origin.value_or("something that is no URL"),
                             origin_));
  }
  return std::string(path_or_link);
}

Result<platform::HttpRequest> GraphSession::authorized(std::string method,
                                                       std::string_view path_or_link) {
  platform::HttpRequest request;
  request.method = std::move(method);
  request.url = TRY(absoluteUrl(path_or_link));
  const std::string token = TRY(tokens_.token());
  request.headers.emplace_back("Authorization", "Bearer " + token);
  request.headers.emplace_back("Accept", "application/json");
  return request;
}

Result<void> GraphSession::wait(milliseconds duration, const Cancelled& cancelled) {
  const platform::MonotonicTime until = clock_.monotonicNow() + duration;
  while (true) {
    if (cancelled && cancelled()) return Error(ErrorCode::kCancelled, "cancelled");
    const auto left = std::chrono::ceil<milliseconds>(until - clock_.monotonicNow());
    if (left.count() <= 0) return {};
    http_.poll(std::min(left, kSlice));
  }
}

Result<platform::HttpResponse> GraphSession::get(std::string_view path_or_link,
                                                 const Cancelled& cancelled) {
  bool token_renewed = false;
  int failures = 0;
  int throttles = 0;
  while (true) {
    if (cancelled && cancelled()) return Error(ErrorCode::kCancelled, "cancelled");
    platform::HttpRequest request = TRY(authorized("GET", path_or_link));
    request.headers.emplace_back("ConsistencyLevel", "eventual");
    platform::HttpAnswer answer = http_.send(std::move(request));
    milliseconds pause = backoff(failures + 1, 0);
    if (const auto* failed = std::get_if<platform::HttpError>(&answer)) {
      if (isHopeless(*failed) || ++failures >= kAttemptsMax) return failed->toError();
    } else {
      auto& response = std::get<platform::HttpResponse>(answer);
      compareClock(response);
      const bool throttled = response.status == 429;
      const bool hiccup =
          response.status == 500 || (response.status >= 502 && response.status <= 504);
      if (response.status == 401 && !token_renewed) {
        token_renewed = true;
        tokens_.forget();
        continue;
      }
      if (!throttled && !hiccup) return std::move(response);
      if (throttled ? ++throttles >= kThrottlesMax : ++failures >= kAttemptsMax) {
        return std::move(response);
      }
      pause = retryAfter(response).value_or(pause);
    }
    TRY(wait(pause, cancelled));
  }
}

void GraphSession::compareClock(const platform::HttpResponse& response) {
  const auto theirs = platform::parseHttpDate(response.header("Date"));
  if (!theirs) return;
  const auto ours =
      std::chrono::duration_cast<std::chrono::seconds>(clock_.wallNow().time_since_epoch());
  clock_ahead_ = *theirs - ours.count();
}

Result<std::string> GraphSession::getBody(std::string_view path_or_link,
                                          std::string_view doing,
                                          const Cancelled& cancelled) {
  platform::HttpResponse response = TRY_DOING(get(path_or_link, cancelled), doing);
  if (response.status != 200) {
    return toError(parseFailure(response.status, response.body), doing);
  }
  return std::move(response.body);
}

}  // namespace tandem::connectors::graph
