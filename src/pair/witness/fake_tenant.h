// SPDX-License-Identifier: Apache-2.0
//
// The organization's extension and the group of a tenant in memory, as public Graph (no entity
// tags) or tandem-tenant (with them) answers, with faults on request. Included by tests alone.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "platform/clock.h"
#include "platform/http_client.h"

namespace tandem::pair::witness::testing {

using Json = nlohmann::json;

class FakeTenant {
 public:
  explicit FakeTenant(platform::ManualClock& clock) : clock_(&clock) {}

  std::optional<std::string> extension;  // the text of the record
  std::optional<std::string> group;
  bool has_etags = true;
  bool may_write_organization = true;
  int requests = 0;  // to Graph; tokens do not count
  int writes = 0;
  std::chrono::milliseconds latency{1};
  // Before a request is looked at; an answer ends it there.
  std::function<std::optional<platform::HttpAnswer>(const platform::HttpRequest&)> before;
  // What the client gets to see of an answer.
  std::function<void(const platform::HttpRequest&, platform::HttpAnswer&)> after;

  std::unique_ptr<platform::HttpClient> client();

  platform::HttpAnswer answer(const platform::HttpRequest& request) {
    clock_->advance(latency);
    if (request.url.find("/oauth2/") != std::string::npos) {
      return respond(200, R"({"access_token":"t","expires_in":3600})");
    }
    ++requests;
    if (const auto hook = before) {  // a copy: it may take itself out
      if (auto given = hook(request)) return *given;
    }
    platform::HttpAnswer given = graph(request);
    if (after) after(request, given);
    return given;
  }

  static platform::HttpError lost() {
    return {platform::HttpFailure::kLost, true, "the connection was lost before the answer"};
  }
  static platform::HttpResponse respond(int status, std::string body) {
    platform::HttpResponse response;
    response.status = status;
    response.body = std::move(body);
    response.headers.emplace_back("Date", "Sun, 06 Nov 1994 08:49:37 GMT");
    return response;
  }
  static platform::HttpResponse refuse(int status, const std::string& code) {
    return respond(status, Json{{"error", {{"code", code}, {"message", "no"}}}}.dump());
  }
  platform::ManualClock& clock() { return *clock_; }

 private:
  platform::HttpAnswer graph(const platform::HttpRequest& request) {
    const std::string path = request.url.substr(std::string("https://graph.test/v1.0").size());
    if (path.starts_with("/organization?")) {
      return respond(200, R"({"value":[{"id":"the-id","verifiedDomains":[]}]})");
    }
    const bool is_group = path.starts_with("/groups(uniqueName='tandem-witness')");
    std::optional<std::string>& text = is_group ? group : extension;
    std::uint64_t& version = is_group ? group_version_ : extension_version_;
    if (!is_group && !path.starts_with("/organization/the-id/extensions")) {
      return refuse(400, "BadRequest");
    }
    if (request.method == "GET") return read(is_group, text, version);
    if (!is_group && !may_write_organization) return refuse(403, "Authorization_RequestDenied");
    const bool upserts = platform::findHeader(request.headers, "Prefer") == "create-if-missing";
    if (!text && request.method != "POST" && !upserts) return refuse(404, "ResourceNotFound");
    if (text && request.method == "POST") return refuse(409, "NameAlreadyExists");
    const std::string_view condition = platform::findHeader(request.headers, "If-Match");
    if (has_etags && !condition.empty() && condition != etag(version)) {
      return refuse(412, "PreconditionFailed");
    }
    text = Json::parse(request.body)[is_group ? "description" : "record"];
    ++version;
    ++writes;
    return respond(204, "");
  }

  platform::HttpAnswer read(bool is_group,
                            const std::optional<std::string>& text,
                            std::uint64_t version) const {
    if (!text) return refuse(404, is_group ? "Request_ResourceNotFound" : "ResourceNotFound");
    Json body{{"id", "x"}, {is_group ? "description" : "record", *text}};
    if (has_etags) body["@odata.etag"] = etag(version);
    return respond(200, body.dump());
  }

  static std::string etag(std::uint64_t version) { return fmt::format("W/\"{}\"", version); }

  platform::ManualClock* clock_;
  std::uint64_t extension_version_ = 1;
  std::uint64_t group_version_ = 1;
};

class FakeTenantClient final : public platform::HttpClient {
 public:
  explicit FakeTenantClient(FakeTenant& tenant) : tenant_(&tenant) {}

  platform::HttpRequestId submit(platform::HttpRequest request,
                                 platform::HttpCallback callback) override {
    waiting_.emplace_back(std::move(request), std::move(callback));
    return platform::HttpRequestId{++last_};
  }
  void cancel(platform::HttpRequestId) override { waiting_.clear(); }
  void poll(std::chrono::milliseconds at_most) override {
    if (waiting_.empty()) {
      tenant_->clock().advance(at_most);
      return;
    }
    auto [request, callback] = std::move(waiting_.front());
    waiting_.pop_front();
    callback(tenant_->answer(request));
  }
  std::size_t inFlight() const override { return waiting_.size(); }

 private:
  FakeTenant* tenant_;
  std::deque<std::pair<platform::HttpRequest, platform::HttpCallback>> waiting_;
  std::uint64_t last_ = 0;
};

inline std::unique_ptr<platform::HttpClient> FakeTenant::client() {
  return std::make_unique<FakeTenantClient>(*this);
}

}  // namespace tandem::pair::witness::testing
