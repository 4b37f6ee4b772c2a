// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tandem::expression {

// The language counts characters; text is UTF-8. A byte that continues a character counts nothing,
// so malformed text is counted too, somehow, and nothing breaks.
constexpr bool continuesCharacter(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

inline std::int64_t countCharacters(std::string_view text) {
  std::int64_t count = 0;
  for (const char c : text)
    count += continuesCharacter(c) ? 0 : 1;
  return count;
}

// Bytes of the first count characters (count >= 0).
inline std::size_t bytesOfCharacters(std::string_view text, std::int64_t count) {
  if (count >= static_cast<std::int64_t>(text.size())) return text.size();
  std::size_t at = 0;
  while (at < text.size()) {
    if (!continuesCharacter(text[at]) && count-- == 0) break;
    ++at;
  }
  return at;
}

inline std::string_view leftCharacters(std::string_view text, std::int64_t count) {
  return text.substr(0, bytesOfCharacters(text, count));
}

inline std::string_view skipCharacters(std::string_view text, std::int64_t count) {
  return text.substr(bytesOfCharacters(text, count));
}

}  // namespace tandem::expression
