// SPDX-License-Identifier: Apache-2.0
#include "access/oidc.h"

#include <functional>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "access/id_token.h"
#include "base/bytes.h"
#include "platform/signing.h"

namespace tandem::access {
namespace {

using nlohmann::json;
using platform::HttpRequest;
using platform::HttpResponse;
using platform::SigningKey;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::string_view kIssuer = "https://login.test/realm";
constexpr std::string_view kReturn = "https://sync01.test:8443/api/v1/oidc/return";

const SigningKey& signingKey(int number) {
  static const std::vector<SigningKey> keys = [] {
    std::vector<SigningKey> made;
    for (int i = 0; i < 2; ++i)
      made.push_back(SigningKey::generate().value());
    return made;
  }();
  return keys[static_cast<std::size_t>(number)];
}

std::string sign(const json& header, const json& claims, int key = 0) {
  const std::string part = toBase64Url(header.dump()) + "." + toBase64Url(claims.dump());
  const auto algorithm = header["alg"] == "PS256" ? platform::SignatureAlgorithm::kPs256
                                                  : platform::SignatureAlgorithm::kRs256;
  return part + "." + toBase64Url(signingKey(key).sign(algorithm, part).value());
}

json jwk(int number, const std::string& id) {
  return {{"kty", "RSA"},
          {"kid", id},
          {"use", "sig"},
          {"n", toBase64Url(signingKey(number).modulus())},
          {"e", toBase64Url(signingKey(number).exponent())}};
}

// A provider that answers what a test tells it to.
class FakeProvider {
 public:
  HttpResponse answer(const HttpRequest& request) {
    requests.push_back(request);
    if (request.url.ends_with("/.well-known/openid-configuration"))
      return {200, {}, discovery.dump(), {}};
    if (request.url.ends_with("/keys")) return {200, {}, keys.dump(), {}};
    return {token_status, {}, token_body, {}};
  }
  int countOf(std::string_view end) const {
    int count = 0;
    for (const HttpRequest& request : requests)
      count += request.url.ends_with(end) ? 1 : 0;
    return count;
  }

  json discovery{{"issuer", kIssuer},
                 {"authorization_endpoint", "https://login.test/authorize"},
                 {"token_endpoint", "https://login.test/token"},
                 {"jwks_uri", "https://login.test/keys"}};
  json keys{{"keys", json::array({jwk(0, "k0")})}};
  int token_status = 200;
  std::string token_body;
  std::vector<HttpRequest> requests;
};

class FakeHttp final : public platform::HttpClient {
 public:
  explicit FakeHttp(FakeProvider& provider) : provider_(provider) {}
  platform::HttpRequestId submit(HttpRequest request, platform::HttpCallback callback) override {
    waiting_.emplace_back(provider_.answer(request), std::move(callback));
    return platform::HttpRequestId{1};
  }
  void cancel(platform::HttpRequestId) override { waiting_.clear(); }
  void poll(std::chrono::milliseconds) override {
    auto now = std::exchange(waiting_, {});
    for (auto& [response, callback] : now)
      callback(std::move(response));
  }
  std::size_t inFlight() const override { return waiting_.size(); }

 private:
  FakeProvider& provider_;
  std::vector<std::pair<HttpResponse, platform::HttpCallback>> waiting_;
};

std::string parameter(const std::string& url, const std::string& name) {
  const std::size_t at = url.find("&" + name + "=");
  if (at == std::string::npos) return {};
  const std::size_t from = at + name.size() + 2;
  return url.substr(from, url.find('&', from) - from);
}

class OidcTest : public ::testing::Test {
 protected:
  OidcTest() {
    settings_.issuer = kIssuer;
    settings_.client_id = "tandem";
    settings_.role_claim = "groups";
    settings_.roles = {{"staff", "viewer"}, {"admins", "administrator"}, {"help", "operator"}};
  }
  OidcClient& client() {
    if (!client_) {
      client_.emplace(OidcClient::Parts{settings_,
                                        platform::SecretText(secret_),
                                        std::string(kReturn),
                                        [this]() -> Result<std::unique_ptr<platform::HttpClient>> {
                                          return std::unique_ptr<platform::HttpClient>(
                                              new FakeHttp(provider_));
                                        },
                                        clock_});
    }
    return *client_;
  }
  std::int64_t now() const {
    return std::chrono::duration_cast<std::chrono::seconds>(clock_.wallNow().time_since_epoch())
        .count();
  }
  json claims() const {
    return {{"iss", kIssuer},
            {"sub", "s-1"},
            {"aud", "tandem"},
            {"exp", now() + 300},
            {"iat", now()},
            {"nonce", parameter(start_.url, "nonce")},
            {"email", "ada@example.com"},
            {"email_verified", true},
            {"name", "Ada"},
            {"groups", {"help", "staff"}}};
  }
  void begin() { start_ = client().begin().value(); }
  Result<OidcIdentity> finishWith(const std::string& token) {
    provider_.token_body = json{{"id_token", token}, {"access_token", "a"}}.dump();
    return client().finish({"code", parameter(start_.url, "state"), start_.cookie, ""});
  }
  // A whole sign-in with these claims.
  Result<OidcIdentity> signIn(
      const std::function<void(json&)>& change = [](json&) {},
      const json& header = {{"alg", "RS256"}, {"kid", "k0"}},
      int key = 0) {
    begin();
    json all = claims();
    change(all);
    return finishWith(sign(header, all, key));
  }
  std::string refusal(const std::function<void(json&)>& change) {
    const auto identity = signIn(change);
    if (identity.ok()) return "accepted";
    EXPECT_EQ(identity.error().code(), ErrorCode::kUnauthenticated);
    return identity.error().message();
  }

  home::OidcSettings settings_;
  std::string secret_ = "s e+c";
  platform::ManualClock clock_;
  FakeProvider provider_;
  std::optional<OidcClient> client_;
  OidcStart start_;
};

TEST_F(OidcTest, TheBrowserIsSentWithACodeChallenge) {
  begin();
  EXPECT_THAT(start_.url, StartsWith("https://login.test/authorize?response_type=code&"));
  EXPECT_EQ(parameter(start_.url, "client_id"), "tandem");
  EXPECT_EQ(parameter(start_.url, "code_challenge_method"), "S256");
  EXPECT_EQ(parameter(start_.url, "scope"), "openid%20profile%20email");
  EXPECT_EQ(parameter(start_.url, "redirect_uri"),
            "https%3A%2F%2Fsync01.test%3A8443%2Fapi%2Fv1%2Foidc%2Freturn");
  for (const char* name : {"state", "nonce", "code_challenge"})
    EXPECT_EQ(parameter(start_.url, name).size(), 43U) << name;
  EXPECT_THAT(start_.url, Not(HasSubstr(start_.cookie)));
}

TEST_F(OidcTest, AGoodTokenSaysWhoItIs) {
  const auto identity = signIn();
  ASSERT_TRUE(identity.ok()) << identity.error().message();
  EXPECT_EQ(identity.value().subject, "s-1");
  EXPECT_EQ(identity.value().email, "ada@example.com");
  EXPECT_EQ(identity.value().name, "Ada");
  EXPECT_EQ(identity.value().role, Role::kOperator);
  const HttpRequest& request = provider_.requests.at(1);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(platform::findHeader(request.headers, "Authorization"),
            "Basic " + toBase64("tandem:s%20e%2Bc"));
  const std::string verifier = request.body.substr(request.body.find("code_verifier=") + 14);
  EXPECT_EQ(toBase64Url(platform::sha256(verifier)), parameter(start_.url, "code_challenge"));
  EXPECT_THAT(request.body, Not(HasSubstr("secret")));
}

TEST_F(OidcTest, TheSecretGoesIntoTheFormWhereTheProviderWantsIt) {
  provider_.discovery["token_endpoint_auth_methods_supported"] = {"client_secret_post"};
  ASSERT_TRUE(signIn().ok());
  EXPECT_THAT(provider_.requests.at(1).body, HasSubstr("&client_secret=s%20e%2Bc"));
}

TEST_F(OidcTest, APublicClientNamesItself) {
  secret_.clear();
  ASSERT_TRUE(signIn().ok());
  EXPECT_THAT(provider_.requests.at(1).body, HasSubstr("&client_id=tandem"));
  EXPECT_EQ(platform::findHeader(provider_.requests.at(1).headers, "Authorization"), "");
}

TEST_F(OidcTest, Ps256IsAcceptedToo) {
  EXPECT_TRUE(signIn([](json&) {}, {{"alg", "PS256"}, {"kid", "k0"}}).ok());
}

TEST_F(OidcTest, ClaimsAreChecked) {
  EXPECT_THAT(refusal([](json& c) { c["iss"] = "https://evil.test"; }), HasSubstr("\"iss\""));
  EXPECT_THAT(refusal([](json& c) { c["aud"] = "other"; }), HasSubstr("\"aud\""));
  EXPECT_THAT(refusal([](json& c) { c["aud"] = json::array(); }), HasSubstr("\"aud\""));
  EXPECT_THAT(refusal([](json& c) {
                c["aud"] = json::array({"tandem", "other"});
              }),
              HasSubstr("\"azp\""));
  EXPECT_THAT(refusal([](json& c) { c["azp"] = "other"; }), HasSubstr("\"azp\""));
  EXPECT_THAT(refusal([](json& c) { c["nonce"] = "another"; }), HasSubstr("\"nonce\""));
  EXPECT_THAT(refusal([](json& c) { c["sub"] = ""; }), HasSubstr("\"sub\""));
  EXPECT_THAT(refusal([](json& c) { c["sub"] = 7; }), HasSubstr("\"sub\""));
  for (const char* name : {"iss", "sub", "aud", "exp", "iat", "nonce"})
    EXPECT_THAT(refusal([name](json& c) { c.erase(name); }), HasSubstr("it has no")) << name;
  EXPECT_EQ(refusal([](json& c) {
              c["aud"] = json::array({"other", "tandem"});
              c["azp"] = "tandem";
            }),
            "accepted");
}

TEST_F(OidcTest, TimesHaveAMinuteOfLeeway) {
  const std::int64_t t = now();
  EXPECT_EQ(refusal([t](json& c) { c["exp"] = t - 59; }), "accepted");
  EXPECT_THAT(refusal([t](json& c) { c["exp"] = t - 60; }), HasSubstr("expired"));
  EXPECT_EQ(refusal([t](json& c) { c["iat"] = t + 60; }), "accepted");
  EXPECT_THAT(refusal([t](json& c) { c["iat"] = t + 61; }), HasSubstr("future"));
  EXPECT_THAT(refusal([t](json& c) { c["nbf"] = t + 61; }), HasSubstr("not valid yet"));
  EXPECT_EQ(refusal([t](json& c) { c["exp"] = static_cast<double>(t) + 0.5; }), "accepted");
  EXPECT_THAT(refusal([](json& c) { c["exp"] = -1; }), HasSubstr("\"exp\""));
  EXPECT_THAT(refusal([](json& c) { c["exp"] = "soon"; }), HasSubstr("\"exp\""));
}

TEST_F(OidcTest, WhatIsNotSignedByTheProviderIsRefused) {
  begin();
  const std::string none =
      toBase64Url(R"({"alg":"none"})") + "." + toBase64Url(claims().dump()) + ".";
  EXPECT_THAT(finishWith(none).error().message(), HasSubstr("signed with \"none\""));
  // HMAC with the public key as its secret, the classic confusion.
  EXPECT_FALSE(signIn([](json&) {}, {{"alg", "HS256"}, {"kid", "k0"}}).ok());
  EXPECT_FALSE(signIn([](json&) {}, {{"alg", "RS256"}, {"kid", "k0"}}, 1).ok());
  EXPECT_FALSE(signIn([](json&) {}, {{"alg", "RS256"}, {"kid", "k0"}, {"crit", {"b64"}}}).ok());
  begin();
  std::string token = sign({{"alg", "RS256"}, {"kid", "k0"}}, claims());
  token[token.size() / 2] = token[token.size() / 2] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(finishWith(token).ok());
  for (const char* text : {"", "a", "a.b", "a.b.c", "..", "a.b.c.d", "e30.e30.e30"}) {
    begin();
    EXPECT_FALSE(finishWith(text).ok()) << text;
  }
  EXPECT_THAT(refusal([](json& c) { c["padding"] = std::string(70'000, 'x'); }),
              HasSubstr("64 KB"));
}

TEST_F(OidcTest, ARotatedKeyIsFetchedAndAtMostOnceAMinute) {
  ASSERT_TRUE(signIn().ok());
  EXPECT_EQ(provider_.countOf("/keys"), 1);
  ASSERT_TRUE(signIn().ok());
  EXPECT_EQ(provider_.countOf("/keys"), 1);
  provider_.keys["keys"] = json::array({jwk(1, "k1")});
  const json rotated{{"alg", "RS256"}, {"kid", "k1"}};
  EXPECT_THAT(signIn([](json&) {}, rotated, 1).error().message(), HasSubstr("does not list"));
  clock_.advance(std::chrono::minutes{1});
  EXPECT_TRUE(signIn([](json&) {}, rotated, 1).ok());
  EXPECT_EQ(provider_.countOf("/keys"), 2);
  clock_.advance(std::chrono::minutes{1});
  EXPECT_FALSE(signIn().ok());  // the old one is gone
  EXPECT_EQ(provider_.countOf("/keys"), 3);
}

TEST_F(OidcTest, AWithdrawnKeyIsNotBelievedForLong) {
  ASSERT_TRUE(signIn().ok());
  provider_.keys["keys"] = json::array({jwk(1, "k1")});
  clock_.advance(std::chrono::hours{1});
  EXPECT_FALSE(signIn().ok());
}

TEST_F(OidcTest, ASignInIsFinishedOnceByTheBrowserThatBeganIt) {
  begin();
  const std::string token = sign({{"alg", "RS256"}, {"kid", "k0"}}, claims());
  const std::string state = parameter(start_.url, "state");
  provider_.token_body = json{{"id_token", token}}.dump();
  EXPECT_FALSE(client().finish({"code", state, "another cookie", ""}).ok());
  EXPECT_FALSE(client().finish({"code", "another state", start_.cookie, ""}).ok());
  EXPECT_TRUE(client().finish({"code", state, start_.cookie, ""}).ok());
  EXPECT_FALSE(client().finish({"code", state, start_.cookie, ""}).ok());
  begin();
  clock_.advance(std::chrono::minutes{10});
  EXPECT_FALSE(finishWith(token).ok());
}

TEST_F(OidcTest, FlowsAreBounded) {
  begin();
  const OidcStart oldest = start_;
  clock_.advance(std::chrono::seconds{1});
  for (std::size_t i = 0; i < OidcClient::kFlowsMax; ++i)
    begin();
  EXPECT_THAT(client()
                  .finish({"code", parameter(oldest.url, "state"), oldest.cookie, ""})
                  .error()
                  .message(),
              HasSubstr("not begun here"));
}

TEST_F(OidcTest, TheAnswerMustBeOfTheProviderThatWasAsked) {
  provider_.discovery["authorization_response_iss_parameter_supported"] = true;
  begin();
  const std::string token = sign({{"alg", "RS256"}, {"kid", "k0"}}, claims());
  EXPECT_THAT(finishWith(token).error().message(), HasSubstr("another OpenID provider"));
  begin();
  provider_.token_body =
      json{{"id_token", sign({{"alg", "RS256"}, {"kid", "k0"}}, claims())}}.dump();
  EXPECT_TRUE(
      client()
          .finish({"code", parameter(start_.url, "state"), start_.cookie, std::string(kIssuer)})
          .ok());
}

TEST_F(OidcTest, ADiscoveryDocumentThatDoesNotFitIsRefused) {
  provider_.discovery["issuer"] = "https://evil.test";
  EXPECT_THAT(client().begin().error().message(), HasSubstr("another issuer"));
  provider_.discovery["issuer"] = kIssuer;
  provider_.discovery["token_endpoint"] = "http://login.test/token";
  EXPECT_THAT(client().begin().error().message(), HasSubstr("not https://"));
}

TEST_F(OidcTest, TheProvidersRefusalIsSaid) {
  begin();
  provider_.token_status = 400;
  provider_.token_body = R"({"error":"invalid_grant","error_description":"too\nlate"})";
  const auto refused = client().finish({"code", parameter(start_.url, "state"), start_.cookie, ""});
  EXPECT_THAT(refused.error().message(), HasSubstr("(400): invalid_grant: too late"));
}

TEST_F(OidcTest, RolesComeFromAClaimThatMayLieDeeper) {
  settings_.role_claim = "realm_access.roles";
  const auto identity = signIn([](json& c) {
    c.erase("groups");
    c["realm_access"] = {{"roles", {"x", "admins", "staff"}}};
  });
  EXPECT_EQ(identity.value().role, Role::kAdministrator);
  EXPECT_EQ(signIn([](json& c) {
              c["realm_access"] = {{"roles", "staff"}};
            })
                .value()
                .role,
            Role::kViewer);
  EXPECT_FALSE(signIn([](json& c) { c["realm_access"] = 3; }).value().role);
}

TEST_F(OidcTest, AnUnverifiedAddressIsNone) {
  EXPECT_EQ(signIn([](json& c) { c["email_verified"] = false; }).value().email, "");
  EXPECT_EQ(signIn([](json& c) { c.erase("email_verified"); }).value().email, "");
  EXPECT_EQ(signIn([](json& c) { c["email_verified"] = "true"; }).value().email, "");
}

TEST_F(OidcTest, KeysOfOtherKindsArePassedOver) {
  provider_.keys = {{"keys",
                     {{{"kty", "oct"}, {"kid", "k0"}, {"k", "AAAA"}},
                      {{"kty", "RSA"}, {"kid", "k0"}, {"n", "AQAB"}, {"e", "AQAB"}},
                      {{"kty", "EC"}, {"crv", "P-521"}, {"kid", "k0"}},
                      {{"kty", "EC"}, {"crv", "P-256"}, {"x", "AA"}, {"y", "AA"}},
                      7,
                      jwk(0, "k0")}}};
  EXPECT_TRUE(signIn().ok());
  client_.reset();
  json encryption = jwk(0, "k0");
  encryption["use"] = "enc";
  provider_.keys = {{"keys", json::array({encryption})}};
  EXPECT_FALSE(signIn().ok());
  client_.reset();
  json other = jwk(0, "k0");
  other["alg"] = "PS256";
  provider_.keys = {{"keys", json::array({other})}};
  EXPECT_FALSE(signIn().ok());
}

// RFC 7515, appendix A.3.
TEST(KeySet, VerifiesTheExampleOfTheRfcWithEs256) {
  const auto keys = KeySet::parse(
      R"({"keys":[{"kty":"EC","crv":"P-256",
          "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
          "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]})");
  const std::string part =
      "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
      "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
  std::string signature = *fromBase64Url(
      "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q");
  using platform::TokenAlgorithm;
  ASSERT_TRUE(keys.ok());
  EXPECT_TRUE(keys.value().verifies("", TokenAlgorithm::kEs256, part, signature));
  EXPECT_FALSE(keys.value().verifies("", TokenAlgorithm::kRs256, part, signature));
  EXPECT_FALSE(keys.value().verifies("k", TokenAlgorithm::kEs256, part, signature));
  EXPECT_FALSE(keys.value().verifies("", TokenAlgorithm::kEs256, part + "x", signature));
  signature[40] = static_cast<char>(signature[40] ^ 1);
  EXPECT_FALSE(keys.value().verifies("", TokenAlgorithm::kEs256, part, signature));
  EXPECT_FALSE(keys.value().verifies("", TokenAlgorithm::kEs256, part, std::string(64, '\0')));
  EXPECT_FALSE(keys.value().verifies("", TokenAlgorithm::kEs256, part, signature + "x"));
}

}  // namespace
}  // namespace tandem::access
