// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tandem::platform {

// RSA signatures as JSON Web Signatures use them (RFC 7518 sections 3.3 and 3.5).
enum class SignatureAlgorithm {
  kRs256,  // RSASSA-PKCS1-v1_5 with SHA-256
  kPs256,  // RSASSA-PSS with SHA-256 and a salt of 32 bytes
};

// An RSA private key. Movable, not copyable; its bytes never leave it but as PEM.
class SigningKey {
 public:
  static Result<SigningKey> generate();  // 2048 bits
  static Result<SigningKey> fromPem(std::string_view pem);

  Result<std::string> sign(SignatureAlgorithm algorithm, std::string_view bytes) const;
  std::string toPem() const;
  std::string modulus() const;  // big-endian, as a JWK wants it before base64url
  std::string exponent() const;

  SigningKey(SigningKey&&) noexcept;
  SigningKey& operator=(SigningKey&&) noexcept;
  ~SigningKey();

 private:
  struct Key;
  explicit SigningKey(std::unique_ptr<Key> key);
  std::unique_ptr<Key> key_;
};

struct Thumbprints {
  std::string sha1;    // 20 bytes over the DER certificate
  std::string sha256;  // 32 bytes over the DER certificate
};

Result<Thumbprints> certificateThumbprints(std::string_view certificate_pem);

// SHA-256 over the DER of the certificate's public key (RFC 7469 section 2.4): 32 bytes.
Result<std::string> publicKeyHash(std::string_view certificate_pem);

// True when the certificate's key made this signature. An unreadable certificate gives an error.
Result<bool> verifySignature(std::string_view certificate_pem,
                             SignatureAlgorithm algorithm,
                             std::string_view bytes,
                             std::string_view signature);

std::string randomBytes(std::size_t count);
bool equalsConstantTime(std::string_view a, std::string_view b);
std::string sha256(std::string_view bytes);
std::string hmacSha256(std::string_view key, std::string_view bytes);  // RFC 2104; 32 bytes

}  // namespace tandem::platform
