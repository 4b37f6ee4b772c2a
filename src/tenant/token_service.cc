// SPDX-License-Identifier: Apache-2.0
#include "tenant/token_service.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "base/text.h"
#include "tenant/guid.h"

namespace tandem::tenant {
namespace {

using nlohmann::json;
using platform::ServerRequest;
using platform::ServerResponse;
using platform::SignatureAlgorithm;

constexpr std::string_view kAssertionType =
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
constexpr std::int64_t kSkew = 300;  // seconds of clock difference we allow
constexpr std::int64_t kLongestAssertion = 86400;

ServerResponse answerJson(const json& body, int status = 200) {
  ServerResponse response;
  response.status = status;
  response.headers = {{"Content-Type", "application/json; charset=utf-8"},
                      {"Cache-Control", "no-store"},
                      {"Pragma", "no-cache"}};
  response.body = body.dump();
  return response;
}

std::map<std::string, std::string> readForm(std::string_view body) {
  std::map<std::string, std::string> form;
  for (const auto& pair : split(body, '&')) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos) continue;
    form[percentDecode(std::string_view(pair).substr(0, equals), true)] =
        percentDecode(std::string_view(pair).substr(equals + 1), true);
  }
  return form;
}

// RFC 6749 2.3.1: HTTP Basic with both parts form-encoded.
void readBasic(std::string_view authorization, std::map<std::string, std::string>& form) {
  if (!toLowerAscii(authorization).starts_with("basic ")) return;
  const auto decoded = fromBase64(trimAscii(authorization.substr(6)));
  if (!decoded) return;
  const std::size_t colon = decoded->find(':');
  if (colon == std::string::npos) return;
  form["client_id"] = percentDecode(std::string_view(*decoded).substr(0, colon), true);
  form["client_secret"] = percentDecode(std::string_view(*decoded).substr(colon + 1), true);
}

struct Jwt {
  json header;
  json claims;
  std::string_view signed_part;
  std::string signature;
};

std::optional<Jwt> readJwt(std::string_view text) {
  const std::size_t first = text.find('.');
  const std::size_t second = text.find('.', first == std::string_view::npos ? first : first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto header = fromBase64Url(text.substr(0, first));
  const auto claims = fromBase64Url(text.substr(first + 1, second - first - 1));
  const auto signature = fromBase64Url(text.substr(second + 1));
  if (!header || !claims || !signature) return std::nullopt;
  Jwt jwt{json::parse(*header, nullptr, false),
          json::parse(*claims, nullptr, false),
          text.substr(0, second),
          *signature};
  if (!jwt.header.is_object() || !jwt.claims.is_object()) return std::nullopt;
  return jwt;
}

std::string textOf(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// Old clients send times as floating-point numbers.
std::optional<std::int64_t> timeOf(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number()) return std::nullopt;
  return static_cast<std::int64_t>(found->get<double>());
}

// x5t: base64url by RFC 7515, but padded standard base64 from older clients.
std::string thumbprintOf(const json& header, const char* name) {
  std::string text = textOf(header, name);
  for (char& c : text)
    c = c == '+' ? '-' : c == '/' ? '_' : c;
  while (text.ends_with('='))
    text.pop_back();
  return fromBase64Url(text).value_or("");
}

const AppCertificate* findCertificate(const App& app, const json& header) {
  const std::string sha256 = thumbprintOf(header, "x5t#S256");
  const std::string sha1 = thumbprintOf(header, "x5t");
  for (const auto& certificate : app.certificates) {
    if (!sha256.empty() && certificate.sha256 == sha256) return &certificate;
    if (sha256.empty() && !sha1.empty() && certificate.sha1 == sha1) return &certificate;
  }
  return nullptr;
}

bool names(const json& audience, std::string_view wanted) {
  if (audience.is_string()) return equalsIgnoreCaseAscii(audience.get<std::string>(), wanted);
  if (!audience.is_array()) return false;
  for (const auto& one : audience) {
    if (names(one, wanted)) return true;
  }
  return false;
}

}  // namespace

TokenService::TokenService(platform::SigningKey key, std::int64_t lifetime_seconds)
    : key_(std::move(key)),
      key_id_(toBase64Url(platform::sha256(key_.modulus()).substr(0, 20))),
      lifetime_(lifetime_seconds) {}

ServerResponse TokenService::refuse(const Problem& problem, std::int64_t now) {
  std::string time = isoTime(now);
  time[10] = ' ';
  const std::string trace = Guid::random().toString();
  const std::string correlation = Guid::random().toString();
  return answerJson(
      {{"error", problem.error},
       {"error_description",
        fmt::format("AADSTS{}: {}\r\nTrace ID: {}\r\nCorrelation ID: {}\r\nTimestamp: {}",
                    problem.code,
                    problem.description,
                    trace,
                    correlation,
                    time)},
       {"error_codes", {problem.code}},
       {"timestamp", time},
       {"trace_id", trace},
       {"correlation_id", correlation}},
      problem.status);
}

ServerResponse TokenService::issue(const TenantSettings& settings,
                                   const ServerRequest& request,
                                   std::string_view tenant,
                                   const std::string& base,
                                   std::int64_t now) {
  if (!settings.isNamed(tenant)) {
    return refuse({400,
                   "invalid_request",
                   90002,
                   fmt::format("Tenant '{}' not found. Check that it is the tenant's id or one of "
                               "its domains.",
                               tenant)},
                  now);
  }
  Form form = readForm(request.body);
  readBasic(request.header("Authorization"), form);
  if (form["grant_type"] != "client_credentials") {
    return refuse({400,
                   "unsupported_grant_type",
                   70003,
                   "The app requested an unsupported grant type; only client_credentials is here."},
                  now);
  }
  const App* app = settings.findApp(form["client_id"]);
  if (!app) {
    return refuse({400,
                   "unauthorized_client",
                   700016,
                   fmt::format("Application with identifier '{}' was not found in the directory "
                               "'{}'.",
                               form["client_id"],
                               settings.display_name)},
                  now);
  }
  const std::string endpoint = fmt::format("{}/{}/oauth2/v2.0/token", base, tenant);
  if (auto problem = authenticate(*app, form, endpoint, settings, now))
    return refuse(*problem, now);
  const std::string scope = form["scope"];
  constexpr std::string_view kDefault = "/.default";
  if (!scope.ends_with(kDefault) || scope.find(' ') != std::string::npos) {
    return refuse({400,
                   "invalid_scope",
                   scope.empty() || scope.find(' ') != std::string::npos ? 70011 : 1002012,
                   "The provided value for scope is not valid. Client credential flows must have a "
                   "scope value with /.default suffixed to the resource identifier."},
                  now);
  }
  const std::string resource = scope.substr(0, scope.size() - kDefault.size());
  return answerJson({{"token_type", "Bearer"},
                     {"expires_in", lifetime_},
                     {"ext_expires_in", lifetime_},
                     {"access_token", makeToken(settings, *app, resource, base, now)}});
}

std::optional<TokenService::Problem> TokenService::authenticate(const App& app,
                                                                const Form& form,
                                                                std::string_view endpoint,
                                                                const TenantSettings& settings,
                                                                std::int64_t now) {
  const auto assertion = form.find("client_assertion");
  if (assertion != form.end()) {
    const auto type = form.find("client_assertion_type");
    if (type == form.end() || type->second != kAssertionType) {
      return Problem{400,
                     "invalid_request",
                     900144,
                     "The request body must contain the parameter 'client_assertion_type'."};
    }
    return checkAssertion(app, assertion->second, endpoint, settings, now);
  }
  const auto secret = form.find("client_secret");
  const bool right =
      secret != form.end() && !app.secret_sha256.empty() &&
      platform::equalsConstantTime(platform::sha256(secret->second), app.secret_sha256);
  if (!right) {
    return Problem{
        401,
        "invalid_client",
        7000215,
        "Invalid client secret provided. Ensure the secret being sent in the request is "
        "the client secret value, not the client secret ID, for a secret added to app '" +
            app.client_id + "'."};
  }
  if (app.secret_ends != 0 && now >= app.secret_ends) {
    return Problem{401,
                   "invalid_client",
                   7000222,
                   "The provided client secret keys for app '" + app.client_id + "' are expired."};
  }
  return std::nullopt;
}

std::optional<TokenService::Problem> TokenService::checkAssertion(const App& app,
                                                                  std::string_view assertion,
                                                                  std::string_view endpoint,
                                                                  const TenantSettings& settings,
                                                                  std::int64_t now) {
  const Problem bad{401,
                    "invalid_client",
                    700027,
                    "The certificate with identifier used to sign the client assertion is not "
                    "registered on application, or the signature is wrong."};
  const auto jwt = readJwt(assertion);
  if (!jwt) return bad;
  const std::string algorithm = textOf(jwt->header, "alg");
  const AppCertificate* certificate = findCertificate(app, jwt->header);
  if (!certificate || (algorithm != "PS256" && algorithm != "RS256")) return bad;
  const auto verified = platform::verifySignature(
      certificate->pem,
      algorithm == "PS256" ? SignatureAlgorithm::kPs256 : SignatureAlgorithm::kRs256,
      jwt->signed_part,
      jwt->signature);
  if (!verified.ok() || !verified.value()) return bad;
  if (!equalsIgnoreCaseAscii(textOf(jwt->claims, "iss"), app.client_id) ||
      !equalsIgnoreCaseAscii(textOf(jwt->claims, "sub"), app.client_id)) {
    return Problem{401,
                   "invalid_client",
                   700023,
                   "Client assertion audience, issuer or subject claim does not match the app."};
  }
  const auto audience = jwt->claims.find("aud");
  const std::string by_id = std::string(endpoint.substr(0, endpoint.find("/", 8))) + "/" +
                            settings.tenant_id + "/oauth2/v2.0/token";
  const std::string issuer =
      std::string(endpoint.substr(0, endpoint.find("/", 8))) + "/" + settings.tenant_id + "/v2.0";
  if (audience == jwt->claims.end() ||
      !(names(*audience, endpoint) || names(*audience, by_id) || names(*audience, issuer))) {
    return Problem{
        401,
        "invalid_client",
        700023,
        fmt::format("Client assertion audience claim does not match. Expected '{}'.", endpoint)};
  }
  const auto ends = timeOf(jwt->claims, "exp");
  const auto starts = timeOf(jwt->claims, "nbf");
  if (!ends || *ends + kSkew < now || (starts && *starts - kSkew > now) ||
      *ends - now > kLongestAssertion) {
    return Problem{401,
                   "invalid_client",
                   700024,
                   "Client assertion is not within its valid time range. Check the clock of this "
                   "computer."};
  }
  const std::string jti = textOf(jwt->claims, "jti");
  if (jti.empty() || !useOnce(app.client_id + "/" + jti, *ends, now)) {
    return Problem{
        401, "invalid_client", 700027, "Client assertion has no jti claim or was used before."};
  }
  return std::nullopt;
}

bool TokenService::useOnce(const std::string& jti, std::int64_t ends, std::int64_t now) {
  const std::lock_guard lock(assertions_mutex_);
  std::erase_if(used_assertions_, [now](const auto& used) { return used.second + kSkew < now; });
  return used_assertions_.emplace(jti, ends).second;
}

std::string TokenService::makeToken(const TenantSettings& settings,
                                    const App& app,
                                    std::string_view resource,
                                    const std::string& base,
                                    std::int64_t now) const {
  const json header{{"typ", "JWT"}, {"alg", "RS256"}, {"kid", key_id_}};
  const json claims{{"aud", resource},
                    {"iss", base + "/" + settings.tenant_id + "/v2.0"},
                    {"iat", now},
                    {"nbf", now - 5},
                    {"exp", now + lifetime_},
                    {"appid", app.client_id},
                    {"app_displayname", app.display_name},
                    {"appidacr", "1"},
                    {"azp", app.client_id},
                    {"tid", settings.tenant_id},
                    {"oid", app.object_id},
                    {"sub", app.object_id},
                    {"idtyp", "app"},
                    {"roles", app.roles},
                    {"uti", Guid::random().toString()},
                    {"ver", "2.0"}};
  std::string token = toBase64Url(header.dump()) + "." + toBase64Url(claims.dump());
  auto signature = key_.sign(SignatureAlgorithm::kRs256, token);
  TANDEM_CHECK(signature.ok());
  return token + "." + toBase64Url(signature.value());
}

ServerResponse TokenService::discovery(const TenantSettings& settings,
                                       std::string_view tenant,
                                       const std::string& base) const {
  if (!settings.isNamed(tenant)) {
    return answerJson(
        {{"error", "invalid_tenant"}, {"error_description", "AADSTS90002: Tenant not found."}},
        400);
  }
  const std::string root = base + "/" + settings.tenant_id;
  return answerJson(
      {{"issuer", root + "/v2.0"},
       {"token_endpoint", base + "/" + std::string(tenant) + "/oauth2/v2.0/token"},
       {"authorization_endpoint", base + "/" + std::string(tenant) + "/oauth2/v2.0/authorize"},
       {"jwks_uri", root + "/discovery/v2.0/keys"},
       {"token_endpoint_auth_methods_supported",
        {"client_secret_post", "private_key_jwt", "client_secret_basic"}},
       {"token_endpoint_auth_signing_alg_values_supported", {"PS256", "RS256"}},
       {"grant_types_supported", {"client_credentials"}},
       {"response_types_supported", {"code", "id_token"}},
       {"response_modes_supported", {"query", "fragment", "form_post"}},
       {"subject_types_supported", {"pairwise"}},
       {"id_token_signing_alg_values_supported", {"RS256"}},
       {"scopes_supported", {"openid", "profile", "email", "offline_access"}},
       {"tenant_region_scope", nullptr},
       {"cloud_instance_name", base.substr(base.find("//") + 2)}});
}

ServerResponse TokenService::instanceDiscovery(const std::string& base,
                                               const std::string& host) const {
  return answerJson(
      {{"tenant_discovery_endpoint", base + "/common/v2.0/.well-known/openid-configuration"},
       {"api-version", "1.1"},
       {"metadata",
        json::array(
            {{{"preferred_network", host}, {"preferred_cache", host}, {"aliases", {host}}}})}});
}

ServerResponse TokenService::keys() const {
  return answerJson({{"keys",
                      json::array({{{"kty", "RSA"},
                                    {"use", "sig"},
                                    {"alg", "RS256"},
                                    {"kid", key_id_},
                                    {"n", toBase64Url(key_.modulus())},
                                    {"e", toBase64Url(key_.exponent())}}})}});
}

TokenService::Checked TokenService::check(std::string_view authorization,
                                          const std::string& tenant_id,
                                          std::int64_t now) {
  if (!toLowerAscii(authorization.substr(0, 7)).starts_with("bearer ")) {
    return {"", "Access token is empty."};
  }
  const std::string token(trimAscii(authorization.substr(7)));
  Known known;
  {
    const std::shared_lock lock(known_mutex_);
    const auto found = known_.find(token);
    if (found != known_.end()) known = found->second;
  }
  if (known.client_id.empty()) {
    const auto jwt = readJwt(token);
    if (!jwt) return {"", "CompactToken parsing failed with error code: 80049217"};
    const auto again = key_.sign(SignatureAlgorithm::kRs256, jwt->signed_part);
    // RSASSA-PKCS1-v1_5 is deterministic: our own signature is the check.
    if (!again.ok() || !platform::equalsConstantTime(again.value(), jwt->signature)) {
      return {"", "Signature verification failed."};
    }
    if (textOf(jwt->claims, "tid") != tenant_id) return {"", "Invalid audience."};
    known = {textOf(jwt->claims, "appid"),
             timeOf(jwt->claims, "nbf").value_or(0),
             timeOf(jwt->claims, "exp").value_or(0)};
    const std::unique_lock lock(known_mutex_);
    std::erase_if(known_, [now](const auto& entry) { return entry.second.ends < now; });
    known_.emplace(token, known);
  }
  if (now >= known.ends || now + kSkew < known.starts) {
    return {"", "Lifetime validation failed, the token is expired."};
  }
  return {known.client_id, ""};
}

}  // namespace tandem::tenant
