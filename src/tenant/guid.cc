// SPDX-License-Identifier: Apache-2.0
#include "tenant/guid.h"

#include <random>

namespace tandem::tenant {
namespace {

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
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
  Guid id;
  int digits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (isDashAt(i)) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const int value = digit(text[i]);
    if (value < 0) return std::nullopt;
    std::uint64_t& half = digits < 16 ? id.high : id.low;
    half = half << 4 | static_cast<std::uint64_t>(value);
    ++digits;
  }
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
