// SPDX-License-Identifier: Apache-2.0
#include "directory/guid.h"

#include <algorithm>

#include "base/bytes.h"

namespace tandem::directory {
namespace {

// Where each byte of the text form lies in the little-endian form.
constexpr std::array<std::size_t, 16> kSwapped = {
    3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};

int hexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// In the order of the text. Every entry of an import brings one, so nothing is allocated.
std::optional<std::array<char, 16>> textToBytes(std::string_view text) {
  if (text.size() == 38 && text.front() == '{' && text.back() == '}') text = text.substr(1, 36);
  if (text.size() != 36) return std::nullopt;
  std::array<char, 16> bytes{};
  std::size_t at = 0;
  for (std::size_t i = 0; i < text.size();) {
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (text[i++] != '-') return std::nullopt;
      continue;
    }
    const int high = hexDigit(text[i]);
    const int low = hexDigit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes[at++] = static_cast<char>(high << 4 | low);
    i += 2;
  }
  return bytes;
}

std::string bytesToText(std::string_view bytes) {
  const std::string digits = toHex(bytes);
  return digits.substr(0, 8) + "-" + digits.substr(8, 4) + "-" + digits.substr(12, 4) + "-" +
         digits.substr(16, 4) + "-" + digits.substr(20);
}

std::string swapped(std::string_view bytes) {
  std::string out(16, '\0');
  for (std::size_t i = 0; i < 16; ++i)
    out[i] = bytes[kSwapped[i]];
  return out;
}

}  // namespace

std::optional<Guid> Guid::fromBytes(std::string_view bytes) {
  if (bytes.size() != 16) return std::nullopt;
  Guid guid;
  std::copy(bytes.begin(), bytes.end(), guid.bytes_.begin());
  return guid;
}

std::optional<Guid> Guid::parseActiveDirectory(std::string_view text) {
  const auto bytes = textToBytes(text);
  if (!bytes) return std::nullopt;
  Guid guid;
  for (std::size_t i = 0; i < 16; ++i)
    guid.bytes_[i] = (*bytes)[kSwapped[i]];
  return guid;
}

std::optional<Guid> Guid::parseBigEndian(std::string_view text) {
  const auto bytes = textToBytes(text);
  if (!bytes) return std::nullopt;
  Guid guid;
  guid.bytes_ = *bytes;
  return guid;
}

std::string Guid::toActiveDirectoryText() const {
  return bytesToText(swapped(bytes()));
}

std::string Guid::toBigEndianText() const {
  return bytesToText(bytes());
}

}  // namespace tandem::directory
