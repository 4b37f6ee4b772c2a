// SPDX-License-Identifier: Apache-2.0
//
// An etcd cluster in memory, as its JSON gateway answers, with faults on request. Included by tests
// alone.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "platform/clock.h"
#include "platform/http_client.h"

namespace tandem::pair::witness::testing {

using Json = nlohmann::json;

class FakeEtcd {
 public:
  explicit FakeEtcd(platform::ManualClock& clock) : clock_(&clock) {}

  struct Value {
    std::string value;
    std::int64_t mod_revision = 0;
    std::int64_t lease = 0;
  };
  std::map<std::string, Value> values;
  std::set<std::string> down;  // endpoints that do not answer
  bool wants_token = false;
  std::int64_t term = 2;
  int requests = 0;
  int tokens = 0;
  std::function<std::optional<platform::HttpAnswer>(const platform::HttpRequest&)> before;
  std::function<void(const platform::HttpRequest&, platform::HttpAnswer&)> after;

  std::unique_ptr<platform::HttpClient> client();
  void forgetLeases() { leases_.clear(), expire(); }

  platform::HttpAnswer answer(const platform::HttpRequest& request) {
    clock_->advance(std::chrono::milliseconds(1));
    expire();
    ++requests;
    for (const std::string& endpoint : down) {
      if (request.url.starts_with(endpoint + "/")) return lost(false);
    }
    if (const auto hook = before) {
      if (auto given = hook(request)) return *given;
    }
    platform::HttpAnswer given = gateway(request);
    if (const auto hook = after) hook(request, given);
    return given;
  }

  static platform::HttpError lost(bool may_have_arrived = true) {
    return {platform::HttpFailure::kLost, may_have_arrived, "the connection was lost"};
  }
  static platform::HttpResponse respond(int status, std::string body) {
    platform::HttpResponse response;
    response.status = status;
    response.body = std::move(body);
    response.headers.emplace_back("Date", "Sun, 06 Nov 1994 08:49:37 GMT");
    return response;
  }
  static platform::HttpResponse refuse(int status, int code, const std::string& message) {
    return respond(status, Json{{"error", message}, {"code", code}, {"message", message}}.dump());
  }
  platform::ManualClock& clock() { return *clock_; }

 private:
  platform::HttpAnswer gateway(const platform::HttpRequest& request) {
    const std::string path = request.url.substr(request.url.find("/v3/"));
    const Json body = Json::parse(request.body);
    if (path == "/v3/auth/authenticate") {
      if (body["password"] != "right") return refuse(400, 3, "authentication failed");
      return respond(200, Json{{"header", header()}, {"token", token(++tokens)}}.dump());
    }
    if (wants_token && findHeader(request.headers, "Authorization") != token(tokens)) {
      return refuse(401, 16, "etcdserver: invalid auth token");
    }
    if (path == "/v3/kv/range") return respond(200, withHeader(range(body)).dump());
    if (path == "/v3/kv/txn") return transaction(body);
    if (path == "/v3/lease/grant") {
      const std::int64_t id = 1000 + ++last_lease_;
      leases_[id] = {std::stoll(body["TTL"].get<std::string>()), {}};
      keepAlive(id);
      return respond(200, withHeader({{"ID", std::to_string(id)}, {"TTL", body["TTL"]}}).dump());
    }
    const std::int64_t id = std::stoll(body["ID"].get<std::string>());
    Json result = withHeader({{"ID", body["ID"]}});
    if (keepAlive(id)) result["TTL"] = std::to_string(leases_[id].seconds);
    return respond(200, Json{{"result", result}}.dump());
  }

  platform::HttpAnswer transaction(const Json& body) {
    bool succeeded = true;
    for (const Json& compare : body["compare"]) {
      const auto found = values.find(*fromBase64(compare["key"].get<std::string>()));
      const bool is_there = found != values.end();
      const std::int64_t is = !is_there                        ? 0
                              : compare["target"] == "VERSION" ? 1
                                                               : found->second.mod_revision;
      const char* member = compare["target"] == "VERSION" ? "version" : "mod_revision";
      succeeded = succeeded && std::to_string(is) == compare[member];
    }
    Json responses = Json::array();
    for (const Json& operation : body[succeeded ? "success" : "failure"]) {
      if (!operation.contains("request_put")) continue;
      const std::int64_t lease = std::stoll(operation["request_put"].value("lease", "0"));
      if (lease != 0 && !leases_.contains(lease)) {
        return refuse(404, 5, "etcdserver: requested lease not found");
      }
    }
    if (succeeded) ++revision_;
    for (const Json& operation : body[succeeded ? "success" : "failure"])
      responses.push_back(perform(operation));
    Json answer{{"responses", responses}};
    if (succeeded) answer["succeeded"] = true;  // false is left out, as gRPC does
    return respond(200, withHeader(answer).dump());
  }

  Json perform(const Json& operation) {
    if (operation.contains("request_range")) {
      return {{"response_range", withHeader(range(operation["request_range"]))}};
    }
    if (operation.contains("request_delete_range")) {
      values.erase(*fromBase64(operation["request_delete_range"]["key"].get<std::string>()));
      return {{"response_delete_range", Json::object()}};
    }
    const Json& put = operation["request_put"];
    values[*fromBase64(put["key"].get<std::string>())] = {
        *fromBase64(put["value"].get<std::string>()),
        revision_,
        std::stoll(put.value("lease", "0"))};
    return {{"response_put", Json::object()}};
  }

  Json range(const Json& body) const {
    const std::string begin = *fromBase64(body["key"].get<std::string>());
    const std::string end = *fromBase64(body["range_end"].get<std::string>());
    Json list = Json::array();
    for (auto at = values.lower_bound(begin); at != values.end() && at->first < end; ++at) {
      Json one{{"key", toBase64(at->first)},
               {"value", toBase64(at->second.value)},
               {"mod_revision", std::to_string(at->second.mod_revision)}};
      if (at->second.lease != 0) one["lease"] = std::to_string(at->second.lease);
      list.push_back(one);
    }
    return list.empty() ? Json::object() : Json{{"kvs", list}};
  }

  bool keepAlive(std::int64_t id) {
    const auto found = leases_.find(id);
    if (found == leases_.end()) return false;
    found->second.until = clock_->bootNow() + std::chrono::seconds(found->second.seconds);
    return true;
  }
  void expire() {
    std::erase_if(leases_,
                  [&](const auto& lease) { return lease.second.until <= clock_->bootNow(); });
    std::erase_if(values, [&](const auto& value) {
      return value.second.lease != 0 && !leases_.contains(value.second.lease);
    });
  }

  Json header() const {
    return {{"revision", std::to_string(revision_)}, {"raft_term", std::to_string(term)}};
  }
  Json withHeader(Json json) const {
    json["header"] = header();
    return json;
  }
  static std::string token(int number) { return "token." + std::to_string(number); }
  static std::string_view findHeader(const platform::HttpHeaders& headers, std::string_view name) {
    return platform::findHeader(headers, name);
  }

  struct Lease {
    std::int64_t seconds = 0;
    platform::BootTime until;
  };
  platform::ManualClock* clock_;
  std::map<std::int64_t, Lease> leases_;
  std::int64_t last_lease_ = 0;
  std::int64_t revision_ = 1;
};

class FakeEtcdClient final : public platform::HttpClient {
 public:
  explicit FakeEtcdClient(FakeEtcd& etcd) : etcd_(&etcd) {}

  platform::HttpRequestId submit(platform::HttpRequest request,
                                 platform::HttpCallback callback) override {
    waiting_.emplace_back(std::move(request), std::move(callback));
    return platform::HttpRequestId{++last_};
  }
  void cancel(platform::HttpRequestId) override { waiting_.clear(); }
  void poll(std::chrono::milliseconds at_most) override {
    if (waiting_.empty()) {
      etcd_->clock().advance(at_most);
      return;
    }
    auto [request, callback] = std::move(waiting_.front());
    waiting_.pop_front();
    callback(etcd_->answer(request));
  }
  std::size_t inFlight() const override { return waiting_.size(); }

 private:
  FakeEtcd* etcd_;
  std::deque<std::pair<platform::HttpRequest, platform::HttpCallback>> waiting_;
  std::uint64_t last_ = 0;
};

inline std::unique_ptr<platform::HttpClient> FakeEtcd::client() {
  return std::make_unique<FakeEtcdClient>(*this);
}

}  // namespace tandem::pair::witness::testing
