// SPDX-License-Identifier: Apache-2.0
#include "directory/guid.h"

#include <algorithm>

#include "base/bytes.h"

namespace tandem::directory {
namespace {

// Where each byte of the text form lies in the little-endian form.
constexpr std::array<std::size_t, 16> kSwapped = {
    3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};

std::optional<std::string> textToBytes(std::string_view text) {
  if (text.size() == 38 && text.front() == '{' && text.back() == '}') text = text.substr(1, 36);
  if (text.size() != 36) return std::nullopt;
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash != (text[i] == '-')) return std::nullopt;
    if (!dash) digits += text[i];
  }
  return fromHex(digits);
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
  const std::optional<std::string> bytes = textToBytes(text);
  if (!bytes) return std::nullopt;
  return fromBytes(swapped(*bytes));
}

std::optional<Guid> Guid::parseBigEndian(std::string_view text) {
  const std::optional<std::string> bytes = textToBytes(text);
  if (!bytes) return std::nullopt;
  return fromBytes(*bytes);
}

std::string Guid::toActiveDirectoryText() const {
  return bytesToText(swapped(bytes()));
}

std::string Guid::toBigEndianText() const {
  return bytesToText(bytes());
}

}  // namespace tandem::directory
