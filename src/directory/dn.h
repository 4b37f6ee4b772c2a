// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tandem::directory {

struct AttributeTypeAndValue {
  std::string type;     // as written: "CN" or "2.5.4.3"
  std::string value;    // unescaped UTF-8
  bool is_hex = false;  // value is "#" and octets of BER in hex, as it was written
};

// One or more type=value pairs; more than one for a multi-valued RDN ("CN=a+UID=b").
using Rdn = std::vector<AttributeTypeAndValue>;

// A distinguished name (RFC 4514). Compared without regard to case, blanks around separators or the
// way a character is escaped, which is what Active Directory does and what caseIgnoreMatch asks
// for. Parsing accepts what servers send: AD's "\0ACNF:" and "\0ADEL:" names, hex values, LDAPv2
// quotes are refused.
class Dn {
 public:
  Dn() = default;  // the root: zero RDNs
  static Result<Dn> parse(std::string_view text);
  static Dn fromRdns(std::vector<Rdn> rdns);  // leaf first

  bool isRoot() const { return rdns_.empty(); }
  const std::vector<Rdn>& rdns() const { return rdns_; }  // leaf first
  Dn parent() const;
  bool isUnder(const Dn& ancestor) const;  // true for itself too
  // RFC 4514 text with only the escapes that are needed.
  std::string toText() const;
  // Equal for equal names: root first, folded, e.g. "dc=com\x1fdc=corp\x1fou=sales". Sorting by it
  // puts a subtree in one run behind its top.
  std::string key() const;

 private:
  explicit Dn(std::vector<Rdn> rdns) : rdns_(std::move(rdns)) {}

  std::vector<Rdn> rdns_;
};

// The same as Dn::parse(text).key(), quicker for plain names (no escapes, ASCII), which nearly all
// are. Text that is no DN gets itself, folded, as its key, so that it equals only itself.
std::string dnKey(std::string_view text);
void dnKeyInto(std::string_view text, std::string& out);

// Escapes a value so that it can stand in a DN (RFC 4514 section 2.4).
std::string escapeRdnValue(std::string_view value);

}  // namespace tandem::directory
