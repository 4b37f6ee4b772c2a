// SPDX-License-Identifier: Apache-2.0
//
// A scripted tenant for unit tests: answers each request (and each request inside a batch) from a
// function, and moves a manual clock where a real client would wait. Included by tests alone.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "connectors/connector.h"
#include "platform/clock.h"
#include "platform/http_client.h"

namespace tandem::connectors {

class ExportGrantForTesting {
 public:
  static ExportGrant make(GrantKeeper* keeper = nullptr) { return ExportGrant(1, keeper); }
};

}  // namespace tandem::connectors

namespace tandem::connectors::graph::testing {

using Json = nlohmann::json;

struct FakeAnswer {
  int status = 200;
  Json body;  // null: no body
  std::int64_t retry_after = -1;
};

struct SentRequest {
  std::string method;
  std::string url;  // inside a batch: relative
  Json body;
  std::string prefer;
};

class FakeGraph final : public platform::HttpClient {
 public:
  explicit FakeGraph(platform::ManualClock& clock) : clock_(clock) {}

  // Requests of batches, and plain GETs with the base URL taken off.
  std::function<FakeAnswer(const SentRequest&)> on_request;
  // Whole HTTP requests, before anything else; nullopt: go on.
  std::function<std::optional<platform::HttpAnswer>(const platform::HttpRequest&)> on_http;

  platform::HttpRequestId submit(platform::HttpRequest request,
                                 platform::HttpCallback callback) override {
    waiting_.push_back({std::move(request), std::move(callback)});
    most_in_flight = std::max(most_in_flight, waiting_.size());
    return platform::HttpRequestId{++last_};
  }
  void cancel(platform::HttpRequestId) override { waiting_.clear(); }
  void poll(std::chrono::milliseconds at_most) override {
    if (waiting_.empty()) {
      clock_.advance(at_most);
      return;
    }
    auto [request, callback] = std::move(waiting_.front());
    waiting_.pop_front();
    clock_.advance(std::chrono::milliseconds(1));
    platform::HttpAnswer answer = answerTo(request);
    auto* response = std::get_if<platform::HttpResponse>(&answer);
    if (response != nullptr && !date.empty()) response->headers.emplace_back("Date", date);
    callback(std::move(answer));
  }
  std::size_t inFlight() const override { return waiting_.size(); }

  std::string date;               // of every answer; empty: none
  std::vector<SentRequest> sent;  // in the order of their answering
  std::vector<std::size_t> batch_sizes;
  std::size_t most_in_flight = 0;
  int tokens = 0;

  std::size_t count(const std::string& method, const std::string& part) const {
    std::size_t found = 0;
    for (const SentRequest& request : sent)
      found += request.method == method && request.url.find(part) != std::string::npos ? 1U : 0U;
    return found;
  }

  static platform::HttpResponse respond(int status,
                                        std::string body,
                                        std::int64_t retry_after = -1) {
    platform::HttpResponse response;
    response.status = status;
    response.body = std::move(body);
    if (retry_after >= 0) response.headers.emplace_back("Retry-After", std::to_string(retry_after));
    return response;
  }
  static platform::HttpError lost() {
    return {platform::HttpFailure::kLost, true, "the connection was lost before the answer"};
  }
  static FakeAnswer refuse(int status,
                           const std::string& code,
                           const std::string& message,
                           const std::string& detail = {},
                           const std::string& target = {}) {
    Json error{{"code", code}, {"message", message}};
    if (!detail.empty()) error["details"] = {{{"code", detail}, {"target", target}}};
    return {status, Json{{"error", error}}, -1};
  }

 private:
  platform::HttpAnswer answerTo(const platform::HttpRequest& request) {
    if (on_http) {
      if (auto given = on_http(request)) return std::move(*given);
    }
    if (request.url.find("/oauth2/") != std::string::npos) {
      ++tokens;
      return respond(
          200, Json{{"access_token", "t" + std::to_string(tokens)}, {"expires_in", 3600}}.dump());
    }
    const std::string base = "https://graph.test/v1.0";
    const std::string path = request.url.substr(base.size());
    if (path != "/$batch") {
      const FakeAnswer answer = ask({request.method, path, Json(), ""});
      auto response = respond(
          answer.status, answer.body.is_null() ? "" : answer.body.dump(), answer.retry_after);
      return response;
    }
    const Json batch = Json::parse(request.body);
    Json responses = Json::array();
    batch_sizes.push_back(batch["requests"].size());
    for (const Json& inner : batch["requests"]) {
      SentRequest one{inner["method"], inner["url"], inner.value("body", Json()), ""};
      if (inner.contains("headers")) one.prefer = inner["headers"].value("Prefer", "");
      const FakeAnswer answer = ask(one);
      Json response{{"id", inner["id"]}, {"status", answer.status}};
      if (!answer.body.is_null()) response["body"] = answer.body;
      if (answer.retry_after >= 0) {
        response["headers"] = {{"Retry-After", std::to_string(answer.retry_after)}};
      }
      responses.push_back(response);
    }
    return respond(200, Json{{"responses", responses}}.dump());
  }

  FakeAnswer ask(const SentRequest& request) {
    sent.push_back(request);
    return on_request ? on_request(request) : FakeAnswer{204, Json(), -1};
  }

  platform::ManualClock& clock_;
  std::deque<std::pair<platform::HttpRequest, platform::HttpCallback>> waiting_;
  std::uint64_t last_ = 0;
};

// Keeps what an export says.
class KeptOutcomes final : public ExportSink {
 public:
  Result<void> answered(ExportOutcome outcome) override {
    outcomes.push_back(std::move(outcome));
    return {};
  }
  bool isCancelled() const override { return cancelled; }
  const ExportOutcome* find(std::int64_t id) const {
    for (const ExportOutcome& outcome : outcomes) {
      if (outcome.id.raw() == id) return &outcome;
    }
    return nullptr;
  }
  std::vector<ExportOutcome> outcomes;
  bool cancelled = false;
};

// "00000000-0000-0000-0000-<number>"
inline std::string guidOf(std::uint64_t number) {
  std::string digits = std::to_string(number);
  return "00000000-0000-0000-0000-" + std::string(12 - digits.size(), '0') + digits;
}

}  // namespace tandem::connectors::graph::testing
