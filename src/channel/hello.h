// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tandem::channel {

// The protocols that this release speaks, from least to most.
inline constexpr int kProtocolLeast = 1;
inline constexpr int kProtocolMost = 1;

// How far a server is, for its partner's administrators.
struct Standing {
  std::string role;             // "active", "staging"
  std::int64_t read_until = 0;  // the oldest of its last imports, seconds since 1970; 0: none yet
};

// How a server introduces itself. The one document that every release can read from every other:
// fields may be added, never changed.
struct Hello {
  std::string version;  // of Tandem, for people
  std::string server_id;
  std::string name;  // host and folder, for people
  int protocol_least = kProtocolLeast;
  int protocol_most = kProtocolMost;
  bool is_inviting = false;  // a code is open
  std::string listening;     // "0.0.0.0:8853"; only over the local socket, empty: not at all
  std::optional<Standing> standing = {};  // strangers are not told, and old releases do not tell
};

std::string encodeHello(const Hello& hello);
// kCorruption for what is none.
Result<Hello> decodeHello(std::string_view json);

// Is there a protocol that both speak? kConflict otherwise; the text says which of the two to
// upgrade.
Result<void> checkProtocols(const Hello& mine, const Hello& theirs);
// The same for one request that names its protocol. absent or no number: 0.
Result<void> checkProtocol(const Hello& mine, int asked);

}  // namespace tandem::channel
