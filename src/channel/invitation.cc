// SPDX-License-Identifier: Apache-2.0
#include "channel/invitation.h"

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "base/bytes.h"
#include "channel/fields.h"
#include "channel/pairing_messages.h"
#include "platform/files.h"

namespace tandem::channel {
namespace {

constexpr std::size_t kFileLimit = 64 * 1024;
constexpr std::size_t kKeyBytes = 32;

Result<Invitation> parseInvitation(const std::string& text) {
  const Fields fields = TRY(Fields::parse(text, "the invitation"));
  Invitation invitation;
  invitation.key = TRY(fields.bytes("key", kKeyBytes));
  invitation.nonce = TRY(fields.bytes("nonce", kNonceBytes));
  invitation.url = TRY(fields.url("url"));
  invitation.expires_at = TRY(fields.number("expiresAt", 0, INT64_MAX));
  invitation.wrong_tries = static_cast<int>(TRY(fields.number("wrongTries", 0, kWrongTriesMax)));
  invitation.used_by = TRY(fields.text("usedBy", 2 * kKeyBytes));
  return invitation;
}

}  // namespace

bool Invitation::isOpen(std::int64_t now) const {
  // The second half: a clock that was set back must not make a code live for longer.
  return wrong_tries < kWrongTriesMax && now < expires_at && now >= expires_at - kInvitationSeconds;
}

std::optional<Invitation> readInvitation(const ChannelFiles& files) {
  const Result<std::string> text = platform::readFile(files.invitation, kFileLimit);
  if (!text.ok()) return std::nullopt;
  Result<Invitation> invitation = parseInvitation(text.value());
  if (!invitation.ok()) return std::nullopt;
  return std::move(invitation).value();
}

Result<void> writeInvitation(const ChannelFiles& files, const Invitation& invitation) {
  const nlohmann::ordered_json json{{"version", 1},
                                    {"key", toHex(invitation.key)},
                                    {"nonce", toHex(invitation.nonce)},
                                    {"url", invitation.url},
                                    {"expiresAt", invitation.expires_at},
                                    {"wrongTries", invitation.wrong_tries},
                                    {"usedBy", invitation.used_by}};
  return platform::writeFileDurably(files.invitation, json.dump(2) + "\n", 0600);
}

void removeInvitation(const ChannelFiles& files) {
  ::unlink(files.invitation.c_str());
}

}  // namespace tandem::channel
