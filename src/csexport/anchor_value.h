// SPDX-License-Identifier: Apache-2.0
//
// AnchorValue, as Get-ADSyncCSObject and csexport have it. Octets (an objectGUID) are what they
// are; of a text (a tenant's "User_0a1b…") Entra Connect keeps its size in octets, the text in
// UTF-16 and a NUL:
//
//   anchor value = uint32 little-endian size · UTF-16LE text · 00 00
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tandem::csexport {

// The octets; the cmdlet shows them in base64.
std::string anchorValue(std::string_view anchor);
// The text in such octets; nothing when they are anything else.
std::optional<std::string> textOfAnchorValue(std::string_view octets);

}  // namespace tandem::csexport
