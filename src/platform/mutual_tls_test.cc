// SPDX-License-Identifier: Apache-2.0
//
// Client certificates, a pinned server, Unix sockets: what the server and the client of HTTP need
// when two of ours talk to each other.
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "platform/certificate.h"
#include "platform/http_client.h"
#include "platform/http_server.h"
#include "platform/signing.h"

namespace tandem::platform {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

class MutualTls : public testing::Test {
 protected:
  void SetUp() override {
    char pattern[] = "/tmp/tandem-mutual-XXXXXX";
    folder_ = ::mkdtemp(pattern);
    for (const char* name : {"server", "client", "other"})
      std::filesystem::create_directory(folder_ + "/" + name);
    HttpServerOptions options;
    options.threads = 2;
    options.tls = TlsFiles{identity("server").certificate, identity("server").private_key};
    options.ask_client_certificate = true;
    options.body_limit_for = [](const PeerCertificate* peer) {
      return std::size_t{peer == nullptr ? 4U : 64U};
    };
    options.on_handshake_failed = [this](const std::string&, const std::string& reason) {
      const std::lock_guard<std::mutex> lock(mutex_);
      failed_.push_back(reason);
    };
    server_ = HttpServer::start(options, answerWho).value();
  }
  void TearDown() override {
    server_.reset();
    std::filesystem::remove_all(folder_);
  }

  static ServerResponse answerWho(const ServerRequest& request) {
    ServerResponse response;
    response.body = request.peer_certificate ? request.peer_certificate->sha256 : "nobody";
    if (request.peer_user) response.body = fmt::format("user {}", *request.peer_user);
    return response;
  }
  IdentityFiles identity(const std::string& name) const {
    return ensureIdentity(folder_ + "/" + name, name, std::chrono::system_clock::now()).value();
  }
  std::string pem(const std::string& name) const {
    std::ifstream in(identity(name).certificate);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::string fingerprint(const std::string& name) const {
    return toHex(certificateThumbprints(pem(name)).value().sha256);
  }
  HttpAnswer send(HttpClientOptions options, const std::string& body = "") const {
    HttpRequest request;
    request.method = "POST";
    request.url = fmt::format("https://127.0.0.1:{}/", server_->port());
    request.body = body;
    return openHttpClient(std::move(options)).value()->send(request);
  }
  HttpClientOptions as(const std::string& name, const std::string& pinned = "server") const {
    HttpClientOptions options;
    options.pinned_certificate = pem(pinned);
    if (name.empty()) return options;
    options.certificate_file = identity(name).certificate;
    options.private_key_file = identity(name).private_key;
    return options;
  }

  std::string folder_;
  std::mutex mutex_;
  std::vector<std::string> failed_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(MutualTls, TheHandlerSeesWhoAsks) {
  EXPECT_EQ(std::get<HttpResponse>(send(as("client"))).body, fingerprint("client"));
  EXPECT_EQ(std::get<HttpResponse>(send(as("other"))).body, fingerprint("other"));
  EXPECT_EQ(std::get<HttpResponse>(send(as(""))).body, "nobody");
}

TEST_F(MutualTls, EveryRequestOfAConnectionKnowsItsPeer) {
  const auto client = openHttpClient(as("client")).value();
  for (int i = 0; i < 3; ++i) {
    HttpRequest request;
    request.url = fmt::format("https://localhost:{}/", server_->port());
    EXPECT_EQ(std::get<HttpResponse>(client->send(request)).body, fingerprint("client"));
  }
}

TEST_F(MutualTls, AnotherServerIsRefusedInTheHandshake) {
  const HttpAnswer answer = send(as("client", "other"));
  ASSERT_TRUE(std::holds_alternative<HttpError>(answer));
  EXPECT_EQ(std::get<HttpError>(answer).kind, HttpFailure::kTls);
  // The server's end learns of it a little later.
  const auto failures = [this] {
    const std::lock_guard<std::mutex> lock(mutex_);
    return failed_.size();
  };
  for (int i = 0; i < 200 && failures() == 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const std::lock_guard<std::mutex> lock(mutex_);
  ASSERT_THAT(failed_, SizeIs(1));
  EXPECT_THAT(failed_[0], HasSubstr("unknown ca"));
}

// The pinned certificate is an anchor, and must not become an authority for others.
TEST_F(MutualTls, ACertificateOfTheSameNameAndAnotherKeyIsRefused) {
  std::filesystem::create_directory(folder_ + "/twin");
  const IdentityFiles twin =
      ensureIdentity(folder_ + "/twin", "server", std::chrono::system_clock::now()).value();
  HttpClientOptions options = as("client");
  std::ifstream in(twin.certificate);
  options.pinned_certificate.assign(std::istreambuf_iterator<char>(in), {});
  EXPECT_TRUE(std::holds_alternative<HttpError>(send(std::move(options))));
}

TEST_F(MutualTls, AnExpiredServerIsRefusedAlthoughItIsPinned) {
  std::filesystem::create_directory(folder_ + "/expired");
  const auto long_ago = std::chrono::system_clock::now() - std::chrono::hours(24 * 365 * 11);
  const IdentityFiles expired = ensureIdentity(folder_ + "/expired", "expired", long_ago).value();
  std::string certificate;
  {
    std::ifstream in(expired.certificate);
    certificate.assign(std::istreambuf_iterator<char>(in), {});
  }
  HttpServerOptions options;
  options.tls = TlsFiles{expired.certificate, expired.private_key};
  server_ = HttpServer::start(options, answerWho).value();
  HttpClientOptions client;
  client.pinned_certificate = certificate;
  const HttpAnswer answer = send(std::move(client));
  ASSERT_TRUE(std::holds_alternative<HttpError>(answer));
  EXPECT_THAT(std::get<HttpError>(answer).message, HasSubstr("expired"));
}

TEST_F(MutualTls, TheBodyLimitDependsOnWhoAsks) {
  EXPECT_EQ(std::get<HttpResponse>(send(as("client"), "12345")).status, 200);
  EXPECT_EQ(std::get<HttpResponse>(send(as(""), "12345")).status, 413);
}

TEST_F(MutualTls, WhatIsNoCertificateCannotBePinned) {
  HttpClientOptions options;
  options.pinned_certificate = "hello";
  EXPECT_FALSE(openHttpClient(options).ok());
}

TEST_F(MutualTls, AnIdentityIsKeptUntilItEnds) {
  const auto now = std::chrono::system_clock::now();
  EXPECT_TRUE(ensureIdentity(folder_ + "/client", "client", now).value().created);
  EXPECT_FALSE(ensureIdentity(folder_ + "/client", "client", now).value().created);
  struct stat status {};
  ASSERT_EQ(::stat(identity("client").private_key.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  const auto later = now + std::chrono::hours(24 * 3651);
  EXPECT_TRUE(ensureIdentity(folder_ + "/client", "client", later).value().created);
}

TEST_F(MutualTls, AUnixSocketIsForItsOwnerAndTellsWhoAsks) {
  HttpServerOptions options;
  options.threads = 1;
  options.unix_socket = folder_ + "/socket";
  const auto local = HttpServer::start(options, answerWho).value();
  struct stat status {};
  ASSERT_EQ(::stat(options.unix_socket.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  HttpClientOptions client;
  client.unix_socket = options.unix_socket;
  HttpRequest request;
  request.url = "http://localhost/";
  EXPECT_EQ(std::get<HttpResponse>(openHttpClient(client).value()->send(request)).body,
            fmt::format("user {}", ::geteuid()));
  local->stop();
  EXPECT_FALSE(std::filesystem::exists(options.unix_socket));
}

TEST_F(MutualTls, ConnectionsAreBounded) {
  HttpServerOptions options;
  options.threads = 2;
  options.unix_socket = folder_ + "/socket";
  options.connections_max = 1;
  const auto local = HttpServer::start(options, answerWho).value();
  HttpClientOptions client;
  client.unix_socket = options.unix_socket;
  HttpRequest request;
  request.url = "http://localhost/";
  const auto first = openHttpClient(client).value();
  EXPECT_TRUE(std::holds_alternative<HttpResponse>(first->send(request)));
  EXPECT_EQ(local->connections(), 1U);
  EXPECT_TRUE(std::holds_alternative<HttpError>(openHttpClient(client).value()->send(request)));
}

}  // namespace
}  // namespace tandem::platform
