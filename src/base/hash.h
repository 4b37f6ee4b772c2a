// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace tandem {

// xxh3: quick and good, but anyone can make two inputs collide. It is for our own change detection,
// never for proof towards another party.
struct Hash128 {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  std::string bytes() const;                         // 16 bytes, low first, as the store keeps it
  static Hash128 fromBytes(std::string_view bytes);  // zero when not 16 bytes long
  friend auto operator<=>(const Hash128&, const Hash128&) = default;
};

Hash128 hash128(std::string_view bytes, std::uint64_t seed = 0);
std::uint64_t hash64(std::string_view bytes, std::uint64_t seed = 0);

}  // namespace tandem
