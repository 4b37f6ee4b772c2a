// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "platform/http_message.h"

namespace tandem::platform {

// Called on the server's threads, several at a time. It may block: only its own connection waits,
// and one thread; what waits long sets ServerResponse::later instead. It must not throw.
using HttpHandler = std::function<ServerResponse(const ServerRequest&)>;

struct TlsFiles {
  std::string certificate_chain;  // PEM, leaf first
  std::string private_key;        // PEM
};

struct HttpServerOptions {
  std::string address = "127.0.0.1";  // numeric, IPv4 or IPv6
  std::uint16_t port = 0;             // 0: the system picks one; see HttpServer::port()
  std::optional<TlsFiles> tls;        // absent: plain HTTP, for loopback only
  std::size_t threads = 8;
  std::size_t header_limit = 64 * 1024;       // bytes; beyond: 431
  std::size_t body_limit = 16 * 1024 * 1024;  // bytes; beyond: 413
  std::chrono::seconds idle_timeout{60};      // between requests, and for each read and write
};

struct HttpServerState;

// An HTTP/1.1 server with keep-alive, over TLS 1.2 or newer. Runs from start() until stop() or the
// destructor, which let running handlers end, wait for answers that come later and close every
// connection.
class HttpServer {
 public:
  // Fails when the address cannot be bound or the TLS files cannot be used.
  static Result<std::unique_ptr<HttpServer>> start(HttpServerOptions options, HttpHandler handler);

  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const;
  void stop();  // may be called twice

 private:
  explicit HttpServer(std::unique_ptr<HttpServerState> state);

  std::unique_ptr<HttpServerState> state_;
};

}  // namespace tandem::platform
