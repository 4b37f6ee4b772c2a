// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "platform/public_key.h"

namespace tandem::access {

// An ID token (OpenID Connect Core section 2) as it was read: nothing in it is proved yet.
struct IdToken {
  platform::TokenAlgorithm algorithm{};
  std::string algorithm_name;
  std::string key_id;       // empty: none
  std::string signed_part;  // what the signature is over
  std::string signature;

  std::string issuer;
  std::string subject;
  std::vector<std::string> audience;
  std::string authorized_party;  // azp; empty: none
  std::int64_t expires = 0;      // seconds since 1970
  std::int64_t issued = 0;
  std::int64_t not_before = 0;  // 0: none
  std::string nonce;
  std::string email;
  bool email_verified = false;
  std::string name;
  std::vector<std::string> role_values;  // of the claim that was asked for
};

constexpr std::size_t kIdTokenMax = 64 * 1024;
constexpr std::int64_t kLeewaySeconds = 60;

// kUnauthenticated: too long, no JWS in compact form, another algorithm than RS256, PS256 and
// ES256 ("none" above all), or a claim is missing or of another type. role_claim may be empty.
Result<IdToken> readIdToken(std::string_view compact, std::string_view role_claim);

struct ExpectedToken {
  std::string_view issuer;
  std::string_view client_id;
  std::string_view nonce;
  std::int64_t unix_now = 0;
};
// Section 3.1.3.7, all but the signature.
Result<void> checkClaims(const IdToken& token, const ExpectedToken& expected);

}  // namespace tandem::access
