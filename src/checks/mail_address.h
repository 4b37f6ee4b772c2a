// SPDX-License-Identifier: Apache-2.0
//
// The form of an address as mail and sign-in take it: the dot-atom of RFC 2822 (3.4.1) and a domain
// of two labels or more (RFC 1123, 2.1) below a public top-level domain. Quoted local parts and
// address literals are not taken by the tenant.
#pragma once

#include <string>
#include <string_view>

namespace tandem::checks {

struct AddressParts {
  std::string_view local;
  std::string_view domain;  // after the last @
  bool has_form = false;    // exactly one @, and something on both sides
};
AddressParts partsOf(std::string_view address);

bool isLocalPart(std::string_view local);
bool isDomain(std::string_view domain);
// The domain's last label is one that the public suffix list knows; "corp.local" has none.
bool hasPublicTopLevel(std::string_view domain);

// What is left when everything goes that may not be there.
std::string repairedLocalPart(std::string_view local);
std::string repairedDomain(std::string_view domain);
std::string joined(std::string_view local, std::string_view domain);

// "smtp:" in any letter case is the beginning.
bool hasSmtpPrefix(std::string_view value);
// The value behind its "smtp:", or the whole of it.
std::string_view withoutSmtpPrefix(std::string_view value);

}  // namespace tandem::checks
