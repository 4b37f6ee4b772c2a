// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "channel/channel_files.h"
#include "home/home.h"
#include "platform/clock.h"

namespace tandem::channel {

// Who this server is to its partner.
struct Identity {
  std::string server_id;
  std::string name;  // host and folder, for people
  std::string certificate_file;
  std::string private_key_file;
  std::string certificate;  // PEM
  std::string fingerprint;  // SHA-256 of the certificate, lower-case hex
};

// Made at first need. The certificate names the server id.
Result<Identity> ensureIdentity(const home::Home& home, platform::Clock& clock);

// "old.example.com:/var/lib/tandem"
std::string serverName(const home::Home& home);
// For comparing by eye: "ab12:cd34:…", the whole of it.
std::string readableFingerprint(std::string_view fingerprint);

}  // namespace tandem::channel
