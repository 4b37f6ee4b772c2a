// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include <utf8proc.h>

namespace tandem {
namespace {

char lowerAscii(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

// Eight characters at a time, in one register: names and values are lowered and looked through
// several times an object.
using Eight = std::uint64_t;
constexpr Eight kOnes = 0x0101010101010101;
constexpr Eight kHighBits = 0x8080808080808080;

Eight loadEight(const char* at) {
  Eight eight = 0;
  std::memcpy(&eight, at, sizeof eight);
  return eight;
}

Eight lowerEight(Eight eight) {
  const Eight low = eight & ~kHighBits;
  const Eight above_z = low + kOnes * (0x7f - 'Z');
  const Eight from_a = low + kOnes * (0x80 - 'A');
  return eight | (((from_a ^ above_z) & ~eight & kHighBits) >> 2);
}

// A high bit for each character below 0x20, and for those equal to one of two. Bits above the
// first one found may be wrong, which does no harm to who looks for the first.
Eight needEscape(Eight eight) {
  const auto below = [](Eight value, Eight limit) { return (value - kOnes * limit) & ~value; };
  const Eight marks =
      below(eight, 0x20) | below(eight ^ kOnes * '"', 1) | below(eight ^ kOnes * '\\', 1);
  return marks & kHighBits;
}

void appendFolded(std::string_view text, std::string& out) {
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = static_cast<utf8proc_ssize_t>(text.size());
  while (left > 0) {
    utf8proc_int32_t c = 0;
    const utf8proc_ssize_t length = utf8proc_iterate(at, left, &c);
    if (length <= 0) {  // not UTF-8: such a byte equals itself and nothing else
      out += static_cast<char>(*at++);
      --left;
      continue;
    }
    std::array<utf8proc_uint8_t, 4> buffer{};
    const auto size = utf8proc_encode_char(utf8proc_tolower(c), buffer.data());
    out.append(reinterpret_cast<const char*>(buffer.data()), static_cast<std::size_t>(size));
    at += length;
    left -= length;
  }
}

}  // namespace

std::string toLowerAscii(std::string_view text) {
  std::string out;
  toLowerAsciiInto(text, out);
  return out;
}

void toLowerAsciiInto(std::string_view text, std::string& out) {
  out.resize(text.size());
  std::size_t i = 0;
  for (; i + sizeof(Eight) <= text.size(); i += sizeof(Eight)) {
    const Eight lowered = lowerEight(loadEight(text.data() + i));
    std::memcpy(out.data() + i, &lowered, sizeof lowered);
  }
  for (; i < text.size(); ++i)
    out[i] = lowerAscii(text[i]);
}

std::size_t findJsonEscape(std::string_view text, std::size_t from) {
  std::size_t i = from;
  while (i + sizeof(Eight) <= text.size() && needEscape(loadEight(text.data() + i)) == 0)
    i += sizeof(Eight);
  for (; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 || c == '"' || c == '\\') return i;
  }
  return text.size();
}

bool equalsIgnoreCaseAscii(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return lowerAscii(x) == lowerAscii(y);
  });
}

void foldCaseInto(std::string_view text, std::string& out) {
  out.clear();
  appendFoldedCase(text, out);
}

void appendFoldedCase(std::string_view text, std::string& out) {
  const std::size_t start = out.size();
  out.resize(start + text.size());
  std::size_t i = 0;
  for (; i + sizeof(Eight) <= text.size(); i += sizeof(Eight)) {
    const Eight eight = loadEight(text.data() + i);
    if ((eight & kHighBits) != 0) break;
    const Eight lowered = lowerEight(eight);
    std::memcpy(out.data() + start + i, &lowered, sizeof lowered);
  }
  for (; i < text.size(); ++i) {
    if (static_cast<unsigned char>(text[i]) >= 0x80) {
      out.resize(start + i);
      appendFolded(text.substr(i), out);
      return;
    }
    out[start + i] = lowerAscii(text[i]);
  }
}

std::string foldCase(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  foldCaseInto(text, out);
  return out;
}

std::string toUpperCase(std::string_view text) {
  std::string out;
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = static_cast<utf8proc_ssize_t>(text.size());
  while (left > 0) {
    utf8proc_int32_t c = 0;
    const utf8proc_ssize_t length = std::max<utf8proc_ssize_t>(utf8proc_iterate(at, left, &c), 1);
    std::array<utf8proc_uint8_t, 4> buffer{*at};  // what is not UTF-8 stays as it is
    const auto size = c < 0 ? 1 : utf8proc_encode_char(utf8proc_toupper(c), buffer.data());
    out.append(reinterpret_cast<const char*>(buffer.data()), static_cast<std::size_t>(size));
    at += length;
    left -= length;
  }
  return out;
}

std::string_view trimAscii(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n\f\v";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t at = text.find(separator);
    parts.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::optional<std::int64_t> parseInteger(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace tandem
