// SPDX-License-Identifier: Apache-2.0
#include "channel/pairing_desk.h"

#include <utility>

#include <fmt/core.h>

#include "base/log.h"
#include "channel/pairing_code.h"
#include "channel/partner.h"
#include "platform/signing.h"

namespace tandem::channel {

PairingDesk::PairingDesk(ChannelFiles files, Identity identity, platform::Clock& clock)
    : files_(std::move(files)), identity_(std::move(identity)), clock_(&clock) {}

std::int64_t PairingDesk::now() const {
  const auto since = clock_->wallNow().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(since).count();
}

Result<OpenInvitation> PairingDesk::invite(const std::string& url) {
  const platform::FileLock lock = TRY(lockChannel(files_, *clock_));
  if (const std::optional<Partner> partner = TRY(readPartner(files_))) {
    return Error(ErrorCode::kConflict,
                 fmt::format("this server is paired with {} already: run 'tandem pair remove' on "
                             "both servers first",
                             partner->name));
  }
  OpenInvitation open{newPairingCode(), now() + kInvitationSeconds};
  Invitation invitation;
  invitation.key = TRY(keyOfPairingCode(open.code));
  invitation.nonce = platform::randomBytes(kNonceBytes);
  invitation.url = url;
  invitation.expires_at = open.expires_at;
  TRY(writeInvitation(files_, invitation));
  return open;
}

bool PairingDesk::isInviting() const {
  const std::optional<Invitation> invitation = readInvitation(files_);
  return invitation && invitation->isOpen(now()) && invitation->used_by.empty();
}

// The one who has joined may come again, since our answer may have been lost; nobody else.
Result<Invitation> PairingDesk::openInvitation(const platform::PeerCertificate& peer) const {
  std::optional<Invitation> invitation = readInvitation(files_);
  const bool is_open = invitation && invitation->isOpen(now());
  if (is_open && (invitation->used_by.empty() || invitation->used_by == peer.sha256)) {
    return std::move(*invitation);
  }
  std::string why;
  if (is_open) {
    why = ", the last one has been used";
  } else if (invitation && invitation->wrong_tries >= kWrongTriesMax) {
    why = fmt::format(", it became void after {} wrong tries", kWrongTriesMax);
  } else if (invitation) {
    why = ", it has run out";
  }
  return Error(
      ErrorCode::kPermissionDenied,
      fmt::format(
          "{} has no open pairing code{}: run 'tandem pair invite' there", identity_.name, why));
}

Party PairingDesk::me(const Invitation& invitation) const {
  return {
      identity_.server_id, identity_.name, invitation.url, identity_.fingerprint, invitation.nonce};
}

Result<std::string> PairingDesk::start(std::string_view request,
                                       const platform::PeerCertificate& peer) {
  const Invitation invitation = TRY(openInvitation(peer));
  const PartyMessage message = TRY(decodeParty(request));
  if (message.party.server_id == identity_.server_id) {
    return Error(ErrorCode::kInvalidArgument,
                 "a server cannot be its own partner, nor can a copy of its home folder: make the "
                 "other server with 'tandem init'");
  }
  return encodeParty(me(invitation), "");
}

Result<std::string> PairingDesk::prove(std::string_view request,
                                       const platform::PeerCertificate& peer) {
  TRY(openInvitation(peer));  // strangers who come at the wrong time are not worth a lock
  const std::lock_guard<std::mutex> one_at_a_time(mutex_);
  const platform::FileLock lock = TRY(lockChannel(files_, *clock_));
  const Invitation invitation = TRY(openInvitation(peer));
  PartyMessage message = TRY(decodeParty(request));
  message.party.fingerprint = peer.sha256;
  const Party mine = me(invitation);
  const std::string expected = proofOf(invitation.key, Side::kJoiner, mine, message.party);
  if (!platform::equalsConstantTime(expected, message.proof)) {
    TRY(countWrongTry(invitation));
    const int left = kWrongTriesMax - invitation.wrong_tries - 1;
    return Error(ErrorCode::kUnauthenticated,
                 fmt::format("the pairing code is wrong, or somebody stands between the two "
                             "servers; {}",
                             left > 0 ? fmt::format("{} more tries", left)
                                      : "the code is void now: run 'tandem pair invite' again"));
  }
  TRY(accept(invitation, message.party, peer));
  return encodeParty(mine, proofOf(invitation.key, Side::kInviter, mine, message.party));
}

Result<void> PairingDesk::countWrongTry(Invitation invitation) {
  ++invitation.wrong_tries;
  return writeInvitation(files_, invitation);
}

Result<void> PairingDesk::accept(Invitation invitation,
                                 const Party& joiner,
                                 const platform::PeerCertificate& peer) {
  const std::optional<Partner> before = TRY(readPartner(files_));
  if (before && before->fingerprint != peer.sha256) {
    return Error(
        ErrorCode::kConflict,
        fmt::format("{} is paired already: run 'tandem pair remove' there", identity_.name));
  }
  if (!invitation.used_by.empty() && !before) {
    return Error(ErrorCode::kPermissionDenied,
                 "this pairing was removed there: run 'tandem pair invite' again");
  }
  TRY(writePartner(files_,
                   {joiner.server_id,
                    joiner.name,
                    joiner.url,
                    peer.pem,
                    peer.sha256,
                    identity_.fingerprint,
                    now()}));
  // A crash before this changes nothing: the partner is there, so nobody else can join.
  invitation.used_by = peer.sha256;
  TRY(writeInvitation(files_, invitation));
  logInfo(fmt::format("paired with {} (server id {}, certificate {})",
                      joiner.name,
                      joiner.server_id,
                      readableFingerprint(peer.sha256)));
  return {};
}

}  // namespace tandem::channel
