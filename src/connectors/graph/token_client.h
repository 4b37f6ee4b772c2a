// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "connectors/graph/graph_settings.h"
#include "platform/clock.h"
#include "platform/http_client.h"
#include "platform/signing.h"

namespace tandem::connectors::graph {

// Access tokens by the client credentials grant (RFC 6749 section 4.4), with a secret or with a
// certificate assertion (RFC 7523). One is kept until shortly before it ends. Lifetimes are counted
// on the monotonic clock from the answer, so a wrong wall clock does not matter; where it does (the
// assertion's dates), the server's own Date header corrects it.
class TokenClient {
 public:
  TokenClient(const GraphSettings& settings, platform::HttpClient& http, platform::Clock& clock);

  // The kept token, or a new one.
  Result<std::string> token();
  // The tenant refused the token: the next token() gets a new one.
  void forget() { token_.clear(); }

 private:
  Result<std::string> fetch();
  Result<std::string> assertion() const;
  Result<std::string> form() const;
  Result<void> keep(std::string_view body);
  bool correctSkew(const platform::HttpResponse& refused);
  std::string url() const;

  const GraphSettings& settings_;
  platform::HttpClient& http_;
  platform::Clock& clock_;
  std::string token_;
  platform::MonotonicTime renew_at_{};
  std::chrono::seconds skew_{0};  // what to add to our wall clock to get the server's
};

// The application permissions that a token carries ("roles"); empty when it is not a JWT.
std::vector<std::string> rolesOf(std::string_view token);

// Three parts with a readable payload: its roles can be believed, even when it lists none.
bool isJsonWebToken(std::string_view token);
// The Date of an HTTP answer (RFC 9110, 5.6.7) as seconds since 1970.
std::optional<std::int64_t> parseHttpDate(std::string_view text);

// What to do about an error of the token endpoint; names the AADSTS code, never the credentials.
Error describeTokenFailure(int status, std::string_view body, std::string_view url);

}  // namespace tandem::connectors::graph
