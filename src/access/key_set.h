// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "platform/public_key.h"

namespace tandem::access {

// The keys that a provider signs with: a JWK Set (RFC 7517). Keys of kinds that we do not know, or
// for encryption, are passed over.
class KeySet {
 public:
  static constexpr std::size_t kKeysMax = 64;

  static Result<KeySet> parse(std::string_view json);

  bool has(std::string_view key_id) const;
  bool isEmpty() const { return keys_.empty(); }
  // Some key with that id made the signature; with an empty id, any key.
  bool verifies(std::string_view key_id,
                platform::TokenAlgorithm algorithm,
                std::string_view bytes,
                std::string_view signature) const;

 private:
  struct Key {
    std::string id;
    std::string algorithm;  // "RS256"; empty: any of its kind
    platform::PublicKey key;
  };
  std::vector<Key> keys_;
};

}  // namespace tandem::access
