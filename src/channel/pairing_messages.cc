// SPDX-License-Identifier: Apache-2.0
#include "channel/pairing_messages.h"

#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "channel/fields.h"
#include "platform/signing.h"

namespace tandem::channel {
namespace {

// Each with its length in front: no two lists of texts give the same bytes.
void appendField(std::string& out, std::string_view field) {
  appendVarint(out, field.size());
  out += field;
}

void appendParty(std::string& out, const Party& party) {
  for (const std::string* field :
       {&party.server_id, &party.name, &party.url, &party.fingerprint, &party.nonce}) {
    appendField(out, *field);
  }
}

}  // namespace

std::string encodeParty(const Party& party, std::string_view proof) {
  nlohmann::ordered_json json{{"version", 1},
                              {"serverId", party.server_id},
                              {"name", party.name},
                              {"url", party.url},
                              {"nonce", toHex(party.nonce)}};
  if (!proof.empty()) json["proof"] = toHex(proof);
  return dump(json);
}

Result<PartyMessage> decodeParty(std::string_view text) {
  if (text.size() > kPairingMessageMax) {
    return Error(ErrorCode::kCorruption, "the pairing message is too long");
  }
  const Fields fields = TRY(Fields::parse(text, "the pairing message"));
  TRY(fields.number("version", 1, 1));
  PartyMessage message;
  message.party.server_id = TRY(fields.serverId("serverId"));
  message.party.name = TRY(fields.text("name", kNameMax));
  message.party.url = TRY(fields.url("url"));
  message.party.nonce = TRY(fields.bytes("nonce", kNonceBytes));
  if (fields.has("proof")) message.proof = TRY(fields.bytes("proof", kProofBytes));
  return message;
}

std::string proofOf(std::string_view key, Side side, const Party& inviter, const Party& joiner) {
  std::string bytes;
  appendField(bytes, side == Side::kInviter ? "tandem pair 1 inviter" : "tandem pair 1 joiner");
  appendParty(bytes, inviter);
  appendParty(bytes, joiner);
  return platform::hmacSha256(key, bytes);
}

}  // namespace tandem::channel
