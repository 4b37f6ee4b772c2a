// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/result.h"

namespace tandem::platform {

// The signatures that are accepted of an OpenID provider (RFC 7518 section 3.1).
enum class TokenAlgorithm : std::uint8_t {
  kRs256,
  kPs256,
  kEs256
};

// A public key as a JWK gives it (RFC 7518 section 6): numbers big-endian, without base64url.
// Shared and unchanging: several threads may verify with it.
class PublicKey {
 public:
  // kInvalidArgument: no RSA key, or not of 2048 to 16384 bits.
  static Result<PublicKey> ofRsa(std::string_view modulus, std::string_view exponent);
  // A point of P-256, 32 bytes each. kInvalidArgument: not on the curve.
  static Result<PublicKey> ofP256(std::string_view x, std::string_view y);

  // False too when the algorithm is not one of this kind of key.
  bool verifies(TokenAlgorithm algorithm, std::string_view bytes, std::string_view signature) const;

 private:
  struct Key;
  explicit PublicKey(std::shared_ptr<const Key> key);
  std::shared_ptr<const Key> key_;
};

}  // namespace tandem::platform
