// SPDX-License-Identifier: Apache-2.0
#include "base/accents.h"

#include <array>

#include <utf8proc.h>

namespace tandem {
namespace {

// Letters that Unicode does not decompose, because the stroke is part of the letter.
struct Spelling {
  utf8proc_int32_t letter;
  std::string_view ascii;
};
constexpr Spelling kSpellings[] = {
    {0x00DF, "ss"}, {0x00E6, "ae"}, {0x00C6, "AE"}, {0x00F8, "o"}, {0x00D8, "O"},  {0x0153, "oe"},
    {0x0152, "OE"}, {0x0142, "l"},  {0x0141, "L"},  {0x0111, "d"}, {0x0110, "D"},  {0x00F0, "d"},
    {0x00D0, "D"},  {0x00FE, "th"}, {0x00DE, "Th"}, {0x0131, "i"}, {0x1E9E, "SS"}, {0x0127, "h"},
    {0x0126, "H"},  {0x0167, "t"},  {0x0166, "T"},  {0x2019, "'"}, {0x2013, "-"},  {0x2014, "-"},
};

constexpr int kDecomposedMax = 32;

bool isMark(utf8proc_int32_t c) {
  const utf8proc_category_t category = utf8proc_category(c);
  return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC;
}

bool isLatin(utf8proc_int32_t c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

void appendPlain(utf8proc_int32_t c, std::string_view as_it_is, std::string& out) {
  for (const Spelling& one : kSpellings) {
    if (one.letter != c) continue;
    out += one.ascii;
    return;
  }
  std::array<utf8proc_int32_t, kDecomposedMax> parts{};
  int last_class = 0;
  const utf8proc_ssize_t count =
      utf8proc_decompose_char(c, parts.data(), kDecomposedMax, UTF8PROC_DECOMPOSE, &last_class);
  if (count < 1 || count > kDecomposedMax || !isLatin(parts[0])) {
    out += as_it_is;
    return;
  }
  for (utf8proc_ssize_t i = 0; i < count; ++i) {
    const utf8proc_int32_t part = parts[static_cast<std::size_t>(i)];
    if (!isMark(part) && isLatin(part)) out += static_cast<char>(part);
  }
}

}  // namespace

std::string withoutAccents(std::string_view text) {
  std::string out;
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = static_cast<utf8proc_ssize_t>(text.size());
  while (left > 0) {
    utf8proc_int32_t c = 0;
    const utf8proc_ssize_t length = utf8proc_iterate(at, left, &c);
    const utf8proc_ssize_t taken = length > 0 ? length : 1;
    const std::string_view bytes(reinterpret_cast<const char*>(at),
                                 static_cast<std::size_t>(taken));
    if (length <= 0 || c < 0x80) {
      out += bytes;
    } else if (!isMark(c)) {  // one that stands alone belonged to the letter before it
      appendPlain(c, bytes, out);
    }
    at += taken;
    left -= taken;
  }
  return out;
}

}  // namespace tandem
