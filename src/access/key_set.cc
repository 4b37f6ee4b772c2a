// SPDX-License-Identifier: Apache-2.0
#include "access/key_set.h"

#include <algorithm>
#include <optional>

#include "base/bytes.h"
#include "policy/json_document.h"

namespace tandem::access {
namespace {

using platform::PublicKey;
using platform::TokenAlgorithm;
using policy::JsonNode;

std::string textOf(const JsonNode& object, std::string_view name) {
  const JsonNode* const node = object.find(name);
  return node != nullptr && node->kind == JsonNode::Kind::kString ? node->text : std::string();
}

std::string bytesOf(const JsonNode& object, std::string_view name) {
  return fromBase64Url(textOf(object, name)).value_or(std::string());
}

std::optional<PublicKey> keyOf(const JsonNode& jwk) {
  const std::string kind = textOf(jwk, "kty");
  const std::string use = textOf(jwk, "use");
  if (!use.empty() && use != "sig") return std::nullopt;
  std::optional<PublicKey> key;
  if (kind == "RSA") {
    if (auto made = PublicKey::ofRsa(bytesOf(jwk, "n"), bytesOf(jwk, "e")); made.ok()) {
      key = std::move(made).value();
    }
  } else if (kind == "EC" && textOf(jwk, "crv") == "P-256") {
    if (auto made = PublicKey::ofP256(bytesOf(jwk, "x"), bytesOf(jwk, "y")); made.ok()) {
      key = std::move(made).value();
    }
  }
  return key;
}

std::string_view nameOf(TokenAlgorithm algorithm) {
  switch (algorithm) {
    case TokenAlgorithm::kRs256:
      return "RS256";
    case TokenAlgorithm::kPs256:
      return "PS256";
    case TokenAlgorithm::kEs256:
      return "ES256";
  }
  return {};
}

}  // namespace

Result<KeySet> KeySet::parse(std::string_view json) {
  const auto parsed = policy::parseJson(json);
  const auto* const root = std::get_if<JsonNode>(&parsed);
  const JsonNode* const keys = root != nullptr ? root->find("keys") : nullptr;
  if (keys == nullptr || keys->kind != JsonNode::Kind::kArray) {
    return Error(ErrorCode::kCorruption, "the provider's keys are no JWK Set: \"keys\" is missing");
  }
  KeySet set;
  for (const JsonNode& jwk : keys->items) {
    if (set.keys_.size() >= kKeysMax) break;
    if (std::optional<PublicKey> key = keyOf(jwk)) {
      set.keys_.push_back({textOf(jwk, "kid"), textOf(jwk, "alg"), std::move(*key)});
    }
  }
  return set;
}

bool KeySet::has(std::string_view key_id) const {
  return std::any_of(
      keys_.begin(), keys_.end(), [key_id](const Key& key) { return key.id == key_id; });
}

bool KeySet::verifies(std::string_view key_id,
                      TokenAlgorithm algorithm,
                      std::string_view bytes,
                      std::string_view signature) const {
  return std::any_of(keys_.begin(), keys_.end(), [&](const Key& key) {
    return (key_id.empty() || key.id == key_id) &&
           (key.algorithm.empty() || key.algorithm == nameOf(algorithm)) &&
           key.key.verifies(algorithm, bytes, signature);
  });
}

}  // namespace tandem::access
