// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What the server hands to its handler and gets back. Plain values: no library type shows.
namespace tandem::platform {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

// The first header of that name, case-insensitively; empty when there is none.
std::string_view findHeader(const HttpHeaders& headers, std::string_view name);

struct ServerRequest {
  std::string method;  // upper case as sent: "GET"
  std::string target;  // origin form with query, still percent-encoded: "/v1.0/users?$top=5"
  HttpHeaders headers;
  std::string body;
  std::string peer_address;  // "127.0.0.1", without the port

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
};

}  // namespace tandem::platform
