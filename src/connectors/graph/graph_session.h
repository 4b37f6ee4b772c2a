// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "connectors/graph/graph_settings.h"
#include "connectors/graph/token_client.h"
#include "platform/clock.h"
#include "platform/http_client.h"

namespace tandem::connectors::graph {

// Asked while waiting; true ends the wait with ErrorCode::kCancelled.
using Cancelled = std::function<bool()>;

// How long to wait after the nth failure in a row (from 1): doubling, with a spread so that many
// requests which failed together do not come back together.
std::chrono::milliseconds backoff(int attempt, std::uint64_t seed);

// So many seconds of a Retry-After, whatever somebody writes there: from none to five minutes.
std::chrono::milliseconds boundedWait(std::int64_t seconds);

// Retry-After, bounded; absent when there is none.
std::optional<std::chrono::milliseconds> retryAfter(const platform::HttpResponse& response);

// Requests with the application's token: one at a time, retried here. Batches of many go through
// BatchPipeline, which shares the token.
class GraphSession {
 public:
  GraphSession(const GraphSettings& settings, platform::HttpClient& http, platform::Clock& clock);

  const GraphSettings& settings() const { return settings_; }
  platform::HttpClient& http() { return http_; }
  platform::Clock& clock() { return clock_; }
  TokenClient& tokens() { return tokens_; }

  // Relative ("/users?…") or an absolute link that the tenant gave; a link to another host is
  // refused, because the token would go there.
  Result<std::string> absoluteUrl(std::string_view path_or_link) const;
  Result<platform::HttpRequest> authorized(std::string method, std::string_view path_or_link);

  // The answer to a GET, whatever its status, after waiting out throttling and hiccups.
  Result<platform::HttpResponse> get(std::string_view path_or_link, const Cancelled& cancelled);
  // The body of a 200; anything else is an error that says what it was doing.
  Result<std::string> getBody(std::string_view path_or_link,
                              std::string_view doing,
                              const Cancelled& cancelled);
  Result<void> wait(std::chrono::milliseconds duration, const Cancelled& cancelled);
  // By how many seconds the tenant's clock was ahead of ours at its last answer with a date.
  std::optional<std::int64_t> clockAhead() const { return clock_ahead_; }

 private:
  void compareClock(const platform::HttpResponse& response);

  const GraphSettings& settings_;
  platform::HttpClient& http_;
  platform::Clock& clock_;
  TokenClient tokens_;
  std::string origin_;
  std::optional<std::int64_t> clock_ahead_;
};

}  // namespace tandem::connectors::graph
