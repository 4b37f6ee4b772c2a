// SPDX-License-Identifier: Apache-2.0
#include "pair/witness/etcd_client.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "platform/http_date.h"

namespace tandem::pair::witness {
namespace {

constexpr std::size_t kConnectionsMax = 2;
constexpr std::size_t kAnswerMax = 1024 * 1024;
// Codes of gRPC that mean "this member, this moment": another member may do better.
constexpr std::int64_t kDeadlineExceeded = 4;
constexpr std::int64_t kResourceExhausted = 8;
constexpr std::int64_t kAborted = 10;
constexpr std::int64_t kInternal = 13;
constexpr std::int64_t kUnavailable = 14;
constexpr std::int64_t kUnauthenticated = 16;

bool isOfThisMember(const EtcdAnswer& answer) {
  const std::int64_t code = answer.failure.code;
  return code == 0 || code == kDeadlineExceeded || code == kResourceExhausted || code == kAborted ||
         code == kInternal || code == kUnavailable;
}

bool isTokenRefused(const EtcdAnswer& answer) {
  // Some releases answer a token of an older revision of the users with InvalidArgument.
  return answer.failure.code == kUnauthenticated ||
         answer.failure.message.find("invalid auth token") != std::string::npos ||
         answer.failure.message.find("revision of auth store is old") != std::string::npos;
}

std::string withoutSlash(std::string endpoint) {
  while (endpoint.ends_with('/'))
    endpoint.pop_back();
  return endpoint;
}

}  // namespace

Result<std::unique_ptr<EtcdClient>> EtcdClient::open(EtcdSettings settings) {
  platform::HttpClientOptions http;
  http.ca_file = settings.ca_file;
  http.certificate_file = settings.certificate_file;
  http.private_key_file = settings.key_file;
  http.proxy = "";  // a witness behind a proxy would be away whenever the proxy is
  http.connect_timeout = settings.request_timeout;
  http.total_timeout = settings.request_timeout;
  http.connections_max = kConnectionsMax;
  http.response_limit = kAnswerMax;
  std::unique_ptr<platform::HttpClient> client = TRY(platform::openHttpClient(std::move(http)));
  return std::make_unique<EtcdClient>(std::move(settings), std::move(client));
}

EtcdClient::EtcdClient(EtcdSettings settings, std::unique_ptr<platform::HttpClient> http)
    : settings_(std::move(settings)), http_(std::move(http)) {
  for (std::string& endpoint : settings_.endpoints)
    endpoint = withoutSlash(std::move(endpoint));
}

EtcdClient::Attempt EtcdClient::ask(const std::string& endpoint,
                                    const std::string& path,
                                    const std::string& body) {
  platform::HttpRequest request;
  request.method = "POST";
  request.url = endpoint + path;
  request.headers.emplace_back("Content-Type", "application/json");
  if (!token_.empty()) request.headers.emplace_back("Authorization", token_);
  request.body = body;
  const platform::HttpAnswer got = http_->send(std::move(request));
  if (const auto* failed = std::get_if<platform::HttpError>(&got)) return {{}, failed->message};
  const auto& response = std::get<platform::HttpResponse>(got);
  EtcdAnswer answer;
  answer.status = response.status;
  answer.body = response.body;
  answer.told_at = platform::parseHttpDate(response.header("Date"));
  answer.failure = parseEtcdFailure(response.body);
  const bool is_done = response.status == 200 && answer.failure.code == 0;
  if (response.status == 400 && response.body.starts_with("CommonName of client")) {
    return {{},
            fmt::format("{} refuses this server's certificate because it has a common name, which "
                        "etcd's gateway takes from nobody: make one without",
                        endpoint)};
  }
  if (!is_done && isOfThisMember(answer)) {
    return {{},
            fmt::format("{} answers with status {}{}",
                        endpoint,
                        response.status,
                        answer.failure.message.empty() ? "" : ": " + answer.failure.message)};
  }
  if (!is_done && answer.status == 200) answer.status = 500;  // a stream that failed half-way
  return {std::move(answer), {}};
}

Result<EtcdAnswer> EtcdClient::callEach(const std::string& path, const std::string& body) {
  std::string reason = "it has no endpoints";
  for (std::size_t i = 0; i < settings_.endpoints.size(); ++i) {
    Attempt attempt = ask(settings_.endpoints[good_], path, body);
    if (attempt.answer) return *std::move(attempt.answer);
    reason = std::move(attempt.reason);
    good_ = (good_ + 1) % settings_.endpoints.size();
  }
  return Error(
      ErrorCode::kUnavailable,
      fmt::format("no member of etcd answers. Check that most of them run and can be reached from "
                  "here; the last one: {}",
                  reason));
}

Result<void> EtcdClient::signIn() {
  token_.clear();
  const std::string body =
      nlohmann::json{{"name", settings_.user}, {"password", settings_.password}}.dump(
          -1, ' ', false, nlohmann::json::error_handler_t::replace);
  const EtcdAnswer answer = TRY(callEach("/v3/auth/authenticate", body));
  const std::optional<std::string> token =
      answer.status == 200 ? parseEtcdToken(answer.body) : std::nullopt;
  if (!token) {
    return Error(ErrorCode::kUnauthenticated,
                 fmt::format("etcd refuses the user \"{}\" ({}): check witness.user and the secret "
                             "that witness.password_secret names",
                             settings_.user,
                             answer.failure.message));
  }
  token_ = *token;
  return {};
}

Result<EtcdAnswer> EtcdClient::call(const std::string& path, const std::string& body) {
  if (settings_.user.empty()) return callEach(path, body);
  if (token_.empty()) TRY(signIn());
  EtcdAnswer answer = TRY(callEach(path, body));
  if (answer.status == 200 || !isTokenRefused(answer)) return answer;
  TRY(signIn());  // etcd forgets tokens after five minutes, and at a restart
  return callEach(path, body);
}

}  // namespace tandem::pair::witness
