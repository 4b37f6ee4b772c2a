// SPDX-License-Identifier: Apache-2.0
//
// What two servers that do not know each other yet say. All of it arrives before anybody is
// authenticated, so it is short and checked field by field.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tandem::channel {

inline constexpr std::size_t kNonceBytes = 32;
inline constexpr std::size_t kProofBytes = 32;
inline constexpr std::size_t kPairingMessageMax = 16 * 1024;

// One side of a pairing. The fingerprint is never sent: each side takes the other's from the TLS
// connection itself, and that is what makes the proofs fail when somebody stands in between.
struct Party {
  std::string server_id;
  std::string name;
  std::string url;          // may be empty
  std::string fingerprint;  // lower-case hex
  std::string nonce;        // kNonceBytes
};

std::string encodeParty(const Party& party, std::string_view proof);  // proof empty: none yet

struct PartyMessage {
  Party party;        // without fingerprint
  std::string proof;  // empty: none
};
// kCorruption for what is none.
Result<PartyMessage> decodeParty(std::string_view json);

enum class Side : std::uint8_t {
  kInviter,
  kJoiner
};

// HMAC-SHA-256 under the code's key over everything that both sides know, and over whose proof it
// is, so that nobody can send a proof back to who made it.
std::string proofOf(std::string_view key, Side side, const Party& inviter, const Party& joiner);

}  // namespace tandem::channel
