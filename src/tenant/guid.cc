// SPDX-License-Identifier: Apache-2.0
#include "tenant/guid.h"

#include <array>
#include <random>

namespace tandem::tenant {
namespace {

constexpr std::array<signed char, 256> kDigitValues = [] {
  std::array<signed char, 256> values{};
  values.fill(-1);
  for (int i = 0; i < 10; ++i)
    values[static_cast<std::size_t>('0' + i)] = static_cast<signed char>(i);
  for (int i = 0; i < 6; ++i) {
    values[static_cast<std::size_t>('a' + i)] = static_cast<signed char>(10 + i);
    values[static_cast<std::size_t>('A' + i)] = static_cast<signed char>(10 + i);
  }
  return values;
}();

// Appends the digits to `half`; false when one is none.
bool readDigits(std::string_view text, std::uint64_t& half) {
  int bad = 0;
  for (const char c : text) {
    const int value = kDigitValues[static_cast<unsigned char>(c)];
    bad |= value;
    half = half << 4 | static_cast<std::uint64_t>(value & 15);
  }
  return bad >= 0;
}

bool isDashAt(std::size_t i) {
  return i == 8 || i == 13 || i == 18 || i == 23;
}

}  // namespace

Guid Guid::random() {
  // One generator a thread: ids are made at tens of thousands a second, on several threads.
  thread_local std::mt19937_64 generator = [] {
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device(), device(), device()};
    return std::mt19937_64(seed);
  }();
  Guid id{generator(), generator()};
  id.high = (id.high & ~std::uint64_t{0xf000}) | 0x4000;  // RFC 4122 4.4
  id.low = (id.low & ~(std::uint64_t{3} << 62)) | (std::uint64_t{2} << 62);
  return id;
}

std::optional<Guid> Guid::parse(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  if (text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-') return std::nullopt;
  Guid id;
  const bool good =
      readDigits(text.substr(0, 8), id.high) && readDigits(text.substr(9, 4), id.high) &&
      readDigits(text.substr(14, 4), id.high) && readDigits(text.substr(19, 4), id.low) &&
      readDigits(text.substr(24, 12), id.low);
  if (!good) return std::nullopt;
  return id;
}

std::string Guid::toString() const {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text(36, '-');
  int nibble = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (isDashAt(i)) continue;
    const std::uint64_t half = nibble < 16 ? high : low;
    text[i] = kDigits[half >> (60 - 4 * (nibble % 16)) & 15];
    ++nibble;
  }
  return text;
}

}  // namespace tandem::tenant
