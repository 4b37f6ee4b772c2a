// SPDX-License-Identifier: Apache-2.0
//
// Signing in by a certified OpenID provider that nobody here wrote.
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "access/oidc.h"
#include "base/bytes.h"
#include "platform/certificate.h"
#include "platform/clock.h"

namespace tandem::access {
namespace {

using nlohmann::json;
using platform::HttpRequest;
using platform::HttpResponse;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::string_view kReturn = "https://sync01.test/return";

// Passes requests on, and lets a test change the token in the provider's answer.
class MeddlingHttp final : public platform::HttpClient {
 public:
  using Meddle = std::function<std::string(std::string)>;
  MeddlingHttp(std::unique_ptr<platform::HttpClient> inner, const Meddle& meddle)
      : inner_(std::move(inner)), meddle_(meddle) {}
  platform::HttpRequestId submit(HttpRequest request, platform::HttpCallback callback) override {
    return inner_->submit(std::move(request), [this, callback](platform::HttpAnswer answer) {
      auto* const response = std::get_if<HttpResponse>(&answer);
      if (response != nullptr && meddle_) {
        json body = json::parse(response->body, nullptr, false);
        if (body.is_object() && body.contains("id_token")) {
          body["id_token"] = meddle_(body["id_token"].get<std::string>());
          response->body = body.dump();
        }
      }
      callback(std::move(answer));
    });
  }
  void cancel(platform::HttpRequestId id) override { inner_->cancel(id); }
  void poll(std::chrono::milliseconds at_most) override { inner_->poll(at_most); }
  std::size_t inFlight() const override { return inner_->inFlight(); }

 private:
  std::unique_ptr<platform::HttpClient> inner_;
  const Meddle& meddle_;
};

// Follows redirects with cookies until it would leave for the console.
class Browser {
 public:
  explicit Browser(platform::HttpClient& http) : http_(http) {}

  // The address of the console to which the provider sent it.
  std::string visit(std::string url, const std::string& host) {
    for (int i = 0; i < 20 && !url.starts_with(kReturn); ++i) {
      HttpRequest request;
      request.url = url;
      std::string jar;
      for (const auto& [name, value] : cookies_)
        jar += (jar.empty() ? "" : "; ") + name + "=" + value;
      if (!jar.empty()) request.headers.emplace_back("Cookie", jar);
      const platform::HttpAnswer answer = http_.send(request);
      const auto* const response = std::get_if<HttpResponse>(&answer);
      if (response == nullptr) return "no answer";
      keepCookies(*response);
      const std::string location(response->header("Location"));
      if (location.empty()) return fmt::format("{}: {}", response->status, response->body);
      url = location.starts_with("/") ? host + location : location;
    }
    return url;
  }

 private:
  void keepCookies(const HttpResponse& response) {
    for (const auto& [name, value] : response.headers) {
      if (name != "Set-Cookie" && name != "set-cookie") continue;
      const std::string pair = value.substr(0, value.find(';'));
      const std::size_t equals = pair.find('=');
      const std::string kept = pair.substr(equals + 1);
      if (kept.empty()) {
        cookies_.erase(pair.substr(0, equals));
      } else {
        cookies_[pair.substr(0, equals)] = kept;
      }
    }
  }

  platform::HttpClient& http_;
  std::map<std::string, std::string> cookies_;
};

std::string decoded(const std::string& url, const std::string& name) {
  const std::size_t at = std::min(url.find("?" + name + "="), url.find("&" + name + "="));
  if (at == std::string::npos) return {};
  const std::size_t from = at + name.size() + 2;
  const std::string text = url.substr(from, url.find('&', from) - from);
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      out += *fromHex(text.substr(i + 1, 2));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

class SignInTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::filesystem::path script =
        std::filesystem::path(TANDEM_SOURCE_DIR) / "tests/functional/oidc/sign_in_provider.mjs";
    if (!std::filesystem::exists(script.parent_path() / "node_modules/oidc-provider")) {
      GTEST_SKIP() << "run npm ci in tests/functional/oidc";
    }
    std::string pattern = (std::filesystem::temp_directory_path() / "tandem-oidc-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    const auto tls = platform::ensureCertificate(folder_ + "/tls", {}, clock_.wallNow());
    ASSERT_TRUE(tls.ok());
    ca_file_ = tls.value().ca_certificate;
    startProvider(script.string(), tls.value());
    ASSERT_THAT(said_, StartsWith("port: "));
    host_ = "https://localhost:" + std::to_string(std::atoi(said_.c_str() + 6));
    settings_.issuer = host_;
    settings_.client_id = "rs";
    settings_.role_claim = "groups";
    settings_.roles = {{"sync-admins", "administrator"}};
    platform::HttpClientOptions options;
    options.ca_file = ca_file_;
    options.proxy = "";
    http_ = platform::openHttpClient(options).value();
  }

  void TearDown() override {
    if (input_ >= 0) ::close(input_);
    if (output_ >= 0) ::close(output_);
    if (pid_ > 0) {
      ::kill(pid_, SIGTERM);
      ::waitpid(pid_, nullptr, 0);
    }
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
  }

  void startProvider(const std::string& script, const platform::CertificateFiles& tls) {
    int in[2];
    int out[2];
    ASSERT_EQ(::pipe(in), 0);
    ASSERT_EQ(::pipe(out), 0);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(in[0], STDIN_FILENO);
      ::dup2(out[1], STDOUT_FILENO);
      for (const int end : {in[0], in[1], out[0], out[1]})
        ::close(end);
      ::execlp("node",
               "node",
               script.c_str(),
               tls.private_key.c_str(),
               tls.certificate_chain.c_str(),
               nullptr);
      ::_exit(127);
    }
    ::close(in[0]);
    ::close(out[1]);
    input_ = in[1];
    output_ = out[0];
    waitFor("port: ");
  }

  // What it says with that beginning; the provider's own remarks are passed over.
  void waitFor(std::string_view beginning) {
    char c = 0;
    do {
      said_.clear();
      while (::read(output_, &c, 1) == 1 && c != '\n')
        said_ += c;
    } while (!said_.empty() && !said_.starts_with(beginning));
  }

  OidcClient& client() {
    if (!client_) {
      const auto open = oidcHttp(ca_file_);
      client_.emplace(OidcClient::Parts{
          settings_,
          platform::SecretText(secret_),
          std::string(kReturn),
          [this, open]() -> Result<std::unique_ptr<platform::HttpClient>> {
            return std::unique_ptr<platform::HttpClient>(new MeddlingHttp(TRY(open()), meddle_));
          },
          clock_});
    }
    return *client_;
  }

  // What the provider sends back for the address that the console sent the browser to.
  OidcReturn wayBack(const OidcStart& start, const std::string& url) {
    Browser browser(*http_);
    const std::string address = browser.visit(url, host_);
    EXPECT_THAT(address, StartsWith(std::string(kReturn)));
    return {
        decoded(address, "code"), decoded(address, "state"), start.cookie, decoded(address, "iss")};
  }

  Result<OidcIdentity> signIn() {
    const OidcStart start = TRY(client().begin());
    return client().finish(wayBack(start, start.url));
  }

  std::string refusal() {
    const auto identity = signIn();
    if (identity.ok()) return "accepted";
    EXPECT_EQ(identity.error().code(), ErrorCode::kUnauthenticated) << identity.error().message();
    return identity.error().message();
  }

  // The real time, and what a test adds to it.
  class ShiftedClock final : public platform::Clock {
   public:
    platform::WallTime wallNow() const override { return real_.wallNow() + shift; }
    platform::MonotonicTime monotonicNow() const override { return real_.monotonicNow(); }
    platform::BootTime bootNow() const override { return real_.bootNow() + boot_shift; }
    void sleepFor(std::chrono::milliseconds) override {}
    std::chrono::seconds shift{0};
    std::chrono::seconds boot_shift{0};

   private:
    platform::SystemClock real_;
  };

  pid_t pid_ = -1;
  int input_ = -1;
  int output_ = -1;
  std::string said_, folder_, ca_file_, host_;
  std::string secret_ = "s e+c";
  home::OidcSettings settings_;
  ShiftedClock clock_;
  MeddlingHttp::Meddle meddle_;
  std::unique_ptr<platform::HttpClient> http_;
  std::optional<OidcClient> client_;
};

TEST_F(SignInTest, TheWholeFlowSaysWhoItIs) {
  const auto identity = signIn();
  ASSERT_TRUE(identity.ok()) << identity.error().message();
  EXPECT_EQ(identity.value().issuer, host_);
  EXPECT_EQ(identity.value().subject, "ada");
  EXPECT_EQ(identity.value().email, "ada@example.com");
  EXPECT_EQ(identity.value().name, "Ada Lovelace");
  EXPECT_EQ(identity.value().role, Role::kAdministrator);
}

TEST_F(SignInTest, EveryAlgorithmAndWayOfTheSecretIsUnderstood) {
  for (const char* id : {"ps", "es", "public"}) {
    client_.reset();
    settings_.client_id = id;
    secret_ = std::string(id) == "public" ? "" : "s e+c";
    const auto identity = signIn();
    EXPECT_TRUE(identity.ok()) << id << ": " << identity.error().message();
  }
}

TEST_F(SignInTest, AWrongSecretIsTheProvidersRefusal) {
  secret_ = "wrong";
  EXPECT_THAT(refusal(), HasSubstr("(401): invalid_client"));
}

TEST_F(SignInTest, TheProviderHoldsTheCodeAgainstTheVerifier) {
  const OidcStart one = client().begin().value();
  const OidcStart other = client().begin().value();
  OidcReturn crossed = wayBack(one, one.url);
  const OidcReturn right = wayBack(other, other.url);
  crossed.state = right.state;
  crossed.cookie = right.cookie;
  EXPECT_THAT(client().finish(crossed).error().message(), HasSubstr("invalid_grant"));
}

TEST_F(SignInTest, AWrongNonceIsRefused) {
  const OidcStart start = client().begin().value();
  std::string url = start.url;
  const std::size_t at = url.find("&nonce=") + 7;
  url[at] = url[at] == 'A' ? 'B' : 'A';
  const auto refused = client().finish(wayBack(start, url));
  EXPECT_THAT(refused.error().message(), HasSubstr("\"nonce\""));
}

TEST_F(SignInTest, ATokenForAnotherApplicationIsRefused) {
  std::string others;
  meddle_ = [&](std::string token) { return others = token; };
  settings_.client_id = "ps";
  ASSERT_TRUE(signIn().ok());
  client_.reset();
  settings_.client_id = "rs";
  meddle_ = [&](const std::string&) { return others; };
  EXPECT_THAT(refusal(), HasSubstr("\"aud\""));
}

TEST_F(SignInTest, AnExpiredTokenIsRefused) {
  clock_.shift = std::chrono::hours{2};
  EXPECT_THAT(refusal(), HasSubstr("expired"));
  clock_.shift = -std::chrono::minutes{5};
  EXPECT_THAT(refusal(), HasSubstr("in the future"));
}

TEST_F(SignInTest, ATokenWithoutASignatureIsRefused) {
  meddle_ = [](const std::string& token) {
    const std::size_t claims = token.find('.') + 1;
    return toBase64Url(R"({"alg":"none","typ":"JWT"})") + "." +
           token.substr(claims, token.rfind('.') - claims) + ".";
  };
  EXPECT_THAT(refusal(), HasSubstr("\"none\""));
}

TEST_F(SignInTest, ATamperedTokenIsRefused) {
  meddle_ = [](const std::string& token) {
    const std::size_t first = token.find('.');
    const std::size_t last = token.rfind('.');
    json claims = json::parse(*fromBase64Url(token.substr(first + 1, last - first - 1)));
    claims["sub"] = "eve";
    return token.substr(0, first + 1) + toBase64Url(claims.dump()) + token.substr(last);
  };
  EXPECT_THAT(refusal(), HasSubstr("its signature is wrong"));
  meddle_ = [](std::string token) {
    char& c = token[token.rfind('.') + 10];
    c = c == 'A' ? 'B' : 'A';
    return token;
  };
  EXPECT_THAT(refusal(), HasSubstr("its signature is wrong"));
}

TEST_F(SignInTest, AfterARotationTheNewKeyIsFetched) {
  ASSERT_TRUE(signIn().ok());
  ASSERT_EQ(::write(input_, "rotate\n", 7), 7);
  waitFor("rotated");
  ASSERT_EQ(said_, "rotated");
  EXPECT_THAT(refusal(), HasSubstr("does not list"));  // asked less than a minute ago
  clock_.boot_shift = std::chrono::minutes{1};
  const auto identity = signIn();
  EXPECT_TRUE(identity.ok()) << identity.error().message();
}

TEST_F(SignInTest, AProviderWithAnotherCertificateIsNotAsked) {
  ca_file_.clear();
  EXPECT_THAT(client().begin().error().message(), HasSubstr("certificate"));
}

}  // namespace
}  // namespace tandem::access
