// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace tandem {

// appendVarint() of bytes.h for loops that write several at once: into a buffer with room for
// kVarintBytesMax, and gives the position behind it.
inline constexpr std::size_t kVarintBytesMax = 10;

inline char* writeVarint(char* out, std::uint64_t value) {
  while (value >= 0x80) {
    *out++ = static_cast<char>(value | 0x80);
    value >>= 7;
  }
  *out++ = static_cast<char>(value);
  return out;
}

}  // namespace tandem
