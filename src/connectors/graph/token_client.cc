// SPDX-License-Identifier: Apache-2.0
#include "connectors/graph/token_client.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/text.h"
#include "connectors/graph/graph_url.h"
#include "connectors/graph/json_reading.h"
#include "connectors/graph/json_text.h"
#include "platform/http_date.h"

namespace tandem::connectors::graph {
namespace {

using std::chrono::seconds;

constexpr seconds kRenewBefore{300};
constexpr seconds kAssertionLife{300};
constexpr seconds kSkewWorthCorrecting{30};

struct Advice {
  std::int64_t code;
  std::string_view text;
};
constexpr std::array<Advice, 12> kAdvice = {{
    {7000215, "the client secret is wrong: store the secret's value, not its id"},
    {7000222, "the client secret has expired: make a new one in the app registration"},
    {700027, "the certificate is not registered with the application: upload it there"},
    {700024, "the assertion's dates are refused: set this machine's clock"},
    {700016, "the tenant does not know this client id: check both, and that consent was given"},
    {90002, "there is no such tenant: check the tenant's id or domain name"},
    {900023, "this is not a tenant's name: give its id or one of its domains"},
    {70011, "the scope is refused: it must be the resource with /.default"},
    {1002012, "the scope is refused: it must be the resource with /.default"},
    {70003, "the server does not support the client credentials grant"},
    {7000112, "the application is disabled in the tenant: an administrator can enable it"},
    {53003, "a conditional access policy blocks the application: exclude this server's address"},
}};

std::optional<std::int64_t> aadstsCode(const JsonElement& document) {
  if (const auto codes = arrayAt(document, "error_codes"); codes && codes->size() > 0) {
    std::int64_t code = 0;
    if (codes->at(0).get(code) == simdjson::SUCCESS) return code;
  }
  const std::string_view text = textAt(document, "error_description").value_or("");
  const std::size_t at = text.find("AADSTS");
  if (at == std::string_view::npos) return std::nullopt;
  std::int64_t code = 0;
  const std::string_view digits = text.substr(at + 6);
  if (std::from_chars(digits.data(), digits.data() + digits.size(), code).ec != std::errc()) {
    return std::nullopt;
  }
  return code;
}

std::int64_t secondsOf(platform::WallTime time) {
  return std::chrono::duration_cast<seconds>(time.time_since_epoch()).count();
}

}  // namespace

TokenClient::TokenClient(const GraphSettings& settings,
                         platform::HttpClient& http,
                         platform::Clock& clock)
    : settings_(settings), http_(http), clock_(clock) {}

std::string TokenClient::url() const {
  if (!settings_.token_url.empty()) return settings_.token_url;
  return fmt::format("{}/{}/oauth2/v2.0/token", settings_.login_url, settings_.tenant);
}

Result<std::string> TokenClient::token() {
  if (!token_.empty() && clock_.monotonicNow() < renew_at_) return token_;
  return fetch();
}

Result<std::string> TokenClient::assertion() const {
  const platform::SigningKey key =
      TRY_DOING(platform::SigningKey::fromPem(settings_.private_key_pem), "the private key");
  const platform::Thumbprints prints = TRY_DOING(
      platform::certificateThumbprints(settings_.certificate_pem), "the application's certificate");
  std::string header;
  JsonText(header)
      .beginObject()
      .key("alg")
      .string("PS256")
      .key("typ")
      .string("JWT")
      .key("x5t#S256")
      .string(toBase64Url(prints.sha256))
      .endObject();
  const std::int64_t now = secondsOf(clock_.wallNow() + skew_);
  std::string claims;
  JsonText(claims)
      .beginObject()
      .key("aud")
      .string(url())
      .key("iss")
      .string(settings_.client_id)
      .key("sub")
      .string(settings_.client_id)
      .key("jti")
      .string(toHex(platform::randomBytes(16)))
      .key("nbf")
      .raw(std::to_string(now))
      .key("iat")
      .raw(std::to_string(now))
      .key("exp")
      .raw(std::to_string(now + kAssertionLife.count()))
      .endObject();
  const std::string signed_part = toBase64Url(header) + "." + toBase64Url(claims);
  const std::string signature = TRY(key.sign(platform::SignatureAlgorithm::kPs256, signed_part));
  return signed_part + "." + toBase64Url(signature);
}

Result<std::string> TokenClient::form() const {
  std::string text = fmt::format("grant_type=client_credentials&client_id={}&scope={}",
                                 percentEncode(settings_.client_id),
                                 percentEncode(settings_.scope));
  if (!settings_.client_secret.empty()) {
    return text + "&client_secret=" + percentEncode(settings_.client_secret);
  }
  if (settings_.private_key_pem.empty()) {
    return Error(ErrorCode::kInvalidArgument,
                 "the connection to the tenant has neither a client secret nor a certificate with "
                 "its key: store one of the two");
  }
  const std::string signed_assertion = TRY(assertion());
  return text + "&client_assertion_type=" +
         percentEncode("urn:ietf:params:oauth:client-assertion-type:jwt-bearer") +
         "&client_assertion=" + signed_assertion;
}

bool TokenClient::correctSkew(const platform::HttpResponse& refused) {
  const std::optional<std::int64_t> theirs = platform::parseHttpDate(refused.header("Date"));
  if (!theirs || refused.body.find("700024") == std::string::npos) return false;
  const seconds skew{*theirs - secondsOf(clock_.wallNow())};
  if (std::chrono::abs(skew - skew_) < kSkewWorthCorrecting) return false;
  skew_ = skew;
  return true;
}

Result<std::string> TokenClient::fetch() {
  constexpr int kAttemptsMax = 3;
  for (int attempt = 1;; ++attempt) {
    platform::HttpRequest request;
    request.method = "POST";
    request.url = url();
    request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    request.headers.emplace_back("Accept", "application/json");
    request.body = TRY(form());
    const platform::HttpAnswer answer = http_.send(std::move(request));
    if (const auto* failed = std::get_if<platform::HttpError>(&answer)) {
      const bool hopeless = failed->kind == platform::HttpFailure::kTls ||
                            failed->kind == platform::HttpFailure::kBadRequest;
      if (hopeless || attempt == kAttemptsMax) {
        return failed->toError().withContext("asking for an access token");
      }
    } else {
      const auto& response = std::get<platform::HttpResponse>(answer);
      if (response.status == 200) {
        TRY(keep(response.body));
        return token_;
      }
      if (correctSkew(response)) continue;
      if ((response.status != 429 && response.status < 500) || attempt == kAttemptsMax) {
        return describeTokenFailure(response.status, response.body, url());
      }
    }
    http_.poll(std::chrono::milliseconds(500) * attempt * attempt);
  }
}

Result<void> TokenClient::keep(std::string_view body) {
  simdjson::dom::parser parser;
  JsonElement document;
  const bool parsed = parser.parse(body.data(), body.size()).get(document) == simdjson::SUCCESS;
  const std::optional<std::string_view> token =
      parsed ? textAt(document, "access_token") : std::nullopt;
  if (!token || token->empty()) {
    return Error(ErrorCode::kCorruption,
                 fmt::format("{} answered without an access token: is it the address of a token "
                             "endpoint?",
                             url()));
  }
  std::int64_t life = 3600;
  if (const auto number = memberOf(document, "expires_in")) {
    if (number->get(life) != simdjson::SUCCESS) {
      life = parseInteger(textOf(*number).value_or("")).value_or(3600);  // some send a text
    }
  }
  life = std::clamp<std::int64_t>(life, 0, 86'400);
  const seconds usable{std::max<std::int64_t>(1, std::max(life - kRenewBefore.count(), life / 2))};
  token_ = std::string(*token);
  renew_at_ = clock_.monotonicNow() + usable;
  return {};
}

std::optional<std::int64_t> parseHttpDate(std::string_view text) {
  std::tm parts{};
  if (strptime(std::string(text).c_str(), "%a, %d %b %Y %H:%M:%S", &parts) == nullptr) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(timegm(&parts));
}

bool isJsonWebToken(std::string_view token) {
  const std::vector<std::string> parts = split(token, '.');
  if (parts.size() != 3) return false;
  const std::optional<std::string> payload = fromBase64Url(parts[1]);
  simdjson::dom::parser parser;
  JsonElement document;
  return payload && parser.parse(*payload).get(document) == simdjson::SUCCESS;
}

std::vector<std::string> rolesOf(std::string_view token) {
  std::vector<std::string> roles;
  const std::vector<std::string> parts = split(token, '.');
  if (parts.size() != 3) return roles;
  const std::optional<std::string> payload = fromBase64Url(parts[1]);
  simdjson::dom::parser parser;
  JsonElement document;
  if (!payload || parser.parse(*payload).get(document) != simdjson::SUCCESS) return roles;
  if (const auto listed = arrayAt(document, "roles")) {
    for (const JsonElement role : *listed) {
      if (const auto name = textOf(role)) roles.emplace_back(*name);
    }
  }
  return roles;
}

Error describeTokenFailure(int status, std::string_view body, std::string_view url) {
  simdjson::dom::parser parser;
  JsonElement document;
  if (parser.parse(body.data(), body.size()).get(document) != simdjson::SUCCESS) {
    return Error(ErrorCode::kUnauthenticated,
                 fmt::format("no access token: {} answered with status {} and something that is "
                             "not a token endpoint's answer; check the login URL",
                             url,
                             status));
  }
  const std::string_view error = textAt(document, "error").value_or("unknown error");
  const std::optional<std::int64_t> code = aadstsCode(document);
  const auto* known = std::find_if(
      kAdvice.begin(), kAdvice.end(), [&](const Advice& advice) { return code == advice.code; });
  const std::string label =
      code ? fmt::format("AADSTS{}", *code) : fmt::format("status {}", status);
  const ErrorCode kind = status >= 500 ? ErrorCode::kUnavailable : ErrorCode::kUnauthenticated;
  if (known != kAdvice.end()) {
    return Error(kind, fmt::format("no access token ({}, {}): {}", error, label, known->text));
  }
  return Error(
      kind,
      fmt::format(
          "no access token ({}, {}): check client id, tenant and credentials", error, label));
}

}  // namespace tandem::connectors::graph
