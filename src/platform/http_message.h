// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What the server hands to its handler and gets back. Plain values: no library type shows.
namespace tandem::platform {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

// The first header of that name, case-insensitively; empty when there is none.
std::string_view findHeader(const HttpHeaders& headers, std::string_view name);

// For a segment of a path or a value of a query: all but RFC 3986's unreserved characters as %XX.
std::string percentEncode(std::string_view text);

// What a TLS client showed of itself. The handshake has proved that it has the key; whether it is
// somebody we know is the handler's decision.
struct PeerCertificate {
  std::string pem;
  std::string sha256;           // over the DER, lower-case hex
  std::int64_t not_before = 0;  // seconds since 1970
  std::int64_t not_after = 0;
};

struct ServerRequest {
  std::string method;  // upper case as sent: "GET"
  std::string target;  // origin form with query, still percent-encoded: "/v1.0/users?$top=5"
  HttpHeaders headers;
  std::string body;
  std::string peer_address;  // "127.0.0.1", without the port; "local" over a Unix socket
  std::shared_ptr<const PeerCertificate> peer_certificate;  // see ask_client_certificate
  std::optional<std::uint32_t> peer_user;                   // uid, over a Unix socket

  std::string_view header(std::string_view name) const { return findHeader(headers, name); }
};

struct ServerResponse;

// Hands over the answer to a request that had to wait. Once, from any thread; dropped without a
// call, the connection is closed.
using HttpReply = std::function<void(ServerResponse)>;

struct ServerResponse {
  int status = 200;
  HttpHeaders headers;  // Content-Length, Connection and Date are the server's own
  std::string body;
  std::chrono::milliseconds delay{0};  // the answer waits this long, without holding a thread
  bool drop_connection = false;        // close without answering, as a broken network does
  // Set: the rest does not count, and what `later` hands to its argument is the answer. Only the
  // connection waits for it, no thread.
  std::function<void(HttpReply)> later;
  // Set: the body comes in pieces, as long as it takes (server-sent events). Asked every 100 ms, on
  // the server's threads, and let go when the peer has gone: a piece, which may be empty, or none
  // at the end.
  std::function<std::optional<std::string>()> next_piece;
};

}  // namespace tandem::platform
