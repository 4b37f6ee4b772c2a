// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace tandem::channel {

// The one-time code of an invitation: 80 random bits as 16 characters of Crockford's base32, which
// has no letters that are mistaken for digits, in groups to read aloud: "7QK3-M2XF-AP9R-TDWH". So
// many bits because who stands in the middle of the first connection can try codes at leisure,
// without asking anybody, against the proof that he was sent.
std::string newPairingCode();

// The key that both sides make of a code, 32 bytes. Small letters, blanks and missing dashes are
// forgiven, and so are O for 0, I and L for 1. kInvalidArgument for what is no code.
Result<std::string> keyOfPairingCode(std::string_view typed);

}  // namespace tandem::channel
