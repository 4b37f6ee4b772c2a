// SPDX-License-Identifier: Apache-2.0
#include "platform/http_server.h"

#include <condition_variable>
#include <mutex>
#include <thread>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::platform {
namespace {

// Sends raw bytes and reads until the peer closes: what a test wants to see is on the wire.
std::string exchange(std::uint16_t port, const std::string& bytes) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(bytes.size()));
  std::string answer;
  char buffer[4096];
  for (ssize_t n = 0; (n = ::recv(fd, buffer, sizeof buffer, 0)) > 0;) {
    answer.append(buffer, static_cast<std::size_t>(n));
  }
  ::close(fd);
  return answer;
}

// Answers "/later" when told to, from the test's own thread.
class LateAnswers {
 public:
  ServerResponse hold() {
    ServerResponse answer;
    answer.later = [this](HttpReply reply) {
      const std::lock_guard lock(mutex_);
      replies_.push_back(std::move(reply));
      arrived_.notify_all();
    };
    return answer;
  }
  std::vector<HttpReply> take(std::size_t count) {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [&] { return replies_.size() >= count; });
    return std::exchange(replies_, {});
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<HttpReply> replies_;
};

std::unique_ptr<HttpServer> serveEcho(HttpServerOptions options = {}) {
  options.threads = 2;
  auto server = HttpServer::start(std::move(options), [](const ServerRequest& request) {
    ServerResponse answer;
    answer.headers = {{"X-Target", request.target}};
    answer.body = request.method + " " + request.body;
    answer.drop_connection = request.target == "/drop";
    if (request.target == "/slow") answer.delay = std::chrono::milliseconds(30);
    return answer;
  });
  EXPECT_TRUE(server.ok());
  return std::move(server).value();
}

TEST(HttpServer, AnswersSeveralRequestsOnOneConnection) {
  const auto server = serveEcho();
  const std::string answer =
      exchange(server->port(),
               "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi"
               "GET /b?q=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, testing::HasSubstr("POST hi"));
  EXPECT_THAT(answer, testing::HasSubstr("X-Target: /b?q=1"));
  EXPECT_THAT(answer, testing::HasSubstr("\r\nDate: "));
}

TEST(HttpServer, RefusesABodyOverTheLimit) {
  HttpServerOptions options;
  options.body_limit = 10;
  const auto server = serveEcho(options);
  EXPECT_THAT(exchange(server->port(), "POST / HTTP/1.1\r\nContent-Length: 11\r\n\r\n12345678901"),
              testing::StartsWith("HTTP/1.1 413"));
}

TEST(HttpServer, RefusesHeadersOverTheLimit) {
  HttpServerOptions options;
  options.header_limit = 200;
  const auto server = serveEcho(options);
  EXPECT_THAT(
      exchange(server->port(), "GET / HTTP/1.1\r\nA: " + std::string(500, 'x') + "\r\n\r\n"),
      testing::StartsWith("HTTP/1.1 431"));
}

TEST(HttpServer, AnswersGarbageWith400) {
  const auto server = serveEcho();
  EXPECT_THAT(exchange(server->port(), "hello\r\n\r\n"), testing::StartsWith("HTTP/1.1 400"));
}

TEST(HttpServer, DropsAConnectionWithoutAnAnswerWhenAsked) {
  const auto server = serveEcho();
  EXPECT_EQ(exchange(server->port(), "GET /drop HTTP/1.1\r\n\r\n"), "");
}

TEST(HttpServer, AnswersLateWhenAsked) {
  const auto server = serveEcho();
  const auto start = std::chrono::steady_clock::now();
  exchange(server->port(), "GET /slow HTTP/1.1\r\nConnection: close\r\n\r\n");
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(30));
}

TEST(HttpServer, SaysWhyItCannotBind) {
  const auto first = serveEcho();
  HttpServerOptions options;
  options.port = first->port();
  options.threads = 1;
  const auto second =
      HttpServer::start(options, [](const ServerRequest&) { return ServerResponse{}; });
  ASSERT_FALSE(second.ok());
  EXPECT_THAT(second.error().message(), testing::HasSubstr(std::to_string(first->port())));
}

TEST(HttpServer, AnswersThatComeLaterHoldNoThread) {
  constexpr std::size_t kRequests = 10;  // five times the threads
  LateAnswers late;
  HttpServerOptions options;
  options.threads = 2;
  auto server = HttpServer::start(options, [&](const ServerRequest&) { return late.hold(); });
  ASSERT_TRUE(server.ok());
  std::vector<std::string> answers(kRequests);
  std::vector<std::thread> clients;
  for (std::size_t i = 0; i < kRequests; ++i) {
    clients.emplace_back([&, i] {
      answers[i] = exchange(server.value()->port(),
                            "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    });
  }
  std::vector<HttpReply> replies = late.take(kRequests);
  replies.pop_back();  // one is forgotten: its connection ends
  for (const HttpReply& reply : replies) {
    ServerResponse answer;
    answer.body = "at last";
    reply(std::move(answer));
  }
  for (auto& client : clients)
    client.join();
  EXPECT_EQ(std::count(answers.begin(), answers.end(), std::string()), 1);
  EXPECT_EQ(std::count_if(answers.begin(),
                          answers.end(),
                          [](const auto& text) { return text.ends_with("at last"); }),
            static_cast<std::ptrdiff_t>(kRequests - 1));
}

TEST(HttpServer, StopWaitsForAnswersThatComeLater) {
  LateAnswers late;
  auto server = HttpServer::start({}, [&](const ServerRequest&) { return late.hold(); });
  ASSERT_TRUE(server.ok());
  std::thread client([port = server.value()->port()] {
    exchange(port, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  });
  std::vector<HttpReply> replies = late.take(1);
  std::thread stopping([&] { server.value().reset(); });
  replies.front()(ServerResponse());
  replies.clear();
  stopping.join();
  client.join();
}

}  // namespace
}  // namespace tandem::platform
