// SPDX-License-Identifier: Apache-2.0
//
// Secrets at rest: one JSON file of name → sealed value, and a key that the operator may keep
// elsewhere. Each value is AES-256-GCM with a nonce of its own; format version and name are
// authenticated, so a value cannot be moved to another name.
//
//   { "format": "tandem-secrets", "version": 1, "keyId": "1f…", "secrets": { "name": "base64" } }
//
// base64 holds nonce (12 bytes) · ciphertext · tag (16 bytes). keyId is the start of a hash of the
// key and tells a wrong key from a damaged file.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "platform/secret_text.h"

namespace tandem::platform {

// 32 random bytes in a file (base64, one line, mode 0600). Refuses a key that others may read.
class SealingKey {
 public:
  static Result<SealingKey> create(const std::string& path);  // kConflict when there is one
  static Result<SealingKey> load(const std::string& path);

  std::string_view bytes() const { return bytes_.reveal(); }
  const std::string& path() const { return path_; }
  std::string id() const;  // 16 hex digits; says nothing about the key

 private:
  SealingKey(SecretText bytes, std::string path);
  SecretText bytes_;
  std::string path_;
};

class SealedSecrets {
 public:
  // A file that is not there yet has no secrets. kUnauthenticated: sealed with another key.
  // kCorruption: not our format, or damaged.
  static Result<SealedSecrets> open(const std::string& path, SealingKey key);

  std::vector<std::string> names() const;  // sorted
  bool has(std::string_view name) const;
  // kNotFound names the command that sets it.
  Result<SecretText> get(std::string_view name) const;
  // Both write the file durably before they return.
  Result<void> set(std::string_view name, const SecretText& value);
  Result<void> remove(std::string_view name);

 private:
  SealedSecrets(std::string path, SealingKey key);
  Result<void> save(const std::map<std::string, std::string, std::less<>>& sealed) const;

  std::string path_;
  SealingKey key_;
  std::map<std::string, std::string, std::less<>> sealed_;  // name → nonce · ciphertext · tag
};

// Names are 1–64 characters of a–z, A–Z, 0–9, '.', '_', '-'.
bool isSecretName(std::string_view name);

}  // namespace tandem::platform
