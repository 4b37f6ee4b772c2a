// SPDX-License-Identifier: Apache-2.0
#include "access/oidc.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include <fmt/core.h>

#include "access/id_token.h"
#include "base/bytes.h"
#include "platform/signing.h"
#include "policy/json_document.h"

namespace tandem::access {
namespace {

using platform::HttpRequest;
using platform::HttpResponse;
using policy::JsonNode;

constexpr std::size_t kRandomBytes = 32;
constexpr std::size_t kStateMax = 256;
constexpr std::size_t kCodeMax = 4096;
constexpr std::size_t kShownMax = 200;
constexpr std::size_t kResponseMax = 512 * 1024;
constexpr std::chrono::seconds kConnectTimeout{5};
constexpr std::chrono::seconds kTotalTimeout{15};  // somebody sits and waits
constexpr std::chrono::minutes kKeysAgain{1};      // asked for again at most so often
constexpr std::chrono::hours kKeysAgeMax{1};       // a key that the provider withdrew is gone then

std::string percentEncode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
  }
  return out;
}

std::string random() {
  return toBase64Url(platform::randomBytes(kRandomBytes));
}

Error refused(std::string message) {
  return {ErrorCode::kUnauthenticated, std::move(message)};
}

std::string textOf(const JsonNode& object, std::string_view name) {
  const JsonNode* const node = object.find(name);
  return node != nullptr && node->kind == JsonNode::Kind::kString ? node->text : std::string();
}

Result<HttpResponse> send(platform::HttpClient& http, HttpRequest request) {
  platform::HttpAnswer answer = http.send(std::move(request));
  if (const auto* error = std::get_if<platform::HttpError>(&answer)) return error->toError();
  return std::get<HttpResponse>(std::move(answer));
}

Result<HttpResponse> get(platform::HttpClient& http, const std::string& url) {
  HttpRequest request;
  request.url = url;
  request.headers = {{"Accept", "application/json"}};
  return send(http, std::move(request));
}

Result<JsonNode> objectIn(const HttpResponse& response, std::string_view what) {
  auto parsed = policy::parseJson(response.body);
  auto* const root = std::get_if<JsonNode>(&parsed);
  if (root == nullptr || root->kind != JsonNode::Kind::kObject) {
    return Error(ErrorCode::kUnavailable,
                 fmt::format("{} (status {}) is no JSON object", what, response.status));
  }
  return std::move(*root);
}

// What the provider says of a refusal, short and without control characters.
std::string reasonIn(const HttpResponse& response) {
  auto parsed = policy::parseJson(response.body);
  const auto* const root = std::get_if<JsonNode>(&parsed);
  std::string reason;
  if (root != nullptr) reason = textOf(*root, "error") + ": " + textOf(*root, "error_description");
  if (reason.size() > kShownMax) reason.resize(kShownMax);
  if (reason.size() <= 2 || !isValidUtf8(reason)) return "without a reason";
  for (char& c : reason) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return reason;
}

std::optional<Role> roleFor(const home::OidcSettings& settings,
                            const std::vector<std::string>& values) {
  std::optional<Role> best;
  for (const auto& [value, word] : settings.roles) {
    if (std::find(values.begin(), values.end(), value) == values.end()) continue;
    const std::optional<Role> role = roleFromWord(word);
    if (role && (!best || includes(*role, *best))) best = role;
  }
  return best;
}

std::string discoveryUrl(std::string issuer) {
  while (!issuer.empty() && issuer.back() == '/')
    issuer.pop_back();
  return issuer + "/.well-known/openid-configuration";
}

}  // namespace

OidcClient::OpenHttp oidcHttp(std::string ca_file) {
  platform::HttpClientOptions options;
  options.ca_file = std::move(ca_file);
  options.connections_max = 2;
  options.connect_timeout = kConnectTimeout;
  options.total_timeout = kTotalTimeout;
  options.response_limit = kResponseMax;
  return [options] { return platform::openHttpClient(options); };
}

OidcClient::OidcClient(Parts parts) : parts_(std::move(parts)) {}

Result<OidcClient::Provider> OidcClient::provider(platform::HttpClient& http) {
  const platform::BootTime now = parts_.clock.bootNow();
  {
    const std::lock_guard lock(mutex_);
    if (provider_ && now - provider_->read < kDiscoveryAgeMax) return *provider_;
  }
  const std::string url = discoveryUrl(parts_.settings.issuer);
  const HttpResponse response =
      TRY_DOING(get(http, url), "asking the OpenID provider about itself");
  if (response.status != 200) {
    return Error(
        ErrorCode::kUnavailable,
        fmt::format("{} answers with status {}; is issuer in [console.oidc] of server.toml "
                    "right?",
                    url,
                    response.status));
  }
  const JsonNode root = TRY(objectIn(response, url));
  if (textOf(root, "issuer") != parts_.settings.issuer) {
    return Error(ErrorCode::kUnavailable,
                 fmt::format("{} says that it is of another issuer; issuer in [console.oidc] of "
                             "server.toml must be as it is written there",
                             url));
  }
  Provider read;
  read.authorization_endpoint = textOf(root, "authorization_endpoint");
  read.token_endpoint = textOf(root, "token_endpoint");
  read.jwks_uri = textOf(root, "jwks_uri");
  for (const std::string& endpoint :
       {read.authorization_endpoint, read.token_endpoint, read.jwks_uri}) {
    if (endpoint.starts_with("https://")) continue;
    return Error(ErrorCode::kUnavailable,
                 fmt::format("{} names an endpoint that is not https://, or leaves one out", url));
  }
  if (const JsonNode* methods = root.find("token_endpoint_auth_methods_supported")) {
    read.takes_basic =
        std::any_of(methods->items.begin(), methods->items.end(), [](const JsonNode& method) {
          return method.text == "client_secret_basic";
        });
  }
  const JsonNode* const sends = root.find("authorization_response_iss_parameter_supported");
  read.sends_issuer = sends != nullptr && sends->boolean;
  read.read = now;
  const std::lock_guard lock(mutex_);
  provider_ = read;
  return read;
}

std::string OidcClient::authorizationUrl(const Provider& provider,
                                         const std::string& state,
                                         const Flow& flow) const {
  std::string scope = "openid";
  if (parts_.settings.scopes.empty()) scope += " profile email";
  for (const std::string& more : parts_.settings.scopes) {
    if (more != "openid") scope += " " + more;
  }
  const char first = provider.authorization_endpoint.find('?') == std::string::npos ? '?' : '&';
  return fmt::format(
      "{}{}response_type=code&client_id={}&redirect_uri={}&scope={}&state={}&nonce={}"
      "&code_challenge={}&code_challenge_method=S256",
      provider.authorization_endpoint,
      first,
      percentEncode(parts_.settings.client_id),
      percentEncode(parts_.redirect_uri),
      percentEncode(scope),
      state,
      flow.nonce,
      toBase64Url(platform::sha256(flow.verifier)));
}

Result<OidcStart> OidcClient::begin() {
  const std::unique_ptr<platform::HttpClient> http = TRY(parts_.open_http());
  const Provider known = TRY(provider(*http));
  const std::string state = random();
  const std::string cookie = random();
  const platform::BootTime now = parts_.clock.bootNow();
  const Flow flow{random(), random(), platform::sha256(cookie), now};
  const std::lock_guard lock(mutex_);
  std::erase_if(flows_,
                [now](const auto& entry) { return now - entry.second.begun >= kFlowAgeMax; });
  if (flows_.size() >= kFlowsMax) {
    flows_.erase(std::min_element(flows_.begin(), flows_.end(), [](const auto& a, const auto& b) {
      return a.second.begun < b.second.begun;
    }));
  }
  flows_[state] = flow;
  return OidcStart{authorizationUrl(known, state, flow), cookie};
}

Result<OidcClient::Flow> OidcClient::takeFlow(const OidcReturn& came_back) {
  const platform::BootTime now = parts_.clock.bootNow();
  const std::lock_guard lock(mutex_);
  const auto found =
      came_back.state.size() > kStateMax ? flows_.end() : flows_.find(came_back.state);
  if (found == flows_.end() || now - found->second.begun >= kFlowAgeMax) {
    return refused(
        "this sign-in was not begun here, took too long, or is done already; begin anew");
  }
  // Another browser's try must not use up the flow.
  if (!platform::equalsConstantTime(found->second.cookie_hash,
                                    platform::sha256(came_back.cookie))) {
    return refused("this sign-in was begun in another browser; begin anew");
  }
  Flow flow = std::move(found->second);
  flows_.erase(found);
  return flow;
}

Result<std::string> OidcClient::fetchIdToken(platform::HttpClient& http,
                                             const Provider& provider,
                                             const std::string& code,
                                             const Flow& flow) const {
  const home::OidcSettings& settings = parts_.settings;
  HttpRequest request;
  request.method = "POST";
  request.url = provider.token_endpoint;
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                     {"Accept", "application/json"}};
  request.body =
      fmt::format("grant_type=authorization_code&code={}&redirect_uri={}&code_verifier={}",
                  percentEncode(code),
                  percentEncode(parts_.redirect_uri),
                  flow.verifier);
  const std::string client = percentEncode(settings.client_id);
  const std::string secret = percentEncode(parts_.client_secret.reveal());
  if (!secret.empty() && provider.takes_basic) {
    // RFC 6749 section 2.3.1: both are encoded as in a form first.
    request.headers.emplace_back("Authorization", "Basic " + toBase64(client + ":" + secret));
  } else {
    request.body += "&client_id=" + client;
    if (!secret.empty()) request.body += "&client_secret=" + secret;
  }
  const HttpResponse response =
      TRY_DOING(send(http, std::move(request)), "asking the OpenID provider for the token");
  if (response.status >= 400 && response.status < 500) {
    return refused(fmt::format(
        "the OpenID provider refuses the sign-in ({}): {}", response.status, reasonIn(response)));
  }
  if (response.status != 200) {
    return Error(
        ErrorCode::kUnavailable,
        fmt::format("{} answers with status {}", provider.token_endpoint, response.status));
  }
  const JsonNode root = TRY(objectIn(response, provider.token_endpoint));
  std::string token = textOf(root, "id_token");
  if (token.empty()) return refused("the OpenID provider's answer has no ID token");
  return token;
}

Result<KeySet> OidcClient::keysFor(platform::HttpClient& http,
                                   const Provider& provider,
                                   std::string_view key_id) {
  const std::lock_guard turn(keys_turn_);
  const platform::BootTime now = parts_.clock.bootNow();
  {
    const std::lock_guard lock(mutex_);
    const bool is_known = key_id.empty() ? !keys_.isEmpty() : keys_.has(key_id);
    if (keys_read_ && is_known && now - *keys_read_ < kKeysAgeMax) return keys_;
    if (keys_read_ && !is_known && now - *keys_read_ < kKeysAgain) {
      return refused("the ID token is signed with a key that the OpenID provider does not list");
    }
  }
  const HttpResponse response =
      TRY_DOING(get(http, provider.jwks_uri), "asking the OpenID provider for its keys");
  if (response.status != 200) {
    return Error(ErrorCode::kUnavailable,
                 fmt::format("{} answers with status {}", provider.jwks_uri, response.status));
  }
  KeySet read = TRY(KeySet::parse(response.body));
  const std::lock_guard lock(mutex_);
  keys_ = read;
  keys_read_ = now;
  return read;
}

Result<OidcIdentity> OidcClient::finish(const OidcReturn& came_back) {
  const Flow flow = TRY(takeFlow(came_back));
  if (came_back.code.empty() || came_back.code.size() > kCodeMax) {
    return refused("the OpenID provider sent no code; the sign-in was given up or refused there");
  }
  const std::unique_ptr<platform::HttpClient> http = TRY(parts_.open_http());
  const Provider known = TRY(provider(*http));
  const bool has_issuer = known.sends_issuer || !came_back.issuer.empty();
  if (has_issuer && came_back.issuer != parts_.settings.issuer) {
    return refused("the answer is of another OpenID provider than the one that was asked");
  }
  const std::string compact = TRY(fetchIdToken(*http, known, came_back.code, flow));
  const IdToken token = TRY(readIdToken(compact, parts_.settings.role_claim));
  const KeySet keys = TRY(keysFor(*http, known, token.key_id));
  if (!keys.verifies(token.key_id, token.algorithm, token.signed_part, token.signature)) {
    return refused("the provider's ID token is refused: its signature is wrong");
  }
  const auto now = parts_.clock.wallNow().time_since_epoch();
  TRY(checkClaims(token,
                  {.issuer = parts_.settings.issuer,
                   .client_id = parts_.settings.client_id,
                   .nonce = flow.nonce,
                   .unix_now = std::chrono::duration_cast<std::chrono::seconds>(now).count()}));
  return OidcIdentity{token.issuer,
                      token.subject,
                      token.email_verified ? token.email : std::string(),
                      token.name,
                      roleFor(parts_.settings, token.role_values)};
}

}  // namespace tandem::access
