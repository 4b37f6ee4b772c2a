// SPDX-License-Identifier: Apache-2.0
#include "platform/http_client.h"

#include <atomic>
#include <ctime>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/certificate.h"
#include "platform/http_server.h"

namespace tandem::platform {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

class HttpClientTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / fmt::format("tandem-http-{}", ::getpid());
    std::filesystem::create_directories(folder_);
    const auto made = ensureCertificate(folder_.string(), {}, std::chrono::system_clock::now());
    ASSERT_TRUE(made.ok()) << made.error().message();
    files_ = made.value();
  }
  void TearDown() override {
    if (server_) server_->stop();
    std::filesystem::remove_all(folder_);
  }

  static std::string read(const std::string& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  void serve(HttpHandler handler, const std::string& address = "127.0.0.1") {
    HttpServerOptions options;
    options.address = address;
    options.tls = TlsFiles{files_.certificate_chain, files_.private_key};
    auto started = HttpServer::start(options, std::move(handler));
    ASSERT_TRUE(started.ok()) << started.error().message();
    server_ = std::move(started).value();
  }

  std::string url(std::string_view path, std::string_view host = "localhost") const {
    return fmt::format("https://{}:{}{}", host, server_->port(), path);
  }

  std::unique_ptr<HttpClient> client(HttpClientOptions options = {}) const {
    if (options.ca_file.empty()) options.ca_file = files_.ca_certificate;
    auto opened = openHttpClient(options);
    EXPECT_TRUE(opened.ok());
    return std::move(opened).value();
  }

  static HttpRequest request(std::string method, std::string url, std::string body = {}) {
    HttpRequest made;
    made.method = std::move(method);
    made.url = std::move(url);
    made.body = std::move(body);
    return made;
  }

  static HttpError errorOf(HttpAnswer answer) {
    EXPECT_TRUE(std::holds_alternative<HttpError>(answer));
    return std::holds_alternative<HttpError>(answer) ? std::get<HttpError>(answer) : HttpError{};
  }

  std::filesystem::path folder_;
  CertificateFiles files_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpClientTest, EveryMethodArrivesWithItsBodyAndHeaders) {
  serve([](const ServerRequest& in) {
    ServerResponse out;
    out.status = 201;
    out.headers.emplace_back("X-Seen", std::string(in.header("X-Test")));
    out.body = in.method + " " + in.target + " " + in.body;
    return out;
  });
  const auto http = client();
  for (const std::string method : {"GET", "POST", "PATCH", "PUT", "DELETE"}) {
    HttpRequest out = request(method, url("/a%20b?x=1"), method == "GET" ? "" : "body");
    out.headers.emplace_back("X-Test", "yes");
    const HttpAnswer answer = http->send(out);
    ASSERT_TRUE(std::holds_alternative<HttpResponse>(answer));
    const auto& response = std::get<HttpResponse>(answer);
    EXPECT_EQ(response.status, 201);
    EXPECT_EQ(response.header("x-seen"), "yes");
    EXPECT_EQ(response.body, method + " /a%20b?x=1 " + (method == "GET" ? "" : "body"));
  }
}

TEST_F(HttpClientTest, ManyRequestsAreInFlightAtOnce) {
  std::atomic<int> served{0};
  serve([&served](const ServerRequest&) {
    ++served;
    ServerResponse out;
    out.delay = milliseconds(200);
    return out;
  });
  const auto http = client();
  int answered = 0;
  const auto started = std::chrono::steady_clock::now();
  for (int i = 0; i < 20; ++i) {
    http->submit(request("POST", url("/"), std::string(100'000, 'x')),
                 [&answered](HttpAnswer answer) {
                   answered += std::holds_alternative<HttpResponse>(answer) ? 1 : 0;
                 });
  }
  while (http->inFlight() > 0)
    http->poll(milliseconds(1000));
  EXPECT_EQ(answered, 20);
  EXPECT_EQ(served, 20);
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(3));
}

TEST_F(HttpClientTest, CallbacksMaySubmitMore) {
  serve([](const ServerRequest&) { return ServerResponse{}; });
  const auto http = client();
  int left = 5;
  std::function<void(HttpAnswer)> next = [&](HttpAnswer) {
    if (--left > 0) http->submit(request("GET", url("/")), next);
  };
  http->submit(request("GET", url("/")), next);
  while (http->inFlight() > 0)
    http->poll(milliseconds(1000));
  EXPECT_EQ(left, 0);
}

TEST_F(HttpClientTest, WaitingUsesNoProcessorTime) {
  const auto http = client();
  const std::clock_t before = std::clock();
  http->poll(milliseconds(300));
  EXPECT_LT(std::clock() - before, CLOCKS_PER_SEC / 20);
}

TEST_F(HttpClientTest, ALostAnswerIsNotAskedForAgain) {
  std::atomic<int> seen{0};
  serve([&seen](const ServerRequest& in) {
    ServerResponse out;
    if (in.method == "POST") {
      ++seen;
      out.drop_connection = true;
    }
    return out;
  });
  const auto http = client();
  http->send(request("GET", url("/")));  // so that the connection is a kept one
  const HttpError error = errorOf(http->send(request("POST", url("/"), "create")));
  EXPECT_EQ(error.kind, HttpFailure::kLost);
  EXPECT_TRUE(error.may_have_arrived);
  EXPECT_EQ(seen, 1);
}

TEST_F(HttpClientTest, ARefusedConnectionSaysSo) {
  const auto http = client();
  const HttpError error = errorOf(http->send(request("GET", "https://127.0.0.1:1/")));
  EXPECT_EQ(error.kind, HttpFailure::kUnreachable);
  EXPECT_FALSE(error.may_have_arrived);
  EXPECT_THAT(error.message, HasSubstr("127.0.0.1:1 refused the connection"));
}

TEST_F(HttpClientTest, AnUnknownNameSaysSo) {
  const auto http = client();
  const HttpError error = errorOf(http->send(request("GET", "https://no-such-host.invalid/")));
  EXPECT_EQ(error.kind, HttpFailure::kUnresolvable);
  EXPECT_THAT(error.message, HasSubstr("no-such-host.invalid cannot be resolved"));
}

TEST_F(HttpClientTest, AnUntrustedAuthoritySaysSo) {
  serve([](const ServerRequest&) { return ServerResponse{}; });
  const std::string other = (folder_ / "other").string();
  const auto made = ensureCertificate(other, {}, std::chrono::system_clock::now());
  ASSERT_TRUE(made.ok());
  HttpClientOptions options;
  options.ca_file = made.value().ca_certificate;
  const HttpError error = errorOf(client(options)->send(request("GET", url("/"))));
  EXPECT_EQ(error.kind, HttpFailure::kTls);
  EXPECT_FALSE(error.may_have_arrived);
  EXPECT_THAT(error.message, HasSubstr("authority that is not trusted here"));
}

TEST_F(HttpClientTest, ACertificateForAnotherNameSaysSo) {
  serve([](const ServerRequest&) { return ServerResponse{}; }, "127.0.0.2");
  const HttpError error = errorOf(client()->send(request("GET", url("/", "127.0.0.2"))));
  EXPECT_EQ(error.kind, HttpFailure::kTls);
  EXPECT_THAT(error.message, HasSubstr("is for another name"));
}

TEST_F(HttpClientTest, AnExpiredCertificateSaysSo) {
  const std::string old = (folder_ / "old").string();
  const auto made =
      ensureCertificate(old, {}, std::chrono::system_clock::now() - std::chrono::hours(24 * 200));
  ASSERT_TRUE(made.ok());
  files_ = made.value();
  serve([](const ServerRequest&) { return ServerResponse{}; });
  const HttpError error = errorOf(client()->send(request("GET", url("/"))));
  EXPECT_EQ(error.kind, HttpFailure::kTls);
  EXPECT_THAT(error.message, HasSubstr("has expired"));
}

TEST_F(HttpClientTest, ASlowAnswerIsATimeoutAfterSending) {
  serve([](const ServerRequest&) {
    ServerResponse out;
    out.delay = milliseconds(3000);
    return out;
  });
  HttpRequest out = request("POST", url("/"), "x");
  out.total_timeout = milliseconds(300);
  const HttpError error = errorOf(client()->send(out));
  EXPECT_EQ(error.kind, HttpFailure::kTimeout);
  EXPECT_TRUE(error.may_have_arrived);
}

TEST_F(HttpClientTest, AnAnswerBeyondTheLimitIsRefused) {
  serve([](const ServerRequest&) {
    ServerResponse out;
    out.body = std::string(10'000, 'x');
    return out;
  });
  HttpClientOptions options;
  options.response_limit = 5000;
  const HttpError error = errorOf(client(options)->send(request("GET", url("/"))));
  EXPECT_EQ(error.kind, HttpFailure::kTooLarge);
  EXPECT_THAT(error.message, HasSubstr("5000 bytes"));
}

TEST_F(HttpClientTest, ACancelledRequestIsNotHeardOfAgain) {
  serve([](const ServerRequest&) {
    ServerResponse out;
    out.delay = milliseconds(100);
    return out;
  });
  const auto http = client();
  bool called = false;
  const HttpRequestId id =
      http->submit(request("GET", url("/")), [&called](HttpAnswer) { called = true; });
  http->poll(milliseconds(10));
  http->cancel(id);
  http->poll(milliseconds(200));
  EXPECT_FALSE(called);
  EXPECT_EQ(http->inFlight(), 0U);
}

TEST_F(HttpClientTest, AProxyThatIsNotThereSaysSo) {
  HttpClientOptions options;
  options.proxy = "http://no-such-proxy.invalid:3128";
  const HttpError error = errorOf(client(options)->send(request("GET", "https://localhost/")));
  EXPECT_EQ(error.kind, HttpFailure::kProxy);
}

TEST(HttpClientOptions, AMissingCaFileIsNamed) {
  HttpClientOptions options;
  options.ca_file = "/no/such/ca.pem";
  const auto opened = openHttpClient(options);
  ASSERT_FALSE(opened.ok());
  EXPECT_THAT(opened.error().message(), HasSubstr("/no/such/ca.pem"));
}

}  // namespace
}  // namespace tandem::platform
