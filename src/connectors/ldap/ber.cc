// SPDX-License-Identifier: Apache-2.0
#include "connectors/ldap/ber.h"

namespace tandem::connectors::ldap {

std::string berElement(std::uint8_t tag, std::string_view content) {
  std::string out(1, static_cast<char>(tag));
  const std::size_t size = content.size();
  if (size < 0x80) {
    out += static_cast<char>(size);
  } else {
    std::string octets;
    for (std::size_t left = size; left != 0; left >>= 8)
      octets.insert(octets.begin(), static_cast<char>(left & 0xFF));
    out += static_cast<char>(0x80 | octets.size());
    out += octets;
  }
  return out.append(content);
}

std::string berInteger(std::int64_t value, std::uint8_t tag) {
  std::string octets;
  auto bits = static_cast<std::uint64_t>(value);
  for (int i = 0; i < 8; ++i, bits >>= 8)
    octets.insert(octets.begin(), static_cast<char>(bits & 0xFF));
  // The shortest form in which the sign bit still is the sign.
  while (octets.size() > 1) {
    const bool next_negative = (static_cast<unsigned char>(octets[1]) & 0x80) != 0;
    if (octets[0] == '\0' && !next_negative) {
      octets.erase(0, 1);
    } else if (octets[0] == '\xFF' && next_negative) {
      octets.erase(0, 1);
    } else {
      break;
    }
  }
  return berElement(tag, octets);
}

std::optional<std::string_view> BerReader::take(std::uint8_t tag) {
  if (rest_.size() < 2 || peek() != tag) return std::nullopt;
  std::size_t at = 2;
  std::size_t size = static_cast<unsigned char>(rest_[1]);
  if (size >= 0x80) {
    const std::size_t octets = size & 0x7F;
    if (octets == 0 || octets > 4 || rest_.size() < 2 + octets) return std::nullopt;
    size = 0;
    for (; at < 2 + octets; ++at)
      size = size << 8 | static_cast<unsigned char>(rest_[at]);
  }
  if (rest_.size() - at < size) return std::nullopt;
  const std::string_view content = rest_.substr(at, size);
  rest_.remove_prefix(at + size);
  return content;
}

std::optional<std::int64_t> BerReader::takeInteger(std::uint8_t tag) {
  const std::string_view before = rest_;
  const std::optional<std::string_view> content = take(tag);
  if (!content || content->empty() || content->size() > 8) {
    rest_ = before;
    return std::nullopt;
  }
  const bool negative = (static_cast<unsigned char>(content->front()) & 0x80) != 0;
  std::uint64_t bits = negative ? ~0ULL : 0;
  for (const char octet : *content)
    bits = bits << 8 | static_cast<unsigned char>(octet);
  return static_cast<std::int64_t>(bits);
}

std::optional<bool> BerReader::takeBoolean() {
  const std::string_view before = rest_;
  const std::optional<std::string_view> content = take(kBerBoolean);
  if (!content || content->size() != 1) {
    rest_ = before;
    return std::nullopt;
  }
  return content->front() != '\0';
}

}  // namespace tandem::connectors::ldap
