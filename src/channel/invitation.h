// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "channel/channel_files.h"

namespace tandem::channel {

inline constexpr std::int64_t kInvitationSeconds = 600;
inline constexpr int kWrongTriesMax = 5;

// A code that is open on this server. It is a file, because the command that prints the code and
// the daemon that is asked for it may be two processes; and so that a restart does not give five
// more tries.
struct Invitation {
  std::string key;              // of the code; the code itself is kept nowhere
  std::string nonce;            // this server's, new with each invitation
  std::string url;              // what this server says of itself
  std::int64_t expires_at = 0;  // seconds since 1970
  int wrong_tries = 0;
  std::string used_by;  // fingerprint of who has joined with it; empty: nobody yet

  // It may still be answered: also to who has used it, because that answer may have been lost.
  bool isOpen(std::int64_t now) const;
};

// Absent: none, or one that cannot be read, which is the same.
std::optional<Invitation> readInvitation(const ChannelFiles& files);
// Needs lockChannel().
Result<void> writeInvitation(const ChannelFiles& files, const Invitation& invitation);
void removeInvitation(const ChannelFiles& files);

}  // namespace tandem::channel
