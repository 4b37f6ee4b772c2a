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
  // A path: a Unix socket of mode 0600 instead of address and port. One that is there is replaced.
  std::string unix_socket = {};
  std::optional<TlsFiles> tls = {};  // absent: plain HTTP, for loopback only
  // Any certificate is accepted, and none too: the handler sees it in peer_certificate and decides,
  // because only it can tell the client why not. Sessions are not resumed then: each connection
  // proves anew that the client has the key.
  bool ask_client_certificate = false;
  std::size_t threads = 8;
  std::size_t header_limit = 64 * 1024;       // bytes; beyond: 431
  std::size_t body_limit = 16 * 1024 * 1024;  // bytes; beyond: 413
  // Instead of body_limit, by who asks (null: no certificate), so that a stranger cannot fill the
  // memory before the handler has refused him.
  std::function<std::size_t(const PeerCertificate*)> body_limit_for = {};
  // Called with the peer's address and OpenSSL's reason.
  std::function<void(const std::string&, const std::string&)> on_handshake_failed = {};
  std::size_t connections_max = 4096;     // at once; a further one is closed
  std::chrono::seconds idle_timeout{60};  // between requests, and for each read and write
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

  std::uint16_t port() const;       // 0 for a Unix socket
  std::size_t connections() const;  // that are open now
  void stop();                      // may be called twice

 private:
  explicit HttpServer(std::unique_ptr<HttpServerState> state);

  std::unique_ptr<HttpServerState> state_;
};

}  // namespace tandem::platform
