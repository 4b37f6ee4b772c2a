// SPDX-License-Identifier: Apache-2.0
#include "channel/identity.h"

#include <fmt/core.h>

#include "base/bytes.h"
#include "base/text.h"
#include "platform/certificate.h"
#include "platform/files.h"
#include "platform/machine.h"
#include "platform/signing.h"

namespace tandem::channel {
namespace {

constexpr std::size_t kPemLimit = 64 * 1024;

}  // namespace

std::string serverName(const home::Home& home) {
  return fmt::format("{}:{}", platform::hostName(), home.folder());
}

Result<Identity> ensureIdentity(const home::Home& home, platform::Clock& clock) {
  const ChannelFiles files(home);
  const platform::FileLock lock = TRY(lockChannel(files, clock));
  Identity identity;
  identity.server_id = toLowerAscii(home.settings().server_id);
  identity.name = serverName(home);
  const platform::IdentityFiles made =
      TRY(platform::ensureIdentity(files.folder, identity.server_id, clock.wallNow()));
  identity.certificate_file = made.certificate;
  identity.private_key_file = made.private_key;
  identity.certificate = TRY(platform::readFile(made.certificate, kPemLimit));
  identity.fingerprint = toHex(TRY(platform::certificateThumbprints(identity.certificate)).sha256);
  return identity;
}

std::string readableFingerprint(std::string_view fingerprint) {
  std::string text;
  for (std::size_t at = 0; at < fingerprint.size(); at += 4) {
    if (at > 0) text += ':';
    text += fingerprint.substr(at, 4);
  }
  return text;
}

}  // namespace tandem::channel
