// SPDX-License-Identifier: Apache-2.0
//
// Our client assertion against a certified OpenID provider that nobody here wrote.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/graph/tenant_process.h"
#include "connectors/graph/token_client.h"
#include "platform/certificate.h"
#include "platform/clock.h"

namespace tandem::connectors::graph {
namespace {

using testing::TenantProcess;

// Passes requests on and keeps the last one.
class RecordingHttp final : public platform::HttpClient {
 public:
  explicit RecordingHttp(platform::HttpClient& inner) : inner_(inner) {}
  platform::HttpRequestId submit(platform::HttpRequest request,
                                 platform::HttpCallback callback) override {
    last = request;
    return inner_.submit(std::move(request), std::move(callback));
  }
  void cancel(platform::HttpRequestId id) override { inner_.cancel(id); }
  void poll(std::chrono::milliseconds at_most) override { inner_.poll(at_most); }
  std::size_t inFlight() const override { return inner_.inFlight(); }

  platform::HttpRequest last;

 private:
  platform::HttpClient& inner_;
};

class AssertionTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::filesystem::path script =
        std::filesystem::path(TANDEM_SOURCE_DIR) / "tests/functional/oidc/provider.mjs";
    if (!std::filesystem::exists(script.parent_path() / "node_modules/oidc-provider")) {
      GTEST_SKIP() << "run npm ci in tests/functional/oidc";
    }
    std::string pattern = (std::filesystem::temp_directory_path() / "tandem-oidc-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    const auto tls =
        platform::ensureCertificate(folder_ + "/tls", {}, std::chrono::system_clock::now());
    ASSERT_TRUE(tls.ok());
    const std::string command = fmt::format(
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=app -keyout {0}/app.key "
        "-out {0}/app.pem 2>/dev/null",
        folder_);
    ASSERT_EQ(std::system(command.c_str()), 0);
    startProvider(script.string(), tls.value());
    ASSERT_GT(port_, 0);
    settings_.token_url = fmt::format("https://localhost:{}/token", port_);
    settings_.client_id = "app";
    settings_.scope = ".default";
    settings_.certificate_pem = TenantProcess::fileText(folder_ + "/app.pem");
    settings_.private_key_pem = TenantProcess::fileText(folder_ + "/app.key");
    platform::HttpClientOptions options;
    options.ca_file = tls.value().ca_certificate;
    options.proxy = "";
    auto opened = platform::openHttpClient(options);
    ASSERT_TRUE(opened.ok());
    client_ = std::move(opened).value();
    http_ = std::make_unique<RecordingHttp>(*client_);
  }

  void TearDown() override {
    if (pid_ > 0) {
      ::kill(pid_, SIGTERM);
      ::waitpid(pid_, nullptr, 0);
    }
    if (input_ >= 0) ::close(input_);
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
  }

  void startProvider(const std::string& script, const platform::CertificateFiles& tls) {
    int in[2];
    int out[2];
    ASSERT_EQ(::pipe(in), 0);
    ASSERT_EQ(::pipe(out), 0);
    const std::string app = folder_ + "/app.pem";
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
               app.c_str(),
               nullptr);
      ::_exit(127);
    }
    ::close(in[0]);
    ::close(out[1]);
    input_ = in[1];
    std::string said;
    char buffer[256];
    while (said.find("port: ") == std::string::npos || said.back() != '\n') {
      const ssize_t got = ::read(out[0], buffer, sizeof buffer);
      if (got <= 0) break;
      said.append(buffer, static_cast<std::size_t>(got));
    }
    ::close(out[0]);
    const std::size_t at = said.find("port: ");
    if (at != std::string::npos) port_ = std::atoi(said.c_str() + at + 6);
  }

  pid_t pid_ = -1;
  int input_ = -1;
  int port_ = 0;
  std::string folder_;
  GraphSettings settings_;
  platform::SystemClock clock_;
  std::unique_ptr<platform::HttpClient> client_;
  std::unique_ptr<RecordingHttp> http_;
};

TEST_F(AssertionTest, IsAcceptedAndNotTwice) {
  TokenClient client(settings_, *http_, clock_);
  const auto token = client.token();
  ASSERT_TRUE(token.ok()) << token.error().message();
  EXPECT_FALSE(token.value().empty());
  const platform::HttpAnswer replayed = http_->send(http_->last);
  ASSERT_TRUE(std::holds_alternative<platform::HttpResponse>(replayed));
  EXPECT_EQ(std::get<platform::HttpResponse>(replayed).status, 401);
  client.forget();  // a new one has a new jti
  EXPECT_TRUE(client.token().ok());
}

TEST_F(AssertionTest, OfAnotherKeyIsRefused) {
  settings_.private_key_pem = platform::SigningKey::generate().value().toPem();
  TokenClient client(settings_, *http_, clock_);
  const auto token = client.token();
  ASSERT_FALSE(token.ok());
  EXPECT_EQ(token.error().code(), ErrorCode::kUnauthenticated);
}

}  // namespace
}  // namespace tandem::connectors::graph
