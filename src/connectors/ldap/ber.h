// SPDX-License-Identifier: Apache-2.0
//
// The little of BER (X.690) that values of controls need. libldap parses messages; these values it
// hands over as octets, and they come from the network: reading never goes beyond the view.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tandem::connectors::ldap {

enum BerTag : std::uint8_t {
  kBerBoolean = 0x01,
  kBerInteger = 0x02,
  kBerOctets = 0x04,
  kBerEnumerated = 0x0A,
  kBerSequence = 0x30,
  kBerSet = 0x31,
};

std::string berElement(std::uint8_t tag, std::string_view content);
std::string berInteger(std::int64_t value, std::uint8_t tag = kBerInteger);
inline std::string berOctets(std::string_view bytes) {
  return berElement(kBerOctets, bytes);
}

class BerReader {
 public:
  explicit BerReader(std::string_view bytes) : rest_(bytes) {}

  bool isEmpty() const { return rest_.empty(); }
  // The next element's tag, without taking it; 0 at the end.
  std::uint8_t peek() const { return rest_.empty() ? 0 : static_cast<std::uint8_t>(rest_.front()); }
  // The content of the next element when it has this tag; nullopt leaves the reader as it was.
  std::optional<std::string_view> take(std::uint8_t tag);
  std::optional<std::int64_t> takeInteger(std::uint8_t tag = kBerInteger);
  std::optional<bool> takeBoolean();

 private:
  std::string_view rest_;
};

}  // namespace tandem::connectors::ldap
