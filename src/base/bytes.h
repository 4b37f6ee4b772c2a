// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tandem {

// Bytes travel as std::string: directories mix text and octets in one value model, and a view of
// either is then one type. Text is UTF-8 where a name says so.

std::string toHex(std::string_view bytes);       // lower case
std::string toHexUpper(std::string_view bytes);  // upper case
void appendHexUpper(std::string& out, std::string_view bytes);
std::optional<std::string> fromHex(std::string_view text);  // either case, even length

std::string toBase64(std::string_view bytes);                  // RFC 4648 section 4, padded
void appendBase64(std::string& out, std::string_view bytes);   // the same, into a kept buffer
std::optional<std::string> fromBase64(std::string_view text);  // padding optional, no blanks
std::string toBase64Url(std::string_view bytes);               // RFC 4648 section 5, unpadded
std::optional<std::string> fromBase64Url(std::string_view text);

// UTF-16 little-endian without a byte order mark. Invalid UTF-8 becomes U+FFFD.
std::string utf8ToUtf16Le(std::string_view text);
std::string utf16LeToUtf8(std::string_view bytes);
bool isValidUtf8(std::string_view text);

// Unsigned LEB128, as records use it: seven bits a byte, least significant first.
void appendVarint(std::string& out, std::uint64_t value);
// Reads one and advances the view. Empty or overlong input gives nullopt.
std::optional<std::uint64_t> readVarint(std::string_view& in);

constexpr std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
constexpr std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

}  // namespace tandem
