// SPDX-License-Identifier: Apache-2.0
#include "directory/sid.h"

#include <cstdint>

#include "base/text.h"

namespace tandem::directory {
namespace {

constexpr std::size_t kHeaderSize = 8;
constexpr std::size_t kSubAuthoritiesMax = 15;

}  // namespace

std::optional<Sid> Sid::fromBytes(std::string_view bytes) {
  if (bytes.size() < kHeaderSize || bytes[0] != 1) return std::nullopt;
  const auto count = static_cast<std::size_t>(static_cast<unsigned char>(bytes[1]));
  if (count > kSubAuthoritiesMax || bytes.size() != kHeaderSize + 4 * count) return std::nullopt;
  Sid sid;
  sid.bytes_ = bytes;
  return sid;
}

std::optional<Sid> Sid::parse(std::string_view text) {
  const std::vector<std::string> parts = split(text, '-');
  if (parts.size() < 3 || parts.size() > 3 + kSubAuthoritiesMax) return std::nullopt;
  if ((parts[0] != "S" && parts[0] != "s") || parts[1] != "1") return std::nullopt;
  const std::optional<std::int64_t> authority = parseInteger(parts[2]);
  if (!authority || *authority < 0 || *authority >= (1LL << 48)) return std::nullopt;
  std::string bytes;
  bytes += '\x01';
  bytes += static_cast<char>(parts.size() - 3);
  for (int shift = 40; shift >= 0; shift -= 8)
    bytes += static_cast<char>(*authority >> shift & 0xFF);
  for (std::size_t i = 3; i < parts.size(); ++i) {
    const std::optional<std::int64_t> part = parseInteger(parts[i]);
    if (!part || *part < 0 || *part > 0xFFFFFFFFLL) return std::nullopt;
    for (int shift = 0; shift < 32; shift += 8)
      bytes += static_cast<char>(*part >> shift & 0xFF);
  }
  return fromBytes(bytes);
}

std::string Sid::toText() const {
  const auto byte = [this](std::size_t i) {
    return static_cast<std::uint64_t>(static_cast<unsigned char>(bytes_[i]));
  };
  std::uint64_t authority = 0;
  for (std::size_t i = 2; i < kHeaderSize; ++i)
    authority = authority << 8 | byte(i);
  std::string text = "S-1-" + std::to_string(authority);
  for (std::size_t at = kHeaderSize; at + 4 <= bytes_.size(); at += 4) {
    const std::uint64_t part =
        byte(at) | byte(at + 1) << 8 | byte(at + 2) << 16 | byte(at + 3) << 24;
    text += "-" + std::to_string(part);
  }
  return text;
}

}  // namespace tandem::directory
