// SPDX-License-Identifier: Apache-2.0
#include "csexport/anchor_value.h"

#include <algorithm>
#include <cstdint>

#include "base/bytes.h"

namespace tandem::csexport {
namespace {

constexpr std::size_t kSizeOctets = 4;
constexpr std::size_t kNulOctets = 2;

bool isText(std::string_view anchor) {
  return !anchor.empty() &&
         std::all_of(anchor.begin(), anchor.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

}  // namespace

std::string anchorValue(std::string_view anchor) {
  if (!isText(anchor)) return std::string(anchor);
  const std::string text = utf8ToUtf16Le(anchor) + std::string(kNulOctets, '\0');
  std::string octets;
  for (std::size_t i = 0; i < kSizeOctets; ++i)
    octets += static_cast<char>(text.size() >> (8 * i) & 0xFF);
  return octets + text;
}

std::optional<std::string> textOfAnchorValue(std::string_view octets) {
  if (octets.size() < kSizeOctets + kNulOctets) return std::nullopt;
  std::uint64_t size = 0;
  for (std::size_t i = 0; i < kSizeOctets; ++i)
    size |= std::uint64_t{static_cast<unsigned char>(octets[i])} << (8 * i);
  const std::string_view text = octets.substr(kSizeOctets);
  if (size != text.size() || size % 2 != 0) return std::nullopt;
  if (text[size - 2] != '\0' || text[size - 1] != '\0') return std::nullopt;
  return utf16LeToUtf8(text.substr(0, size - kNulOctets));
}

}  // namespace tandem::csexport
