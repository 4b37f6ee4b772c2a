// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "directory/value.h"

namespace tandem::directory {

// One value as people write it: GUIDs and SIDs in their own form, other octets as hex.
std::string valueText(std::string_view attribute, ValueType type, std::string_view bytes);

// The other way: one value as a record holds it. Octets may be written as a GUID (in Active
// Directory's order; entryUUID in plain order, RFC 4530), as a SID, as "base64:…" or in hex digits.
// nullopt: the text is no value of this type.
std::optional<std::string> parseValueText(std::string_view attribute,
                                          ValueType type,
                                          std::string_view text);

}  // namespace tandem::directory
