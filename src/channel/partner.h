// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "channel/channel_files.h"

namespace tandem::channel {

// The other server of the pair, as pairing has left it. Its certificate is all that is trusted.
struct Partner {
  std::string id;
  std::string name;
  std::string url;              // how it is reached; empty: it has told no address
  std::string certificate;      // PEM
  std::string fingerprint;      // of that certificate
  std::string own_fingerprint;  // of the certificate that this server had then
  std::int64_t paired_at = 0;   // seconds since 1970
};

// Absent: not paired. kCorruption: a file that cannot be used, with what to do.
Result<std::optional<Partner>> readPartner(const ChannelFiles& files);
// The partner, or kNotFound with how to pair.
Result<Partner> needPartner(const ChannelFiles& files);
Result<void> writePartner(const ChannelFiles& files, const Partner& partner);
// false: there was none.
Result<bool> removePartner(const ChannelFiles& files);

}  // namespace tandem::channel
