// SPDX-License-Identifier: Apache-2.0
//
// HTTP/1.1 as seen by a caller that keeps many requests in flight from one thread: submit() starts
// a request, poll() waits for answers and runs their callbacks. Nothing happens outside poll().
// A request is never sent twice by the client itself: whether a lost answer may be asked for again
// is the caller's decision.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "platform/http_message.h"

namespace tandem::platform {

struct HttpRequest {
  std::string method = "GET";
  std::string url;  // absolute, http or https, already percent-encoded
  HttpHeaders headers;
  std::string body;
  std::optional<std::chrono::milliseconds> total_timeout;  // instead of the client's
};

struct HttpResponse {
  int status = 0;
  HttpHeaders headers;
  std::string body;
  std::chrono::microseconds elapsed{0};

  std::string_view header(std::string_view name) const { return findHeader(headers, name); }
};

enum class HttpFailure : std::uint8_t {
  kBadRequest,    // the URL cannot be used
  kUnresolvable,  // no such host name
  kUnreachable,   // refused, no route
  kProxy,         // the proxy refused or cannot be found
  kTls,           // handshake or certificate
  kTimeout,
  kLost,  // the connection ended before the answer did
  kTooLarge,
};

// Why there is no response. The message names the host, the reason and what to do.
struct HttpError {
  HttpFailure kind = HttpFailure::kLost;
  // True when the other side may have acted on the request: only its answer is missing.
  bool may_have_arrived = false;
  std::string message;

  Error toError() const;
};

using HttpAnswer = std::variant<HttpResponse, HttpError>;
using HttpCallback = std::function<void(HttpAnswer)>;

enum class HttpRequestId : std::uint64_t {
};

// Used from one thread. Callbacks run inside poll() and may submit more.
class HttpClient {
 public:
  virtual ~HttpClient() = default;
  virtual HttpRequestId submit(HttpRequest request, HttpCallback callback) = 0;
  // The request is given up and its callback is not called.
  virtual void cancel(HttpRequestId id) = 0;
  // Returns when at least one callback has run, or after at_most. Waits without using the CPU, even
  // when nothing is in flight.
  virtual void poll(std::chrono::milliseconds at_most) = 0;
  virtual std::size_t inFlight() const = 0;

  // One request, waited for. Other requests' callbacks may run meanwhile.
  HttpAnswer send(HttpRequest request);
};

struct HttpClientOptions {
  std::string ca_file;  // PEM; empty: the system's authorities
  // PEM: the one certificate that a server may show, whatever name the URL has; instead of any
  // authority.
  std::string pinned_certificate = {};
  // PEM files: shown to a server that asks for a certificate. Empty: none is.
  std::string certificate_file = {};
  std::string private_key_file = {};
  std::string unix_socket = {};      // a path: connected to, whatever host the URL names
  std::size_t connections_max = 64;  // further requests wait for a free one
  std::chrono::milliseconds connect_timeout{15'000};
  std::chrono::milliseconds total_timeout{120'000};
  // Given up when slower than this for so long, so that a stalled peer does not cost total_timeout.
  std::size_t low_speed_bytes_per_second = 1;
  std::chrono::seconds low_speed_time{60};
  std::size_t response_limit = 256 * 1024 * 1024;  // bytes of body; beyond: kTooLarge
  // "http://proxy:3128"; empty string: none; absent: as https_proxy and no_proxy say.
  std::optional<std::string> proxy;
  std::string user_agent = "tandem";
};

// Fails when the CA file or the pinned certificate cannot be read.
Result<std::unique_ptr<HttpClient>> openHttpClient(HttpClientOptions options);

}  // namespace tandem::platform
