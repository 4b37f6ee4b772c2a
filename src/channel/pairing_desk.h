// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "base/result.h"
#include "channel/channel_files.h"
#include "channel/identity.h"
#include "channel/invitation.h"
#include "channel/pairing_messages.h"
#include "platform/clock.h"
#include "platform/http_message.h"

namespace tandem::channel {

struct OpenInvitation {
  std::string code;             // to be told to a person, and kept nowhere
  std::int64_t expires_at = 0;  // seconds since 1970
};

// The inviting side of a pairing (docs/internals/channel.md has the exchange).
//
// Invariants: a wrong proof is counted durably before it is answered; the partner is written before
// the proof of this side is given away; one code makes at most one partner.
class PairingDesk {
 public:
  // The clock must outlive it.
  PairingDesk(ChannelFiles files, Identity identity, platform::Clock& clock);

  // A new code; the one before is void. url: how the partner may reach this server; may be empty.
  // kConflict when there is a partner already.
  Result<OpenInvitation> invite(const std::string& url);
  bool isInviting() const;

  // The joiner's first words: who are you? peer: the certificate that it showed.
  // kPermissionDenied when no code is open to it.
  Result<std::string> start(std::string_view request, const platform::PeerCertificate& peer);
  // Its proof, for this side's.
  Result<std::string> prove(std::string_view request, const platform::PeerCertificate& peer);

 private:
  std::int64_t now() const;
  Result<Invitation> openInvitation(const platform::PeerCertificate& peer) const;
  Party me(const Invitation& invitation) const;
  Result<void> countWrongTry(Invitation invitation);
  Result<void> accept(Invitation invitation,
                      const Party& joiner,
                      const platform::PeerCertificate& peer);

  ChannelFiles files_;
  Identity identity_;
  platform::Clock* clock_;
  std::mutex mutex_;  // one proof at a time
};

}  // namespace tandem::channel
